"""The turn to write among the processes that share one SQLite file: they take it one after the other.

SQLite's busy handler alone lets the process that has just written write again while the others sleep. Here whoever
wants the turn waits in a place before it, which only one can have: who lets the turn go stands behind that one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

BEFORE, TURN = 0, 1  # bytes of the file that stand for the two


@contextmanager
def across_processes(database: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the turn among the processes on a database file. Within a process one thread at a time may ask for it.

    A process that dies lets it go. Where no file can lie beside the database, SQLite's own lock has to do.

    Raises:
        BlockingIOError: it's another's, and one doesn't `wait`.
    """
    file = _beside(database)
    if file is None:
        yield
        return
    how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    fcntl.lockf(file, how, 1, BEFORE)
    try:
        fcntl.lockf(file, how, 1, TURN)
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, BEFORE)
    try:
        yield
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, TURN)


@cache
def _beside(database: str) -> int | None:
    """The descriptor of the file that is locked, open for the process's life: closing any would lose its locks."""
    if not os.path.isfile(database):  # in memory
        return None
    try:
        return os.open(f"{database}-turns", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return None
