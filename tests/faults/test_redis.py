"""Redis is killed and comes back: what is logged goes on without it, and signals return by themselves."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Member
from chat.actions import post_message
from chat.models import Channel
from tests.cast import caller_of
from tests.server import Reader, Server, Site, until

pytestmark = pytest.mark.usefixtures("committed")
ClientOf = Callable[[Member], Client]


class Redis(Site):
    """A Redis of our own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        until(self.answers)

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        message = "There is no redis-server here."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with Redis(tmp_path) as redis:
        yield redis


def test_a_restart(
    redis: Redis, anna: Member, chloe: Member, general: Channel, stream: str, client_of: ClientOf
) -> None:
    address = f"redis://127.0.0.1:{redis.port}/0"
    with Server(REDIS_URL=address) as first, Server(REDIS_URL=address) as second:
        client = client_of(chloe)
        readers = [Reader(server, stream, client=client) for server in (first, second)]
        for reader in readers:
            reader.caught_up()

        def read_one_more() -> int:
            message = post_message(caller_of(anna), general, body="One more")
            answer = first.post(f"/o/acme/c/{general.pk}/read/", client=client, message=str(message.pk))
            assert answer.status == 204
            return message.pk

        pk = read_one_more()
        for reader in readers:
            reader.next(f'data-message="{pk}" data-unread="0"')
        redis.stop()
        pk = read_one_more()  # and it's no error that nobody is told
        for reader in readers:
            reader.next(f'id="c-m-{pk}"')
        assert first.request("GET", f"/o/acme/c/{general.pk}/", client=client).status == 200
        guess = first.request("GET", "/accounts/login/")
        assert guess.status == 200
        redis.start()

        def signals_are_back() -> bool:
            read_one_more()
            words = 'hx-swap="read"'
            return all(sum(words in event.data for event in list(reader.seen)) >= 2 for reader in readers)

        until(signals_are_back)
        assert all(reader.response.fp is not None for reader in readers)  # and no stream was cut
