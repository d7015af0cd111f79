"""Whose turn it is to write, fairly, within this process.

SQLite's busy handler sleeps and tries again, so that under load one writer may starve; writers of a process
therefore queue here, first come first served, before BEGIN IMMEDIATE. PostgreSQL queues on the head's row.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class FairLock:
    """A lock that is handed to the longest waiting thread; the same thread may take it again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._owner == me:
                self._depth += 1
                return
            if self._owner is None:
                self._owner, self._depth = me, 1
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        ticket.acquire()  # released by the one before us, who made us no owner yet
        with self._guard:
            self._owner, self._depth = me, 1

    def release(self) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            if self._waiting:
                self._owner = -1  # reserved: nobody may slip in before the one we wake
                self._waiting.popleft().release()
            else:
                self._owner = None


_turns = FairLock()


@contextmanager
def turn() -> Iterator[None]:
    """Hold this process's turn to write; on PostgreSQL it's always everyone's."""
    if connection.vendor != "sqlite":
        yield
        return
    _turns.acquire()
    try:
        yield
    finally:
        _turns.release()
