"""django-eventstream's vocabulary, as WorkChat means it: events come from the log, so storage keeps nothing, and a
topic's name carries organization and face, `1/c:7/page.en`."""

from django_eventstream.channelmanager import DefaultChannelManager
from django_eventstream.event import Event
from django_eventstream.storage import StorageBase

from accounts.models import Member
from chat.live.topics import may_read


class Payload(str):
    """An event's data, which knows its position in the log."""

    __slots__ = ("position",)
    position: int

    @classmethod
    def at(cls, position: int, text: str) -> "Payload":
        payload = cls(text)
        payload.position = position
        return payload


class PositionStorage(StorageBase):
    """Stores nothing: the event's data carries its position in the log, which becomes its id."""

    def append_event(self, channel: str, event_type: str, data: Payload) -> Event:
        return Event(channel, event_type, data, id=data.position)


class TopicManager(DefaultChannelManager):
    """Who may read a topic; here `user` is a member."""

    def can_read_channel(self, user: Member | None, channel: str) -> bool:
        organization, topic, _face = channel.split("/")
        return user is not None and str(user.organization_id) == organization and may_read(user, topic)

    def is_channel_reliable(self, channel: str) -> bool:
        return True


def channel_name(organization_id: int, topic: str, face: str) -> str:
    """The name under which an organization's topic is sent for one face."""
    return f"{organization_id}/{topic}/{face}"
