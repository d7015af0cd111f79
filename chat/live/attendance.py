"""Attendance: what open streams say of who is here, told to other processes and to the pages that may know.

A page's stream makes its member active, the hints of a hidden tab leave them away. Whoever comes is seen at once;
who leaves, a while later, since most come back: a reload, another page. Changes are gathered, and told the more
seldom the more streams there are to tell, so that the cost is bounded however many come and go.
"""

import asyncio
import secrets
import time
from collections.abc import Iterable
from typing import Any

import structlog
from django.conf import settings

from accounts.presence import ACTIVE, AWAY, OFFLINE, OWN, WORDS, presence
from chat.live import signals
from chat.live.hub import hub
from chat.live.stream import Stream

TICK = 0.5  # seconds between looks
GRACE = 20  # seconds that someone whose streams have ended stays here
BEAT = 20  # seconds between a process's whole lists
SILENT = 65  # seconds after which a process that says nothing is gone
A_STREAM = 0.001  # seconds of pause for each stream that a change is told to
MOST = 500  # changes told at once
logger = structlog.get_logger(__name__)

Who = tuple[int, int]  # organization, member


class Attendance:
    """The states that this process's streams make, and what is still to be told of. The loop's thread alone."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(8)  # of this process
        self.task: asyncio.Task[None] | None = None
        self.changed: dict[Who, float] = {}  # whose streams changed → when that counts
        self.untold: dict[int, dict[int, None]] = {}  # by organization: members of whom pages are to be told
        self.tell_after: dict[int, float] = {}
        self.shown: dict[Who, int] = {}  # what pages have been told
        self.heard_at: dict[str, float] = {}  # other processes
        self.beat_at = 0.0

    def start(self) -> None:
        """Begin in this thread's running loop, once."""
        if (
            self.task is not None
            and not self.task.done()
            and self.task.get_loop() is asyncio.get_running_loop()
        ):
            return
        hub.on_change = self.look_at
        signals.handlers["presence"] = self.hear
        presence.is_known = bool(settings.REDIS_URL) or settings.PROCESSES == 1
        self.task = asyncio.get_running_loop().create_task(self.run())

    def look_at(self, stream: Stream) -> None:
        """A stream has come or gone."""
        who = (stream.organization_id, stream.member_id)
        rises = self.state(who) > presence.told.get(OWN, {}).get(who[0], {}).get(who[1], OFFLINE)
        self.changed[who] = time.monotonic() + (0 if rises else GRACE)

    def state(self, who: Who) -> int:
        streams = hub.by_member.get(who[1], ())
        if any(not stream.hints for stream in streams):
            return ACTIVE
        return AWAY if streams else OFFLINE

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.tick(time.monotonic())
            except Exception:  # presence is a comfort: it may fail, but not for good
                logger.exception("live_attendance_failed")

    async def tick(self, now: float) -> None:
        """Take what has changed by now, and tell of it."""
        due = [who for who, at in self.changed.items() if at <= now]
        states = []
        for who in due:
            del self.changed[who]
            states.append((*who, self.state(who)))
        if states:
            self.take(OWN, states)
        if settings.REDIS_URL and (states or now >= self.beat_at + BEAT):
            whole = now >= self.beat_at + BEAT
            self.beat_at = now if whole else self.beat_at
            await signals.send({"type": "presence", "process": self.name, "whole": whole, "states":
                                self.everyone() if whole else states})  # fmt: skip
        for process in [name for name, at in self.heard_at.items() if at < now - SILENT]:
            del self.heard_at[process]
            self.take(process, [], whole=True)
            presence.forget(process)
        self.tell(now)

    def everyone(self) -> list[tuple[int, int, int]]:
        """All that this process knows by its own streams."""
        own = presence.told.get(OWN, {})
        return [(pk, member, state) for pk, table in own.items() for member, state in table.items()]

    def hear(self, message: dict[str, Any]) -> None:
        """What another process says; its own words come back to it too."""
        if message["process"] != self.name:
            self.heard_at[message["process"]] = time.monotonic()
            states = [(pk, member, state) for pk, member, state in message["states"]]
            self.take(message["process"], states, whole=message["whole"])

    def take(self, process: str, states: Iterable[tuple[int, int, int]], *, whole: bool = False) -> None:
        states = list(states)
        before = presence.told.get(process, {}) if whole else {}
        presence.tell(process, states, whole=whole)
        touched = [(pk, member) for pk, member, _state in states]
        touched += [(pk, member) for pk, table in before.items() for member in table]
        for organization_id, member_id in touched:
            self.untold.setdefault(organization_id, {})[member_id] = None

    def tell(self, now: float) -> None:
        """Tell the pages of each organization whose turn it is."""
        for organization_id in list(self.untold):
            if self.tell_after.get(organization_id, 0) > now:
                continue
            members = self.untold[organization_id]
            by_state: dict[int, list[int]] = {OFFLINE: [], AWAY: [], ACTIVE: []}
            told = 0
            for member_id in list(members):
                if told == MOST:
                    break
                del members[member_id]
                who, state = (organization_id, member_id), presence.state(organization_id, member_id)
                if self.shown.get(who, OFFLINE) != state:
                    self.show(who, state)
                    by_state[state].append(member_id)
                    told += 1
            if not members:
                del self.untold[organization_id]
            if told:
                hub.signal(organization_id, f"f:{organization_id}", partial(by_state))
                self.tell_after[organization_id] = now + A_STREAM * len(hub.streams)

    def show(self, who: Who, state: int) -> None:
        """Guests are told of those they know, one by one."""
        if state == OFFLINE:
            self.shown.pop(who, None)
        else:
            self.shown[who] = state
        hub.signal(who[0], f"p:{who[1]}", partial({state: [who[1]]}))


def partial(by_state: dict[int, list[int]]) -> str:
    """The page's fragment that says who is here now."""
    told = " ".join(
        f'data-{WORDS[state] or "offline"}="{" ".join(map(str, members))}"'
        for state, members in by_state.items()
    )
    return f'<hx-partial hx-target="body" hx-swap="presence"><i {told}></i></hx-partial>'


attendance = Attendance()
