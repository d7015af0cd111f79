"""Open streams make people present: at once when they come, a while after they went, within bounds for the rest."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.presence import ACTIVE, AWAY, OFFLINE, OWN, presence
from chat.live import attendance as module
from chat.live.attendance import GRACE, MOST, SILENT, Attendance

ACME, GLOBEX = 1, 2


class Room:
    """What a hub is to attendance: who has streams open, and what has been told on which topic."""

    def __init__(self) -> None:
        self.by_member: dict[int, list[Any]] = {}
        self.streams: set[int] = set()
        self.told: list[tuple[int, str, str]] = []

    def signal(self, organization_id: int, topic: str, data: str) -> None:
        self.told.append((organization_id, topic, data))

    def on(self, topic: str) -> list[str]:
        return [data for _organization, where, data in self.told if where == topic]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    room = Room()
    monkeypatch.setattr(module, "hub", room)
    presence.told = {}
    yield room
    presence.told = {}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def attendance(room: Room, clock: SimpleNamespace) -> Attendance:
    return Attendance()


def stream(room: Room, attendance: Attendance, member: int, *, hints: bool = False) -> Any:
    """A stream that has come."""
    one: Any = SimpleNamespace(organization_id=ACME, member_id=member, hints=hints)
    room.by_member.setdefault(member, []).append(one)
    attendance.look_at(one)
    return one


def leave(room: Room, attendance: Attendance, one: Any) -> None:
    room.by_member[one.member_id].remove(one)
    attendance.look_at(one)


@pytest.mark.asyncio
async def test_who_comes_is_here_at_once_and_stays_a_while_after_leaving(
    room: Room, attendance: Attendance, clock: SimpleNamespace
) -> None:
    page = stream(room, attendance, 7)
    await attendance.tick(clock.now)
    assert presence.state(ACME, 7) == ACTIVE
    assert presence.state(GLOBEX, 7) == OFFLINE
    assert 'data-active="7"' in room.on(f"f:{ACME}")[-1]
    assert 'data-active="7"' in room.on("p:7")[-1]

    leave(room, attendance, page)
    clock.now += GRACE - 1
    await attendance.tick(clock.now)
    assert presence.state(ACME, 7) == ACTIVE
    again = stream(room, attendance, 7)  # a reload
    clock.now += GRACE + 1
    await attendance.tick(clock.now)
    assert len(room.on("p:7")) == 1

    leave(room, attendance, again)
    clock.now += GRACE + 1
    await attendance.tick(clock.now)
    assert presence.state(ACME, 7) == OFFLINE
    assert 'data-offline="7"' in room.on("p:7")[-1]


@pytest.mark.asyncio
async def test_the_hints_of_a_hidden_tab_leave_its_member_away(
    room: Room, attendance: Attendance, clock: SimpleNamespace
) -> None:
    stream(room, attendance, 7, hints=True)
    await attendance.tick(clock.now)
    assert presence.state(ACME, 7) == AWAY
    page = stream(room, attendance, 7)
    await attendance.tick(clock.now)
    assert presence.state(ACME, 7) == ACTIVE
    leave(room, attendance, page)
    clock.now += GRACE + 1
    await attendance.tick(clock.now)
    assert presence.state(ACME, 7) == AWAY


@pytest.mark.asyncio
async def test_a_herd_is_told_of_in_bounded_parts(
    room: Room, attendance: Attendance, clock: SimpleNamespace
) -> None:
    room.streams = set(range(5000))
    for member in range(1, MOST + 101):
        stream(room, attendance, member)
    await attendance.tick(clock.now)
    assert len(room.on(f"f:{ACME}")) == 1
    clock.now += 1
    await attendance.tick(clock.now)
    assert len(room.on(f"f:{ACME}")) == 1  # 5,000 streams are told every five seconds at most
    clock.now += 5
    await attendance.tick(clock.now)
    first, second = (
        len(data.split('data-active="')[1].split('"')[0].split()) for data in room.on(f"f:{ACME}")
    )
    assert (first, second) == (MOST, 100)


@pytest.mark.asyncio
async def test_other_processes_are_heard_until_they_fall_silent(
    room: Room, attendance: Attendance, clock: SimpleNamespace
) -> None:
    said = {"type": "presence", "process": "other", "whole": True, "states": [[ACME, 9, ACTIVE]]}
    attendance.hear(said)
    attendance.hear(said | {"process": attendance.name, "states": [[ACME, 10, ACTIVE]]})  # its own echo
    await attendance.tick(clock.now)
    assert presence.here(ACME) is None or presence.state(ACME, 10) == OFFLINE
    assert presence.state(ACME, 9) == ACTIVE
    assert 'data-active="9"' in room.on("p:9")[-1]
    attendance.hear(said | {"whole": False, "states": [[ACME, 9, AWAY]]})
    assert presence.state(ACME, 9) == AWAY
    clock.now += SILENT + 1
    await attendance.tick(clock.now)
    assert presence.state(ACME, 9) == OFFLINE
    assert OWN not in presence.told or not presence.told[OWN]
    assert 'data-offline="9"' in room.on("p:9")[-1]
