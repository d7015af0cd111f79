"""Whose turn it is to write, fairly, within this process and among those on the same file.

SQLite's busy handler sleeps and tries again, so that under load one writer may starve; writers of a process
therefore queue here, first come first served, and the processes take turns, before BEGIN IMMEDIATE. PostgreSQL queues
on the head's row.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import OperationalError, connection

from audit.turnstile import across_processes

PATIENCE = 2.0  # seconds that one turn may last before those who wait for theirs are turned away
BRIEFLY = 0.2  # seconds that what can be left undone waits


class Busy(OperationalError):
    """Nobody can write now: whoever's turn it is waits for a database that another program has locked."""


class FairLock:
    """A lock that is handed to the longest waiting thread; the same thread may take it again.

    Nobody waits behind an owner who has had it for `patience` seconds: threads that all wait serve no reader.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._owner: int | None = None
        self._since = 0.0  # when the owner got it
        self._depth = 0

    def acquire(self, *, within: float = float("inf")) -> bool:
        """Wait for one's turn, `within` seconds; whether it wasn't this thread's already.

        Raises:
            Busy: that took too long, or the owner has had it for too long.
        """
        me, end = threading.get_ident(), time.monotonic() + within
        with self._guard:
            if self._owner == me:
                self._depth += 1
                return False
            if self._owner is None:
                self._own(me)
                return True
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        while not ticket.acquire(timeout=max(0.0, min(end, self._since + self.patience) - time.monotonic())):
            with self._guard:
                late = time.monotonic() >= min(end, self._since + self.patience)
                if late and ticket in self._waiting:
                    self._waiting.remove(ticket)
                    raise Busy("another program has locked the database")
        with self._guard:  # the one before us has let it go, and made us no owner yet
            self._own(me)
        return True

    def release(self) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            if self._waiting:
                self._owner = -1  # reserved: nobody may slip in before the one we wake
                self._since = time.monotonic()
                self._waiting.popleft().release()
            else:
                self._owner = None

    def _own(self, who: int) -> None:
        self._owner, self._depth, self._since = who, 1, time.monotonic()


_turns = FairLock()


@contextmanager
def turn() -> Iterator[None]:
    """Hold the turn to write; on PostgreSQL it's always everyone's.

    Raises:
        Busy: another program keeps the database from those whose turn it is.
    """
    if connection.vendor != "sqlite":
        yield
        return
    first = _turns.acquire()
    try:
        with across_processes(str(connection.settings_dict["NAME"])) if first else nullcontext():
            yield
    finally:
        _turns.release()


@contextmanager
def brief_turn() -> Iterator[None]:
    """The turn for what can be left undone, and that nobody should wait for: the stamp of a session that is read in.

    Raises:
        OperationalError: it can't be had at once.
    """
    if connection.vendor != "sqlite":
        yield
        return
    first = _turns.acquire(within=BRIEFLY)
    try:
        name = str(connection.settings_dict["NAME"])
        with across_processes(name, wait=False) if first else nullcontext(), _waiting_briefly():
            yield
    except BlockingIOError as error:
        raise Busy("another process writes") from error
    finally:
        _turns.release()


@contextmanager
def _waiting_briefly() -> Iterator[None]:
    """Have this connection's statements wait no longer than BRIEFLY for SQLite's lock."""
    usual = int(
        connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000
    )  # milliseconds, as sqlite3 has it
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(BRIEFLY * 1000)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
