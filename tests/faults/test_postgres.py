"""PostgreSQL goes away and comes back: what it acknowledged is there once and told once, and the tailer hears again."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client

from accounts.models import Member
from audit.queries import head_position
from audit.verifying import verify_chain
from chat.actions import post_message
from chat.models import Channel, Message
from tests.cast import caller_of
from tests.faults.clusters import ClosedDatabase, Cluster, programs, wait_for_listeners
from tests.faults.following import Follower
from tests.server import Server, Site, until

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL as the database"),
]
ClientOf = Callable[[Member], Client]
Insist = Callable[[Site, Client, str], list[int]]
WRITERS, EACH = 8, 10


@pytest.fixture(params=["a cluster that is killed", "a database that is closed"])
def outage(request: pytest.FixtureRequest, committed: None) -> Iterator[Cluster | ClosedDatabase]:
    if request.param == "a database that is closed":
        closed = ClosedDatabase()
        yield closed
        closed.return_()
        return
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's own programs aren't here: the other test closes the database instead")
    cluster = Cluster(folder)
    try:
        cluster.make()
        yield cluster
    finally:
        cluster.drop()


def test_a_restart(
    outage: Cluster | ClosedDatabase,
    anna: Member,
    chloe: Member,
    general: Channel,
    stream: str,
    client_of: ClientOf,
    insist: Insist,
) -> None:
    before = head_position(general.organization_id)
    client, reading = client_of(anna), client_of(chloe)
    written = threading.Semaphore(0)

    def write(writer: int) -> set[int]:
        statuses: set[int] = set()
        for number in range(EACH):
            statuses |= set(insist(server, client, f"{writer}-{number}"))
            written.release()
        return statuses

    with (
        Server() as server,
        Follower(server, stream, client=reading) as follower,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        wait_for_listeners(1)
        writers = [pool.submit(write, writer) for writer in range(WRITERS)]
        for _message in range(WRITERS * 3):
            assert written.acquire(timeout=60)
        outage.go_away()
        until(lambda: server.request("GET", "/health").status == 503)
        page = server.request("GET", f"/o/acme/c/{general.pk}/", client=reading)
        assert page.status == 503
        assert int(page.headers["Retry-After"]) > 0
        assert server.request("GET", stream, client=reading).status == 503
        outage.return_()
        statuses = set().union(*(writer.result(timeout=60) for writer in writers))
        assert statuses == {200, 503}
        total = WRITERS * EACH
        until(lambda: len(follower.rows()) >= total)
        wait_for_listeners(1)
        last = post_message(caller_of(anna), general, body="by another process")
        until(lambda: last.pk in follower.rows())
        assert follower.opened == 1
    posted = list(Message.objects.filter(channel=general).order_by("pk"))
    assert len({message.client_id for message in posted}) == len(posted) == total + 1
    assert follower.rows() == [message.pk for message in posted]
    assert follower.positions() == list(range(before + 1, before + total + 2))
    assert verify_chain(general.organization_id) is None
    connections.close_all()
