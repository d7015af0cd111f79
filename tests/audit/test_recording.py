"""Recording: what an action writes and what it says of it are one transaction, announced once it is committed."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import update_profile
from accounts.caller import Caller
from accounts.models import Member
from audit.models import Entry, Head, Value
from audit.queries import entries_after, head_position, head_positions
from audit.recording import Log, record
from audit.recording import committed as announcement
from tests.cast import TESTS, caller_of


@pytest.fixture
def announced() -> Iterator[list[bool]]:
    """Whether a transaction was still open, for each time that the log was announced."""
    heard: list[bool] = []

    def hear(*, sender: object, **_kwargs: object) -> None:
        assert sender is Log
        heard.append(connection.in_atomic_block)

    announcement.connect(hear)
    yield heard
    announcement.disconnect(hear)


def written() -> tuple[int, int, list[tuple[int, str]]]:
    heads = Head.objects.order_by("id").values_list("position", "digest")
    return Entry.objects.count(), Value.objects.count(), list(heads)


def test_an_entry_says_who_did_what_to_what(anna: Member) -> None:
    position = head_position(anna.organization_id)
    with record(caller_of(anna), anna.organization_id) as log:
        assert log.position == position
        log.append("thing.do", anna, old={"a": 1}, new={"a": 2}, channel_id=77, subject_id=anna.pk)
        assert log.position == position + 1
    (entry,) = entries_after(anna.organization_id, position, limit=5)
    assert (entry.position, entry.organization_id) == (position + 1, anna.organization_id)
    assert (entry.actor_id, entry.user_id, entry.subject_id) == (anna.pk, anna.user_id, anna.pk)
    assert (entry.action, entry.entity_type, entry.entity_id) == ("thing.do", "member", anna.pk)
    assert (entry.via, entry.client, entry.request_id) == ("page", "Firefox", "a-request")
    assert entry.channel_id == 77
    value = entry.value
    assert (value.old, value.new) == ({"a": 1}, {"a": 2})
    assert (value.actor_name, value.address) == ("Anna Lind", "192.0.2.7")
    assert len(value.salt) == 32


def test_each_value_has_a_salt_of_its_own(anna: Member) -> None:
    with record(caller_of(anna), anna.organization_id) as log:
        first, second = (log.append("thing.do", anna, new={"a": 1}) for _ in range(2))
    assert first.values_digest != second.values_digest


def test_long_names_are_cut_to_what_is_kept(anna: Member) -> None:
    caller = Caller(label="n" * 300, client="c" * 100, via="page", request_id="r" * 200)
    with record(caller, anna.organization_id) as log:
        entry = log.append("thing.do", anna)
    entry.refresh_from_db()
    assert (entry.client, entry.value.actor_name, entry.request_id) == ("c" * 80, "n" * 254, "r" * 36)


def test_a_request_s_id_is_whatever_a_browser_sends(
    anna: Member, client_of: Callable[[Member], Client]
) -> None:
    """The header is taken over from a proxy; one of any length must not stand in the way."""
    path = reverse("accounts:organization", args=["acme"])
    sent = client_of(anna).post(path, {"name": "Acme Ltd"}, headers={"X-Request-ID": "r" * 500})
    assert sent.status_code == 302
    assert 0 < len(Entry.objects.latest("id").request_id) <= 36


def test_positions_follow_each_other_without_a_gap(anna: Member) -> None:
    for count in (1, 3, 2):
        with record(caller_of(anna), anna.organization_id) as log:
            for _ in range(count):
                log.append("thing.do", anna)
    positions = Entry.objects.filter(organization=anna.organization).order_by("id").values_list("position")
    assert [position for (position,) in positions] == list(range(1, len(positions) + 1))
    assert head_position(anna.organization_id) == len(positions)


def test_chains_are_apart(anna: Member, zoe: Member) -> None:
    before = head_positions([anna.organization_id, zoe.organization_id])
    with record(caller_of(anna), anna.organization_id) as log:
        log.append("thing.do", anna)
    with record(TESTS, None) as log:
        log.append("thing.do", anna)
    after = head_positions([anna.organization_id, zoe.organization_id])
    grown = {organization: after[organization] - before[organization] for organization in after}
    assert grown == {anna.organization_id: 1, zoe.organization_id: 0, None: 1}
    assert entries_after(zoe.organization_id, before[zoe.organization_id], limit=5) == []


def test_many_entries_are_three_statements(anna: Member) -> None:
    counts = []
    for count in (1, 20):
        with (
            CaptureQueriesContext(connection) as captured,
            record(caller_of(anna), anna.organization_id) as log,
        ):
            for _ in range(count):
                log.append("thing.do", anna)
        counts.append(len(captured))
    # The beginning of a savepoint, the head locked; entries, values, the head's new position; the savepoint's end.
    assert counts == [6, 6]


def test_nothing_appended_is_nothing_written(anna: Member, announced: list[bool]) -> None:
    before = written()
    with record(caller_of(anna), anna.organization_id):
        pass
    assert written() == before


def test_an_organization_that_is_not_there_has_no_log(database: None) -> None:
    with pytest.raises(Head.DoesNotExist), record(TESTS, 10**9):
        pytest.fail("There's nothing to record in.")  # pragma: no cover


def fail_within(member: Member) -> None:
    with record(caller_of(member), member.organization_id) as log:
        Member.objects.filter(pk=member.pk).update(title="Never")
        log.append("thing.do", member)
        raise RuntimeError("halfway")


def test_an_error_takes_back_the_change_and_what_was_said_of_it(anna: Member, announced: list[bool]) -> None:
    before = written()
    with pytest.raises(RuntimeError):
        fail_within(anna)
    assert written() == before
    anna.refresh_from_db()
    assert anna.title == ""
    with record(caller_of(anna), anna.organization_id) as log:  # and the next one isn't held up
        log.append("thing.do", anna)
    assert written()[0] == before[0] + 1


# Announcing, with real commits


def test_it_is_announced_once_after_the_commit(committed: None, anna: Member, announced: list[bool]) -> None:
    with record(caller_of(anna), anna.organization_id) as log:
        log.append("thing.do", anna)
        log.append("thing.do", anna)
        assert announced == []
    assert announced == [False]


def test_within_a_greater_transaction_after_the_greater_one(
    committed: None, anna: Member, announced: list[bool]
) -> None:
    with transaction.atomic():
        for _ in range(2):
            with record(caller_of(anna), anna.organization_id) as log:
                log.append("thing.do", anna)
        assert announced == []
    assert announced == [False]  # for all of them: listeners look once


def test_what_follows_a_part_that_was_taken_back_is_announced(
    committed: None, anna: Member, announced: list[bool]
) -> None:
    with transaction.atomic():
        with suppress(ZeroDivisionError), record(caller_of(anna), anna.organization_id) as log:
            log.append("thing.do", anna)
            log.write()
            raise ZeroDivisionError
        with record(caller_of(anna), anna.organization_id) as log:
            log.append("thing.do", anna)
        assert announced == []
    assert announced == [False]


def test_nothing_is_announced_that_was_taken_back(
    committed: None, anna: Member, announced: list[bool]
) -> None:
    before = written()
    with suppress(RuntimeError):
        fail_within(anna)
    with suppress(RuntimeError), transaction.atomic():
        with record(caller_of(anna), anna.organization_id) as log:
            log.append("thing.do", anna)
        raise RuntimeError("later")
    assert announced == []
    assert written() == before


def test_nor_what_said_nothing(committed: None, anna: Member, announced: list[bool]) -> None:
    update_profile(caller_of(anna), anna, display_name=anna.display_name)
    assert announced == []


def test_who_listens_sees_what_was_committed(
    committed: None, anna: Member, caller: Callable[[Member], Caller]
) -> None:
    seen: list[int] = []

    def look(**_kwargs: object) -> None:
        seen.append(head_position(anna.organization_id))

    announcement.connect(look)
    try:
        with record(caller(anna), anna.organization_id) as log:
            entry = log.append("thing.do", anna)
    finally:
        announcement.disconnect(look)
    assert seen == [entry.position]


def test_what_was_committed_stands_though_nobody_could_be_told(committed: None, anna: Member) -> None:
    def fail(**_kwargs: object) -> None:
        raise OSError

    announcement.connect(fail)
    try:
        update_profile(caller_of(anna), anna, title="Founder")
    finally:
        announcement.disconnect(fail)
    anna.refresh_from_db()
    assert anna.title == "Founder"
