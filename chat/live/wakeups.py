"""Wake-ups: how a process learns that there may be something to read. They carry no data; one lost harms nothing.

A commit of this process wakes it at once. Others' are seen by SQLite's `data_version`, which changes when another
connection has committed, and heard through PostgreSQL's NOTIFY, with a slow look as net.
"""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing
from typing import Any
from urllib.parse import quote

import structlog
from django.db import DatabaseError, connection, connections
from django.dispatch import receiver

from audit.recording import committed

try:
    from psycopg import Error as DriverError  # comes unwrapped from psycopg's own connection
except ImportError:  # SQLite alone
    DriverError = DatabaseError  # type: ignore[assignment, misc]

LOOK = 0.025  # seconds between looks at SQLite
NET = 1.0  # seconds between looks at PostgreSQL when nobody says anything
CHANNEL = "workchat"
logger = structlog.get_logger(__name__)
wake = threading.Event()


@receiver(committed)
def tell(**_kwargs: Any) -> None:
    """Wake this process and, on PostgreSQL, the others. Runs after the commit, outside of its transaction."""
    wake.set()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def wakeups(stop: threading.Event) -> Generator[None]:
    """Yields once for every reason to look, and once at the beginning, until `stop` is set or it's closed."""
    yield None
    if connection.vendor == "sqlite":
        yield from _sqlite(stop)
    else:
        over = threading.Event()
        threading.Thread(target=_listen, args=(over,), name="live-listen", daemon=True).start()
        try:
            while not stop.is_set():
                wake.wait(NET)
                wake.clear()
                yield None
        finally:
            over.set()


def _sqlite(stop: threading.Event) -> Generator[None]:
    """Watch by a connection that only this thread has, that never writes, and whose cursors are read to their end."""
    database = quote(str(connection.settings_dict["NAME"]))
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)) as watch:
        seen = None
        while not stop.is_set():
            told = wake.wait(LOOK)
            wake.clear()
            ((version,),) = watch.execute("PRAGMA data_version").fetchall()
            if told or version != seen:
                seen = version
                yield None


def _listen(stop: threading.Event) -> None:
    """Hear NOTIFY on a connection of this thread's own; when it's lost, another is made, and one looks."""
    while not stop.is_set():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            raw = connection.connection
            wake.set()
            while not stop.is_set():
                for _note in raw.notifies(timeout=NET, stop_after=1):
                    wake.set()
        except (DatabaseError, OSError, DriverError) as error:
            logger.warning("live_listen_lost", error=type(error).__name__)
            stop.wait(NET)
        finally:
            connections["default"].close()
