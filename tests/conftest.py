"""The cast as fixtures, their callers and browsers, and the two ways to use the database.

A test is rolled back, unless it asks for `committed`: then it commits, and the database is put back after.
"""

from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from accounts.caller import Caller
from accounts.models import Member, Organization
from accounts.presence import presence
from accounts.sessions import stamps
from accounts.web import ENTERED, LAST
from tests import cast
from tests.pristine import PostgreSQLCopy, SQLiteCopy


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The database with the cast in it; pytest-django makes none for tests that only commit."""
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default": None}, serialized_aliases={}
        )
        cast.assemble()
    mail.outbox.clear()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def pristine(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SQLiteCopy | PostgreSQLCopy]:
    with django_db_blocker.unblock():
        copy = SQLiteCopy() if connection.vendor == "sqlite" else PostgreSQLCopy()
        yield copy
        copy.drop()


@pytest.fixture
def committed(pristine: SQLiteCopy | PostgreSQLCopy, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test's transactions are real, for other threads and processes too."""
    with django_db_blocker.unblock():
        yield
        pristine.restore()


@pytest.fixture
def database(request: pytest.FixtureRequest, django_db_setup: None) -> None:
    """What the cast stands on: `committed` where a test asks for it, otherwise a transaction undone."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    cache.clear()
    stamps.forget()
    presence.told, presence.is_known = {}, False


@pytest.fixture
def anna(database: None) -> Member:
    return cast.member("anna")


@pytest.fixture
def ben(database: None) -> Member:
    return cast.member("ben")


@pytest.fixture
def chloe(database: None) -> Member:
    return cast.member("chloe")


@pytest.fixture
def gus(database: None) -> Member:
    return cast.member("gus")


@pytest.fixture
def zoe(database: None) -> Member:
    return cast.member("zoe")


@pytest.fixture
def robin(database: None) -> Member:
    return cast.member("robin")


@pytest.fixture
def acme(database: None) -> Organization:
    return Organization.objects.get(slug="acme")


@pytest.fixture
def globex(database: None) -> Organization:
    return Organization.objects.get(slug="globex")


@pytest.fixture
def caller() -> Callable[[Member], Caller]:
    """The caller that a page makes of a member."""
    return cast.caller_of


@pytest.fixture
def client_of(database: None) -> Callable[[Member], Client]:
    """A browser in which a member has signed in and been in their organization before."""

    def sign_in(member: Member) -> Client:
        assert member.user is not None
        client = Client()
        client.force_login(member.user)
        session = client.session
        session[ENTERED], session[LAST] = [member.organization_id], member.organization_id
        session.save()
        return client

    return sign_in
