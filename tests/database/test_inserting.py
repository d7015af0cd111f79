"""Objects inserted by SQL that is made once are what the ORM would have written."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Member
from audit.models import Entry, Value
from chat.models import Channel, Message
from database.inserting import MOST, insert


def message(author: Member, channel: Channel, body: str = "Hello", **other: str) -> Message:
    return Message(
        organization=author.organization, channel=channel, author=author, body=body, html=body, **other
    )


def test_what_is_inserted_is_what_the_orm_reads(anna: Member) -> None:
    channel = Channel.objects.get(organization=anna.organization, name="general")
    one = message(anna, channel, "50 % of “it”\n", client_id="c-1")
    one.edited_at = datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
    insert([one])
    stored = Message.objects.get(pk=one.pk)
    for field in Message._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(one, field.attname), field.name
    one.body = "Changed"
    one.save()  # an update, since it's known to be stored
    assert Message.objects.get(pk=one.pk).body == "Changed"


def test_many_get_their_ids_in_order(anna: Member) -> None:
    channel = Channel.objects.get(organization=anna.organization, name="general")
    many = [message(anna, channel, f"number {number}") for number in range(MOST + 3)]
    insert(many)
    ids = [one.pk for one in many]
    assert ids == sorted(set(ids))
    assert [Message.objects.get(pk=one.pk).body for one in many[-4:]] == [one.body for one in many[-4:]]


def test_a_key_that_is_given_is_kept_and_json_is_json(anna: Member) -> None:
    entry = Entry(organization=anna.organization, position=10**9, via="page", action="thing.do",
                  entity_type="thing", created_at=datetime.now(UTC))  # fmt: skip
    insert([entry])
    insert([Value(entry_id=entry.pk, salt="0", new={"é": [1, None]})])
    value = Value.objects.get(pk=entry.pk)
    assert (value.old, value.new) == (None, {"é": [1, None]})
    assert Value.objects.filter(pk=entry.pk, old__isnull=True).exists()


def test_a_constraint_holds(anna: Member) -> None:
    channel = Channel.objects.get(organization=anna.organization, name="general")
    insert([message(anna, channel, client_id="twice")])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([message(anna, channel, client_id="twice")])
