"""The server is killed, wherever it is: what it acknowledged is there once, and is told once."""

import random
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Member
from audit.models import Entry
from audit.queries import head_position
from audit.verifying import verify_chain
from chat.actions import post_message
from chat.models import Channel, Message
from tests.cast import caller_of
from tests.faults.following import Follower
from tests.faults.proxy import Proxy
from tests.server import Server, Site, until

pytestmark = pytest.mark.usefixtures("committed")
ClientOf = Callable[[Member], Client]
Insist = Callable[[Site, Client, str], list[int]]
WRITERS, EACH = 16, 8


def test_between_commit_and_delivery(
    tmp_path: Path, anna: Member, chloe: Member, stream: str, client_of: ClientOf, insist: Insist
) -> None:
    hold = tmp_path / "hold"
    with (
        Server(FAULTS=f"delivery={hold}") as server,
        Follower(server, stream, client=client_of(chloe)) as follower,
    ):
        insist(server, client_of(anna), "before")
        until(lambda: follower.heard("before"))
        hold.touch()
        assert insist(server, client_of(anna), "acknowledged") == [200]
        assert not follower.heard("acknowledged")
        server.stop(signal.SIGKILL)
        assert not follower.heard("acknowledged")
        hold.unlink()
        server.start()
        insist(server, client_of(anna), "acknowledged")  # its answer might have been lost: it's sent again
        insist(server, client_of(anna), "after")
        until(lambda: follower.heard("after"))
        assert [follower.heard(words) for words in ("before", "acknowledged", "after")] == [1, 1, 1]
        assert follower.positions() == sorted(set(follower.positions()))


def test_in_the_middle_of_a_replay(
    server: Server, anna: Member, chloe: Member, general: Channel, stream: str, client_of: ClientOf
) -> None:
    """However far it got, and be it in the middle of a line: the next replay goes on behind the last whole event."""
    client, at_random, killed = client_of(chloe), random.Random("replays"), threading.Event()
    posted = [post_message(caller_of(anna), general, body=f"No. {n} " + "x" * 400).pk for n in range(60)]

    def kill() -> None:
        server.stop(signal.SIGKILL)
        killed.set()

    with Proxy(server) as proxy:
        proxy.before_cut = kill
        proxy.let_through = at_random.randrange(1_500, 20_000)
        with Follower(proxy, stream, client=client) as follower:
            for one_more in (True, True, True, False):
                assert killed.wait(60)
                killed.clear()
                assert 0 < len(follower.rows()) < len(posted)
                proxy.let_through = at_random.randrange(1_500, 20_000) if one_more else -1
                server.start()
            until(lambda: len(follower.rows()) >= len(posted))
            assert follower.opened == 5
            assert follower.rows() == posted
            assert follower.positions() == sorted(set(follower.positions()))


@pytest.mark.parametrize(("processes", "kills"), [("1", 3), ("2", 2)])
def test_in_the_middle_of_sixteen_writers(
    processes: str,
    kills: int,
    anna: Member,
    chloe: Member,
    general: Channel,
    stream: str,
    client_of: ClientOf,
    insist: Insist,
) -> None:
    before = head_position(general.organization_id)
    client, at_random = client_of(anna), random.Random(f"{processes} processes")
    written = threading.Semaphore(0)

    def write(writer: int) -> int:
        """Post so many; returns how many times it had to try again."""
        again = 0
        for number in range(EACH):
            again += len(insist(server, client, f"{writer}-{number}")) - 1
            written.release()
        return again

    with (
        Server(PROCESSES=processes) as server,
        Follower(server, stream, client=client_of(chloe)) as follower,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        writers = [pool.submit(write, writer) for writer in range(WRITERS)]
        for _kill in range(kills):
            for _message in range(at_random.randrange(12, 30)):
                assert written.acquire(timeout=60)
            server.kill()
            server.start()
        assert sum(writer.result(timeout=60) for writer in writers) > 0
        total = WRITERS * EACH
        until(lambda: len(follower.rows()) >= total)
    posted = list(Message.objects.filter(channel=general).order_by("pk"))
    assert len({message.client_id for message in posted}) == len(posted) == total
    assert follower.rows() == [message.pk for message in posted]
    entries = Entry.objects.filter(organization=general.organization_id, position__gt=before)
    positions = list(entries.order_by("position").values_list("position", flat=True))
    assert positions == follower.positions() == list(range(before + 1, before + total + 1))
    assert verify_chain(general.organization_id) is None
