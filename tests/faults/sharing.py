"""One server for all tests of a module that imports these fixtures; they may kill lines, not the server."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.pristine import PostgreSQLCopy, SQLiteCopy
from tests.server import Server


@pytest.fixture(scope="module")
def server(pristine: SQLiteCopy | PostgreSQLCopy, django_db_blocker: DjangoDbBlocker) -> Iterator[Server]:
    with django_db_blocker.unblock():
        with Server() as server:
            yield server
        pristine.restore()


@pytest.fixture
def database(server: Server) -> None:
    """The cast is read from the server's database, which is put back after the module."""
