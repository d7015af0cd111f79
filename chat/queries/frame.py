"""A channel's frame: what its header, its composer and the edges of its history show to one reader."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.models import Member
from accounts.permissions import may
from chat import access
from chat.models import Channel, Kind, Membership
from chat.queries.people import Person, names_of, person_of, presence_in
from database.prepared import Prepared


@dataclass(frozen=True)
class Frame:
    """A channel as its page shows it around the messages: compared by content, so that its HTML can be kept."""

    pk: int
    kind: str
    name: str
    topic: str
    description: str
    is_archived: bool
    is_joined: bool
    level: str  # what the reader is told of
    others: tuple[Person, ...]  # in a direct channel
    people_count: int
    can_post: bool
    can_join: bool
    presence: str  # of the other one in a direct channel of two: active, away or nothing

    @property
    def is_direct(self) -> bool:
        return self.kind == Kind.DIRECT

    @property
    def is_private(self) -> bool:
        return self.kind == Kind.PRIVATE

    @property
    def title(self) -> str:
        """What it's called, in the page's title too."""
        return names_of(self.others) if self.is_direct else f"#{self.name}"


def frame(member: Member, channel: Channel) -> Frame:
    """The frame of a channel that access gave. One query, whatever its kind."""
    people = _people(channel.pk) if channel.is_direct else []
    standing = access.standing_in(member, channel)
    joined = channel.membership_id is not None
    others = tuple(person_of(*person) for person in people if person[0] != member.pk)
    return Frame(
        pk=channel.pk,
        kind=channel.kind,
        name=channel.name or "",
        topic=channel.topic,
        description=channel.description,
        is_archived=channel.is_archived,
        is_joined=joined,
        level=channel.notification_level or "",
        others=others,
        people_count=len(people) or _count(channel),
        can_post=may(member, "message.post", standing) and not channel.is_archived,
        can_join=may(member, "channel.join", standing) and not joined,
        presence=presence_in(member, others),
    )


def _count(channel: Channel) -> int:
    found = _people_count.first(channel.pk)
    return found[0] if found else 0


@Prepared
def _people_count(channel_id: int) -> QuerySet[Membership, tuple[int]]:
    inside = Membership.objects.filter(channel=channel_id, member__state="active")
    return inside.values("channel").values_list(Count("pk"))


@Prepared
def _people(channel_id: int) -> QuerySet[Member, tuple[int, str, str]]:
    inside = Member.objects.active().filter(memberships__channel=channel_id)
    return inside.by_name().values_list("pk", "display_name", "picture")
