"""What isn't logged waits for its turn to write all the same: SQLite's own waiting would let some starve."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.caller import Caller
from accounts.models import Member
from audit import turns
from audit.turns import Busy, FairLock
from chat import actions
from chat.models import Channel, Draft
from tests import cast
from tests.chat.scene import post

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's writers queue by rows")


@pytest.fixture
def turn_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread writes, and doesn't stop."""
    lock = FairLock(patience=0.0)
    monkeypatch.setattr(turns, "_turns", lock)
    other = threading.Thread(target=lock.acquire)
    other.start()
    other.join()


Act = Callable[[Caller, Channel], object]
UNLOGGED: dict[str, Act] = {
    "close_direct": lambda caller, channel: actions.close_direct(caller, channel),
    "follow_thread": lambda caller, channel: actions.follow_thread(
        caller, channel.messages.get(), following=True
    ),
    "mark_all_read": lambda caller, _channel: actions.mark_all_read(caller),
    "mark_read": lambda caller, channel: actions.mark_read(caller, channel, message_id=10**9),
    "mark_unread": lambda caller, channel: actions.mark_unread(caller, channel.messages.get()),
    "pause_notifications": lambda caller, _channel: actions.pause_notifications(caller, until="hour"),
    "read_thread": lambda caller, channel: actions.read_thread(
        caller, channel.messages.get(), message_id=10**9
    ),
    "save_draft": lambda caller, channel: actions.save_draft(caller, channel, body="Hello"),
    "discard_draft": lambda caller, _channel: actions.discard_draft(caller, Draft.objects.get()),
    "set_level": lambda caller, channel: actions.set_level(caller, channel, level="nothing"),
    "take_back": lambda caller, channel: actions.take_back(caller, {channel.pk: 0}),
}


@pytest.fixture
def place(anna: Member, chloe: Member, general: Channel, request: pytest.FixtureRequest) -> Channel:
    """Where Chloe does it: the channel that everyone is in, or Anna's and her direct one."""
    if request.node.callspec.params["name"] == "close_direct":
        return actions.open_direct(cast.caller_of(anna), [chloe])
    post(anna, general)
    actions.save_draft(cast.caller_of(chloe), general, body="Begun")
    return general


@pytest.mark.parametrize("name", UNLOGGED)
def test_it_waits_for_its_turn(name: str, chloe: Member, place: Channel, turn_taken: None) -> None:
    with pytest.raises(Busy):
        UNLOGGED[name](cast.caller_of(chloe), place)
