"""Many write at once: one order, no gap, nothing missed, and the chain verifies. On either database."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from accounts.actions import change_role, leave_organization
from accounts.errors import Refused
from accounts.models import Member
from audit.models import Entry, Head
from audit.queries import entries_after, head_position
from audit.recording import record
from audit.verifying import verify_chain
from chat import access
from chat.actions import post_message
from chat.models import Channel, Message
from tests.cast import caller_of
from tests.server import DEADLINE, ROOT, database_url

pytestmark = pytest.mark.usefixtures("committed")
WRITERS, EACH = 16, 6


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


def in_threads(work: Callable[[int], None], number: int) -> None:
    """Run `work` in so many threads at once, each with a connection that is closed at its end."""

    def run(index: int) -> None:
        try:
            work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        for done in [pool.submit(run, index) for index in range(number)]:
            done.result(timeout=60)


def test_sixteen_writers_keep_one_order(anna: Member, general: Channel) -> None:
    before = head_position(general.organization_id)
    over = threading.Event()
    read: list[int] = []

    def tail() -> None:
        """A reader that looks all the time must see every position, once, in order."""
        position = before
        while True:
            last = over.is_set()
            for entry in entries_after(general.organization_id, position, limit=100):
                position = entry.position
                read.append(position)
            if last:
                connections.close_all()
                return

    reader = threading.Thread(target=tail)
    reader.start()

    def write(writer: int) -> None:
        for number in range(EACH):
            post_message(caller_of(anna), general, body=f"{writer} says {number}")

    in_threads(write, WRITERS)
    over.set()
    reader.join(DEADLINE)
    total = WRITERS * EACH
    assert read == list(range(before + 1, before + total + 1))
    entries = Entry.objects.filter(organization_id=general.organization_id, position__gt=before)
    ids = [entry.entity_id or 0 for entry in entries.order_by("position")]
    assert ids == sorted(ids)
    assert len(set(ids)) == total
    assert verify_chain(general.organization_id) is None


def test_two_processes_keep_one_order(anna: Member, general: Channel) -> None:
    before = head_position(general.organization_id)
    script = (
        "import django; django.setup()\n"
        "from tests.cast import caller_of, member\n"
        "from chat import access\n"
        "from chat.actions import post_message\n"
        "anna = member('anna')\n"
        "general = access.channels(anna).get(name='general')\n"
        "for number in range(20): post_message(caller_of(anna), general, body=f'process says {number}')\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}
    processes = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]

    def write(writer: int) -> None:
        for _number in range(5):
            post_message(caller_of(anna), general, body=f"thread {writer}")

    in_threads(write, 4)
    for process in processes:
        _out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert head_position(general.organization_id) == before + 60
    assert verify_chain(general.organization_id) is None


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="on SQLite only one transaction writes at a time: needs PostgreSQL",
)
def test_the_first_of_two_transactions_commits_last(anna: Member, general: Channel) -> None:
    """The second waits for the first, so no reader can see a position before the one below it."""
    began, finish = threading.Event(), threading.Event()
    before = head_position(general.organization_id)

    def first(_index: int) -> None:
        with transaction.atomic():
            post_message(caller_of(anna), general, body="I began first")
            began.set()
            assert finish.wait(DEADLINE)

    def second(_index: int) -> None:
        assert began.wait(DEADLINE)
        post_message(caller_of(anna), general, body="I came second")

    def both(index: int) -> None:
        (first if index == 0 else second)(index)

    def watch() -> None:
        assert began.wait(DEADLINE)
        seen = head_position(general.organization_id)
        connections.close_all()
        assert seen == before
        finish.set()

    with ThreadPoolExecutor(1) as watcher:
        watched = watcher.submit(watch)
        in_threads(both, 2)
        watched.result()
    bodies = list(Message.objects.order_by("-pk").values_list("body", flat=True)[:2])
    assert bodies == ["I came second", "I began first"]
    assert [e.position for e in entries_after(general.organization_id, before, limit=9)] == [
        before + 1,
        before + 2,
    ]


def test_the_same_client_id_from_many_threads_is_one_message(anna: Member, general: Channel) -> None:
    ids: list[int] = []

    def post(_index: int) -> None:
        ids.append(post_message(caller_of(anna), general, body="Once", client_id="the-same").pk)

    in_threads(post, 8)
    assert len(ids) == 8
    assert len(set(ids)) == 1
    assert Message.objects.filter(client_id="the-same").count() == 1


def test_two_owners_cannot_both_step_down(anna: Member, ben: Member) -> None:
    ben = change_role(caller_of(anna), ben, role="owner")
    refused: list[int] = []

    def leave(index: int) -> None:
        try:
            leave_organization(caller_of(anna if index == 0 else ben))
        except Refused:
            refused.append(index)

    in_threads(leave, 2)
    assert len(refused) == 1
    assert Member.objects.active().filter(organization=anna.organization, role="owner").count() == 1


def test_a_failure_leaves_no_trace(anna: Member, general: Channel) -> None:
    before = Head.objects.get(organization=general.organization_id)
    count = Message.objects.count()
    caller = caller_of(anna)

    def fail() -> None:
        with record(caller, general.organization_id) as log:
            fields = {"organization_id": general.organization_id, "body": "x", "html": "x"}
            Message.objects.create(channel=general, author=anna, **fields)
            log.append("message.create", general)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    after = Head.objects.get(organization=general.organization_id)
    assert (after.position, after.digest) == (before.position, before.digest)
    assert Message.objects.count() == count
