"""The tailer hands out each entry once and in order, also when something fails in between."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from accounts.models import Member
from audit.models import Entry
from chat.actions import post_message
from chat.live.feed import Feed
from chat.live.hub import Hub
from chat.live.tailer import Tailer
from chat.live.wakeups import wakeups
from chat.models import Channel
from tests.cast import caller_of

Send = Callable[[Feed, Entry], None]


@pytest.fixture
def tailer(general: Channel, monkeypatch: pytest.MonkeyPatch) -> Tailer:
    """Follows Acme; the test looks itself, since no thread is started."""
    tailer = Tailer(Hub())
    monkeypatch.setattr(threading.Thread, "start", lambda _thread: None)
    tailer.follow(general.organization_id)
    return tailer


def handing(told: list[int], *, fail: Callable[[int], None]) -> Send:
    """A `send` that notes positions, and fails as told."""

    def send(_feed: Feed, entry: Entry) -> None:
        fail(entry.position)
        told.append(entry.position)

    return send


def test_what_could_not_be_told_for_want_of_the_database_is_told_later(
    tailer: Tailer, anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tailer.feeds[general.organization_id].position + 1
    away = [first + 1]
    told: list[int] = []

    def fail(position: int) -> None:
        if position in away:
            away.remove(position)
            raise OperationalError

    monkeypatch.setattr(tailer, "send", handing(told, fail=fail))
    for number in range(3):
        post_message(caller_of(anna), general, body=f"Number {number}")
    with pytest.raises(OperationalError):
        tailer.look()
    tailer.look()
    assert told == [first, first + 1, first + 2]


def test_an_entry_that_cannot_be_shown_keeps_back_no_other(
    tailer: Tailer, anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tailer.feeds[general.organization_id].position + 1
    told: list[int] = []

    def fail(position: int) -> None:
        if position == first + 1:
            raise ValueError

    monkeypatch.setattr(tailer, "send", handing(told, fail=fail))
    for number in range(3):
        post_message(caller_of(anna), general, body=f"Number {number}")
    tailer.look()
    tailer.look()
    assert told == [first, first + 2]


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has a listener")
def test_a_watch_that_ends_takes_its_listener_with_it(committed: None) -> None:
    reasons = wakeups(threading.Event())
    next(reasons)
    next(reasons)
    (listener,) = (thread for thread in threading.enumerate() if thread.name == "live-listen")
    reasons.close()
    listener.join(timeout=10)
    assert not listener.is_alive()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite is watched by its file's name")
def test_a_folder_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "talk #1?").mkdir()
    file = tmp_path / "talk #1?" / "100%25.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    stop = threading.Event()
    deadline = threading.Timer(10, stop.set)
    with closing(sqlite3.connect(file)) as database, closing(wakeups(stop)) as reasons:
        next(reasons)
        next(reasons)
        deadline.start()
        database.execute("CREATE TABLE something (id)")
        assert list(islice(reasons, 1)) == [None]
        assert not stop.is_set()
    deadline.cancel()
