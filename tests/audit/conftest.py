"""A way around the triggers, which is what a test of tampering needs."""

from collections.abc import Callable

import pytest
from django.db import connection

TABLES = ("audit_entry", "audit_value", "audit_head")


@pytest.fixture
def without_triggers(database: None) -> Callable[[], None]:
    """Take the log's triggers away until the test is rolled back, as who owns the database could."""

    def take_away() -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for table in TABLES:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                return
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")

    return take_away
