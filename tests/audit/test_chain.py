"""The chain: whole after whatever people do, append-only by triggers, and telling of each way to tamper with it."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta, timezone
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts import actions as accounts
from accounts.actions.sessions import end_sessions
from accounts.actions.sign_ins import record_refused_sign_in
from accounts.errors import ActionError
from accounts.models import Member
from audit.digests import FIELDS, canonical, entry_digest
from audit.models import NOTHING_BEFORE, Entry, Head, Value
from audit.recording import record
from audit.verifying import Flaw, verify_chain
from chat import actions as chat
from chat.live.audience import AUDIENCE, NOBODY
from chat.models import Channel, Message
from tests import cast
from tests.cast import TESTS, caller_of

TakeAway = Callable[[], None]


def act(dice: random.Random) -> None:
    """Someone does something, which may be refused."""
    everyone = list(Member.objects.filter(organization__slug="acme").select_related("organization", "user"))
    member, other = dice.choice(everyone), dice.choice(everyone)
    caller = caller_of(member)
    channels = list(Channel.objects.filter(organization=member.organization))
    owner = next(one for one in everyone if one.role == "owner")
    channel = dice.choice(channels) if channels else chat.create_channel(caller_of(owner), name="new")
    messages = list(Message.objects.select_related("channel"))
    message = dice.choice(messages) if messages else None
    body = dice.choice(["Hello", "@channel", f"@{other.display_name} **hi**", "", "`code`"])
    deeds: list[Callable[[], object]] = [
        lambda: chat.post_message(caller, channel, body=body),
        lambda: chat.post_message(caller, channel, body=body, client_id=str(dice.randrange(3))),
        lambda: chat.create_channel(
            caller, name=f"c{dice.randrange(20)}", kind=dice.choice(["public", "private"])
        ),
        lambda: chat.open_direct(caller, [other]),
        lambda: chat.update_channel(caller, channel, topic=body, name=f"d{dice.randrange(20)}"),
        lambda: chat.archive_channel(caller, channel),
        lambda: chat.unarchive_channel(caller, channel),
        lambda: chat.delete_channel(caller, channel, typed_name=str(channel.name)),
        lambda: chat.join_channel(caller, channel),
        lambda: chat.leave_channel(caller, channel),
        lambda: chat.add_members(caller, channel, [other]),
        lambda: chat.remove_member(caller, channel, other),
        lambda: accounts.update_profile(caller, member, title=body, display_name=f"Name {dice.randrange(9)}"),
        lambda: accounts.change_role(caller, other, role=dice.choice(["admin", "member", "guest"])),
        lambda: accounts.deactivate_member(caller, other),
        lambda: accounts.reactivate_member(caller, other),
        lambda: accounts.change_join_link(caller, on=True),
        lambda: accounts.invite_member(
            caller, email=f"{dice.randrange(5)}@acme.example", role="member", base_url="https://chat.example"
        ),
        lambda: record_refused_sign_in(TESTS, member.user, email=f"{dice.randrange(99)}@acme.example"),
        lambda: end_sessions(TESTS, member.user) if member.user else None,
    ]
    if message:
        deeds += [
            lambda: chat.post_message(caller, message.channel, body=body, thread=message),
            lambda: chat.edit_message(caller, message, body=body + "!"),
            lambda: chat.delete_message(caller, message),
        ]
    with suppress(ActionError):
        dice.choice(deeds)()


@pytest.mark.parametrize("seed", range(4))
def test_it_is_whole_whatever_people_do(anna: Member, seed: int) -> None:
    dice = random.Random(seed)
    before = Entry.objects.count()
    for _ in range(80):
        act(dice)
    assert Entry.objects.count() > before + 10
    for organization_id in (anna.organization_id, None):
        assert verify_chain(organization_id) is None
        entries = Entry.objects.filter(Q(organization_id=organization_id)).order_by("id")
        head = Head.objects.get(Q(organization_id=organization_id))
        assert [entry.position for entry in entries] == list(range(1, head.position + 1))
    recorded = set(Entry.objects.exclude(organization=None).values_list("action", flat=True))
    assert recorded <= AUDIENCE.keys() | NOBODY


def test_the_cast_came_in_by_whole_chains(anna: Member, zoe: Member) -> None:
    for organization_id in (anna.organization_id, zoe.organization_id, None):
        assert Entry.objects.filter(Q(organization_id=organization_id)).exists()
        assert verify_chain(organization_id) is None


def test_an_empty_chain_is_whole(database: None) -> None:
    Head.objects.create(organization_id=10**6)
    assert verify_chain(10**6) is None


def test_there_is_no_chain_of_nobody(database: None) -> None:
    with pytest.raises(Head.DoesNotExist):
        verify_chain(10**9)


# Append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x' WHERE position = 1",
        "UPDATE audit_entry SET created_at = created_at",
        "DELETE FROM audit_entry WHERE position = 2",
        "DELETE FROM audit_entry",
        "UPDATE audit_value SET new = old",
        "UPDATE audit_value SET actor_name = ''",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET position = position - 1",
        "UPDATE audit_head SET position = 0",
    ],
)
def test_the_database_itself_refuses(database: None, statement: str) -> None:
    before = list(Entry.objects.order_by("id").values()), list(Head.objects.order_by("id").values())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (list(Entry.objects.order_by("id").values()), list(Head.objects.order_by("id").values())) == before


@pytest.mark.postgres
def test_a_table_of_entries_is_not_emptied_either(database: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE.")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_entry")


def test_models_are_held_by_the_same(anna: Member) -> None:
    entry = Entry.objects.latest("id")
    for change in (entry.save, entry.delete, entry.value.save):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_an_erased_value_leaves_the_chain_whole(anna: Member) -> None:
    entries = Entry.objects.filter(organization=anna.organization)
    assert Value.objects.filter(entry__in=entries).delete()[0] == entries.count()
    assert verify_chain(anna.organization_id) is None


def test_entries_outlive_what_they_name(anna: Member, robin: Member) -> None:
    robin.memberships.all().delete()
    robin.delete()
    assert verify_chain(anna.organization_id) is None
    assert Entry.objects.filter(action="member.create", subject=robin.pk or 0).count() == 0


# Tampering


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_id", 99),
        ("user_id", None),
        ("subject_id", 99),
        ("via", "admin"),
        ("client", "Netscape"),
        ("action", "member.forget"),
        ("entity_type", "message"),
        ("entity_id", 99),
        ("channel_id", 99),
        ("request_id", "another"),
        ("created_at", "2020-01-01 00:00:00+00:00"),
        ("values_digest", "0" * 64),
        ("digest", "0" * 64),
    ],
)
def test_an_altered_entry_is_found(
    anna: Member, without_triggers: TakeAway, column: str, value: object
) -> None:
    without_triggers()
    sql(
        f"UPDATE audit_entry SET {column} = %s WHERE organization_id = %s AND position = 3",
        value,
        anna.organization_id,
    )
    assert verify_chain(anna.organization_id) == Flaw(3, "the entry was altered")
    assert verify_chain(None) is None


def test_every_field_of_an_entry_is_in_its_digest() -> None:
    ours = {field.attname for field in Entry._meta.concrete_fields}
    assert ours == {*FIELDS, "created_at", "id", "digest"}


@pytest.mark.parametrize(
    ("column", "value"), [("actor_name", "Mallory"), ("address", ""), ("salt", "0" * 32), ("new", '{"a": 1}')]
)
def test_an_altered_value_is_found(anna: Member, without_triggers: TakeAway, column: str, value: str) -> None:
    without_triggers()
    entry = Entry.objects.get(organization=anna.organization, position=2)
    sql(f"UPDATE audit_value SET {column} = %s WHERE entry_id = %s", value, entry.pk)
    assert verify_chain(anna.organization_id) == Flaw(2, "the value was altered")


def test_a_value_put_in_the_place_of_an_erased_one_is_found(anna: Member) -> None:
    """For which no trigger is in the way."""
    entry = Entry.objects.get(organization=anna.organization, position=2)
    entry.value.delete()
    Value.objects.create(entry=entry, salt="0" * 32, new={"role": "guest"}, actor_name="Anna Lind")
    assert verify_chain(anna.organization_id) == Flaw(2, "the value was altered")


def test_a_gap_is_found(anna: Member, without_triggers: TakeAway) -> None:
    without_triggers()
    sql("DELETE FROM audit_entry WHERE organization_id = %s AND position = 3", anna.organization_id)
    assert verify_chain(anna.organization_id) == Flaw(3, "an entry is missing")


def test_a_gap_that_was_closed_is_found(anna: Member, without_triggers: TakeAway) -> None:
    without_triggers()
    last = Head.objects.get(organization=anna.organization).position
    sql("DELETE FROM audit_entry WHERE organization_id = %s AND position = 3", anna.organization_id)
    for position in range(4, last + 1):
        sql(
            "UPDATE audit_entry SET position = %s WHERE organization_id = %s AND position = %s",
            position - 1,
            anna.organization_id,
            position,
        )
    assert verify_chain(anna.organization_id) == Flaw(3, "the entry was altered")


def test_a_missing_beginning_is_found(anna: Member, without_triggers: TakeAway) -> None:
    without_triggers()
    sql("DELETE FROM audit_entry WHERE organization_id = %s AND position <= 2", anna.organization_id)
    assert verify_chain(anna.organization_id) == Flaw(1, "an entry is missing")


def test_a_missing_end_is_found(anna: Member, without_triggers: TakeAway) -> None:
    without_triggers()
    last = Head.objects.get(organization=anna.organization).position
    sql(
        "DELETE FROM audit_entry WHERE organization_id = %s AND position >= %s",
        anna.organization_id,
        last - 1,
    )
    assert verify_chain(anna.organization_id) == Flaw(last - 1, "the end of the log is missing")


def test_a_missing_end_with_the_head_put_back_is_found(anna: Member, without_triggers: TakeAway) -> None:
    """Unless its digest is put back too, which only who has kept a copy of the head can tell."""
    without_triggers()
    last = Head.objects.get(organization=anna.organization).position
    sql("DELETE FROM audit_entry WHERE organization_id = %s AND position = %s", anna.organization_id, last)
    sql("UPDATE audit_head SET position = position - 1 WHERE organization_id = %s", anna.organization_id)
    assert verify_chain(anna.organization_id) == Flaw(last, "the end of the log is missing")


def test_an_altered_head_is_found(anna: Member) -> None:
    Head.objects.filter(organization=anna.organization).update(digest="0" * 64)
    last = Head.objects.get(organization=anna.organization).position
    assert verify_chain(anna.organization_id) == Flaw(last + 1, "the end of the log is missing")


def test_an_entry_slipped_in_after_the_end_is_found(anna: Member) -> None:
    head = Head.objects.get(organization=anna.organization)
    entry = Entry.objects.get(organization=anna.organization, position=head.position)
    entry.pk, entry.position = None, head.position + 1
    entry.digest = entry_digest(entry, previous=head.digest)
    entry.save(force_insert=True)
    flaw = verify_chain(anna.organization_id)
    assert flaw == Flaw(head.position + 1, "an entry stands after the end of the log")


def test_an_entry_moved_to_another_chain_is_found(
    anna: Member, zoe: Member, without_triggers: TakeAway
) -> None:
    without_triggers()
    last = Head.objects.get(organization=zoe.organization).position
    sql(
        "UPDATE audit_entry SET organization_id = %s, position = %s WHERE organization_id = %s AND position = 3",
        zoe.organization_id,
        last + 1,
        anna.organization_id,
    )
    assert verify_chain(anna.organization_id) == Flaw(3, "an entry is missing")
    assert verify_chain(zoe.organization_id) == Flaw(last + 1, "an entry stands after the end of the log")


def test_what_is_appended_while_one_verifies_is_no_flaw(
    anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Head.objects.get

    def read_and_grow(*given: Any) -> Head:
        head = read(*given)
        with record(caller_of(anna), anna.organization_id) as log:
            log.append("thing.do", anna)
        return head

    monkeypatch.setattr(Head.objects, "get", read_and_grow)
    assert verify_chain(anna.organization_id) is None


# Digests

json = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**53), 2**53)
    | some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from("abcé"), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=json, new=json)
def test_a_value_read_back_has_its_digest(anna: Member, old: Any, new: Any) -> None:
    """Whatever form the database keeps JSON in."""
    with transaction.atomic():
        with record(caller_of(anna), anna.organization_id) as log:
            log.append("thing.do", anna, old={"a": old}, new={"a": new})
        assert verify_chain(anna.organization_id) is None
        transaction.set_rollback(True)


def test_the_same_thing_is_the_same_bytes() -> None:
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'.encode()


def test_a_time_is_the_same_in_every_zone(anna: Member) -> None:
    entry = Entry.objects.get(organization=anna.organization, position=1)
    assert entry_digest(entry, previous=NOTHING_BEFORE) == entry.digest
    entry.created_at = entry.created_at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert entry_digest(entry, previous=NOTHING_BEFORE) == entry.digest
    assert entry_digest(entry, previous="1" * 64) != entry.digest


def test_the_first_of_the_cast_s_chain_says_what_it_was(anna: Member) -> None:
    entry = Entry.objects.select_related("value").get(organization=anna.organization, position=1)
    assert entry.action == "organization.create"
    assert entry.value.new == {"name": "Acme", "slug": "acme"}
    assert cast.member("anna").pk == entry.actor_id
