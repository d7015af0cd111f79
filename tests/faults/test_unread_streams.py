"""Readers that never read: they're cut, the server doesn't grow by them, and they resume where they were."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Member
from chat.actions import post_message
from chat.models import Channel
from tests.cast import caller_of
from tests.faults.following import Follower
from tests.server import DEADLINE, Reader, Server, until

pytestmark = pytest.mark.usefixtures("committed")
ClientOf = Callable[[Member], Client]
READERS, MESSAGES = 5, 420
BODY = "word " * 1_900  # 9.5 KB


def connect(server: Server, path: str, client: Client) -> socket.socket:
    """A stream that is asked for and never read, with little room in between."""
    reader = socket.socket()
    reader.settimeout(DEADLINE)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", server.port))
    name = settings.SESSION_COOKIE_NAME
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {name}={client.cookies[name].value}\r\n\r\n"
    reader.sendall(asked.encode())
    return reader


def memory_of(server: Server) -> int:
    """Bytes that the server's process holds for itself."""
    assert server.process is not None
    (kilobytes,) = re.findall(r"RssAnon:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())
    return int(kilobytes) * 1024


def connections_to(port: int) -> int:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1] == f"0100007F:{port:04X}" and row[3] == "01" for row in rows)


def test_five_readers_that_never_read(
    server: Server, anna: Member, chloe: Member, general: Channel, stream: str, client_of: ClientOf
) -> None:
    client = client_of(chloe)
    witness = Reader(server, stream, client=client)
    witness.caught_up()

    def post_all() -> tuple[list[int], int, int]:
        """The messages' ids, the position that the witness got to, and by how much the server grew meanwhile."""
        before = memory_of(server)
        ids = [post_message(caller_of(anna), general, body=BODY).pk for _number in range(MESSAGES)]
        reached = witness.next(f'id="c-m-{ids[-1]}"').id
        assert reached is not None
        return ids, reached, memory_of(server) - before

    # What the server keeps of the messages themselves, it keeps without those readers too; the first time warms it up.
    post_all()
    _ids, reached, usual = post_all()

    path = re.sub(r"after=\d+", f"after={reached}", stream)
    unread = [connect(server, path, client) for _reader in range(READERS)]
    # They peek: their streams have begun, and still nothing is read.
    until(lambda: all(b"event: position" in reader.recv(4096, socket.MSG_PEEK) for reader in unread))
    assert connections_to(server.port) == READERS + 1
    posted, _reached, grown = post_all()
    until(lambda: connections_to(server.port) == 1)
    assert grown - usual < 10_000_000

    for reader in unread:
        read = drain(reader)
        reader.close()
        ids = [
            int(number) for number in re.findall(rb"^id: (\d+)$", read.rpartition(b"\n\n")[0], re.MULTILINE)
        ]
        assert len(ids) < MESSAGES
    # Far behind, a page is quicker to load anew; near, it's told exactly what it missed.
    with (
        Follower(server, path, client=client, after=ids[-1]) as far,
        Follower(server, path, client=client, after=reached + MESSAGES - 10) as near,
    ):
        until(lambda: far.heard("reload") and len(near.rows()) == 10)
        assert far.positions() == [reached + MESSAGES]
        after = post_message(caller_of(anna), general, body="after").pk
        until(lambda: after in far.rows() and after in near.rows())
        assert far.rows() == [after]
        assert near.rows() == [*posted[-10:], after]


def drain(reader: socket.socket) -> bytes:
    """What had reached it when it was cut."""
    parts = []
    try:
        while part := reader.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
