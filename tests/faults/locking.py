"""Another program that keeps SQLite locked."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def locked() -> Iterator[None]:
    """The database is another's to write."""
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
