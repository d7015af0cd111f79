"""Another program keeps SQLite locked for ten seconds: reading goes on, writing waits or is told to come again."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Member
from audit.queries import head_position
from audit.verifying import verify_chain
from chat.models import Channel, Message
from tests.faults.following import Follower
from tests.faults.locking import locked
from tests.server import Server, Site, until

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="on PostgreSQL no program locks out all writers"
    ),
    pytest.mark.slow,
]
ClientOf = Callable[[Member], Client]
Insist = Callable[[Site, Client, str], list[int]]
WRITERS, LONG = 8, 10  # seconds


@pytest.mark.parametrize("processes", ["1", "2"])
def test_ten_seconds(
    processes: str,
    anna: Member,
    chloe: Member,
    general: Channel,
    stream: str,
    client_of: ClientOf,
    insist: Insist,
) -> None:
    client, reading = client_of(anna), client_of(chloe)
    before = head_position(general.organization_id)
    with (
        Server(PROCESSES=processes) as server,
        Follower(server, stream, client=reading) as follower,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        insist(server, client, "before")
        with locked():
            end = time.monotonic() + LONG
            writers = [pool.submit(insist, server, client, f"No. {n}") for n in range(WRITERS)]
            refused: list[dict[str, str]] = []

            def one_is_refused() -> bool:
                answer = server.post(
                    f"/o/acme/c/{general.pk}/messages/", client=client, body="Not now", client_id="later"
                )
                if answer.status == 503:
                    assert "Nothing was changed" in answer.text
                    refused.append(answer.headers)
                return bool(refused)

            pages = 0
            until(one_is_refused)
            assert int(refused[0]["Retry-After"]) > 0
            while time.monotonic() < end:  # threads that wait to write leave some to read
                page = server.request("GET", f"/o/acme/c/{general.pk}/", client=reading)
                assert page.status == 200
                pages += 1
            assert pages >= LONG
            assert server.request("GET", "/health").status == 200
            assert head_position(general.organization_id) == before + 1
        tries = [writer.result(timeout=60) for writer in writers]
        assert {status for one in tries for status in one} <= {200, 503}
        insist(server, client, "after")
        until(lambda: follower.heard("after"))
        assert follower.opened == 1
    written = Message.objects.filter(channel=general, client_id__startswith="No. ")
    assert written.count() == WRITERS
    assert head_position(general.organization_id) == before + WRITERS + 2
    assert len(follower.rows()) == WRITERS + 2
    assert verify_chain(general.organization_id) is None
