"""What the fault tests stand on: a committed database, the channel they talk in, and one who posts until it is in."""

import http.client
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.models import Member
from audit.queries import head_position
from chat import access
from chat.models import Channel
from tests.e2e.conftest import chromium, chromium_path
from tests.server import Server, Site, until

__all__ = ["chromium", "chromium_path"]  # fixtures of the browser's tests, which are wanted here too
ClientOf = Callable[[Member], Client]


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


@pytest.fixture
def stream(general: Channel) -> str:
    """The path of a stream that begins now."""
    return f"/o/acme/events?channel={general.pk}&after={head_position(general.organization_id)}"


@pytest.fixture
def server(committed: None) -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def insist(general: Channel) -> Callable[[Site, Client, str], list[int]]:
    """Post as the page's script does: again and again with the same client id, until the server has it.

    Returns the statuses; 0 is no answer.
    """

    def post(site: Site, client: Client, words: str) -> list[int]:
        statuses: list[int] = []

        def is_taken() -> bool:
            path = f"/o/acme/c/{general.pk}/messages/"
            try:
                statuses.append(site.post(path, client=client, body=words, client_id=words).status)
            except (OSError, http.client.HTTPException):
                statuses.append(0)
            return statuses[-1] == 200

        until(is_taken, within=60)
        return statuses

    return post
