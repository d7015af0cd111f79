"""What a guest's open stream no longer hears of, once they know fewer people."""

from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Member
from chat.actions import add_members, create_channel, delete_channel
from chat.live.hub import Hub
from chat.live.tailer import Tailer
from chat.live.topics import topics_for
from tests.cast import caller_of


class Direct(Hub):
    """A hub that does at once what it's given, and notes in which order."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self.stream = stream
        self.done: list[str] = []

    def open_streams(self, organization_id: int) -> list[Any]:
        return [self.stream]

    def do(self, command: Any) -> None:
        command()

    def retopic(self, stream: Any, topics: frozenset[str]) -> None:
        stream.topics = topics
        self.done.append("rights")

    def finish(self, organization_id: int, position: int) -> None:
        self.done.append("told")


@pytest.mark.django_db
def test_those_known_by_a_channel_alone_are_strangers_when_it_is_deleted(anna: Member, gus: Member) -> None:
    room = create_channel(caller_of(anna), name="visit", kind="private")
    add_members(caller_of(anna), room, [gus])
    topics = topics_for(gus, channel_id=room.pk, thread_id=None)
    assert f"p:{anna.pk}" in topics
    stream = SimpleNamespace(member_id=gus.pk, channel_id=room.pk, thread_id=None, hints=False, topics=topics)
    hub = Direct(stream)
    tailer = Tailer(hub)
    feed = tailer.follow(anna.organization_id)
    tailer.stop.set()
    delete_channel(caller_of(anna), room, typed_name="visit")
    tailer.read(feed)
    assert f"p:{anna.pk}" not in stream.topics
    assert hub.done[-2:] == ["told", "rights"]  # the page hears that the channel is gone
