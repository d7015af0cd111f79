"""`manage.py serve --processes`: several processes on one socket and one database, as one server."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import Member
from audit.queries import head_position
from audit.verifying import verify_chain
from chat import access
from chat.actions import add_members, create_channel, post_message, remove_member
from chat.models import Channel, Message
from tests.cast import caller_of
from tests.server import ROOT, Reader, Server, until
from workchat_site.mail import send_mail

pytestmark = pytest.mark.usefixtures("committed")
ClientOf = Callable[[Member], Client]
WRITERS, EACH = 16, 5


@pytest.fixture
def server(committed: None) -> Iterator[Server]:
    with Server(PROCESSES="2") as server:
        until(lambda: len(server.children()) == 2)
        yield server


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


def connections_of(process: int, port: int) -> int:
    """How many connections to `port` a process has accepted."""
    sockets = {os.readlink(file) for file in Path(f"/proc/{process}/fd").iterdir() if file.is_symlink()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here, established = f"0100007F:{port:04X}", "01"
    return sum(row[1] == here and row[3] == established and f"socket:[{row[9]}]" in sockets for row in rows)


def readers_in_each(server: Server, path: str, client: Client) -> list[Reader]:
    """Open streams, until each process has one."""
    readers: list[Reader] = []

    def one_more() -> bool:
        readers.append(Reader(server, path, client=client))
        readers[-1].caught_up()
        return all(connections_of(child, server.port) for child in server.children())

    until(one_more)
    return readers


def test_what_is_posted_through_one_is_on_the_screens_of_all_and_rights_end_in_all(
    server: Server, anna: Member, chloe: Member, client_of: ClientOf
) -> None:
    secret = create_channel(caller_of(anna), name="secret", kind="private")
    add_members(caller_of(anna), secret, [chloe])
    path = f"/o/acme/events?channel={secret.pk}&after={head_position(anna.organization_id)}"
    readers = readers_in_each(server, path, client_of(chloe))
    for number in range(6):  # some by one process, some by the other
        answer = server.post(f"/o/acme/c/{secret.pk}/messages/", client=client_of(anna), body=f"No. {number}")
        assert answer.status == 200
    for reader in readers:
        for number in range(6):
            reader.next(f"No. {number}")
    remove_member(caller_of(anna), secret, chloe)
    post_message(caller_of(anna), secret, body="not for her")
    create_channel(caller_of(anna), name="open")
    for reader in readers:
        reader.next("gone")
        reader.next("directory")
        assert not any("not for her" in event.data for event in reader.seen)


def test_sixteen_writers_get_through_and_keep_one_order(
    server: Server, anna: Member, general: Channel, client_of: ClientOf
) -> None:
    before = head_position(general.organization_id)
    client = client_of(anna)

    def write(writer: int) -> list[int]:
        return [
            server.post(
                f"/o/acme/c/{general.pk}/messages/",
                client=client,
                body=f"{writer} says {number}",
                client_id=f"{writer}-{number}",
            ).status
            for number in range(EACH)
        ]

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = [status for done in pool.map(write, range(WRITERS)) for status in done]
    assert statuses == [200] * WRITERS * EACH
    assert head_position(general.organization_id) == before + WRITERS * EACH
    assert Message.objects.filter(client_id__regex=r"^\d+-\d+$").count() == WRITERS * EACH
    assert verify_chain(general.organization_id) is None


def test_one_that_dies_is_replaced_while_the_others_serve(
    server: Server, anna: Member, general: Channel, client_of: ClientOf
) -> None:
    path = f"/o/acme/events?channel={general.pk}&after={head_position(anna.organization_id)}"
    readers_in_each(server, path, client_of(anna))
    dead, alive = server.children()
    os.kill(dead, signal.SIGKILL)
    for _request in range(20):
        assert server.request("GET", "/health").status == 200
    until(lambda: len(server.children()) == 2 and dead not in server.children())
    assert alive in server.children()
    fresh = next(child for child in server.children() if child != alive)
    post_message(caller_of(anna), general, body="after the death")
    # Those that it served come back, to either; and the one that took its place hears what happens, too.
    until(lambda: connects_to(server, fresh, client_of(anna), path))


def connects_to(server: Server, process: int, client: Client, path: str) -> bool:
    """Whether a new stream is the process's."""
    before = connections_of(process, server.port)
    Reader(server, path, client=client).next("after the death")
    return connections_of(process, server.port) > before


def test_all_end_with_their_parent_however_it_ends(
    server: Server, anna: Member, general: Channel, client_of: ClientOf
) -> None:
    path = f"/o/acme/events?channel={general.pk}"
    reader = readers_in_each(server, path, client_of(anna))[0]
    children = server.children()
    assert server.stop() == 0
    assert reader.ended()
    assert not any(is_running(child) for child in children)
    server.start()
    until(lambda: len(server.children()) == 2)
    children = server.children()
    server.stop(signal.SIGKILL)
    until(lambda: not any(is_running(child) for child in children))
    server.start()  # the address is free again


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_tasks_are_done_once(server: Server) -> None:
    for number in range(3):
        send_mail.enqueue(
            subject=f"No. {number}",
            body="",
            html="",
            sender="a@example.org",
            to=["b@example.org"],
            headers={},
        )
    until(lambda: not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists())
    assert [len(result.worker_ids) for result in DBTaskResult.objects.all()] == [1, 1, 1]


def test_guesses_are_counted_over_all_processes(server: Server, chloe: Member) -> None:
    """As many as one process allows: the sixth within five minutes isn't looked at."""
    assert chloe.user is not None
    csrf = "c" * 32
    answers = [
        server.request(
            "POST",
            "/accounts/login/",
            body=f"login={chloe.user.email}&password=guess-{guess}&csrfmiddlewaretoken={csrf}",
            Cookie=f"{settings.CSRF_COOKIE_NAME}={csrf}",
            Content_Type="application/x-www-form-urlencoded",
        )
        for guess in range(10)
    ]
    refused = [bool(re.search("Too many failed", answer.text)) for answer in answers]
    assert refused == [False] * 5 + [True] * 5


def test_an_address_in_use_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--processes", "2"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "WORKCHAT_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"Can't listen on 127.0.0.1, port {port}" in done.stderr
    assert "Traceback" not in done.stderr
