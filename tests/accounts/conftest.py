"""A server on which nobody is yet, and one who operates it."""

import pytest
from django.test import Client

from accounts.actions import create_user
from accounts.models import Invitation, Member, Organization, User
from chat.models import Channel
from tests.cast import PASSWORD, TESTS


@pytest.fixture
def empty_server(database: None) -> None:
    """As after the first `migrate`, but for the log, which nothing is taken from."""
    Channel.objects.update(created_by=None)
    Invitation.objects.all().delete()
    Organization.objects.all().delete()
    Member.objects.all().delete()
    User.objects.all().delete()


@pytest.fixture
def operator(database: None) -> User:
    """A superuser who is in no organization."""
    return create_user(TESTS, email="olga@server.example", password=PASSWORD, operator=True)


@pytest.fixture
def operating(operator: User, client: Client) -> Client:
    """The operator's browser."""
    client.force_login(operator)
    return client
