"""Going back to the database as it was, after tests that commit.

Django's flush deletes rows, which the log's triggers refuse; so a copy of the whole database is put back.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections

Run = Callable[[str], object]


class SQLiteCopy:
    """A second file, copied back page by page; other open connections see it as one more transaction."""

    def __init__(self) -> None:
        self.file = str(connection.settings_dict["NAME"])
        self.copy = f"{self.file}.pristine"
        connection.close()
        self._copy(self.file, self.copy)

    def restore(self) -> None:
        connections.close_all()
        self._copy(self.copy, self.file)

    def drop(self) -> None:
        Path(self.copy).unlink()

    @staticmethod
    def _copy(source: str, target: str) -> None:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target, timeout=15)) as new:
            old.backup(new)


class PostgreSQLCopy:
    """A second database, which the first one is made of anew."""

    def __init__(self) -> None:
        self.name = str(connection.settings_dict["NAME"])
        self.copy = f"{self.name}_pristine"
        self._make(self.copy, of=self.name)

    def restore(self) -> None:
        self._make(self.name, of=self.copy)

    def drop(self) -> None:
        with self._server() as run:
            run(f'DROP DATABASE IF EXISTS "{self.copy}" WITH (FORCE)')

    def _make(self, name: str, *, of: str) -> None:
        connections.close_all()
        with self._server() as run:
            run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{of}' AND pid <> pg_backend_pid()"
            )
            run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            run(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')

    @contextmanager
    def _server(self) -> Iterator[Run]:
        with connection._nodb_cursor() as cursor:
            yield cursor.execute
