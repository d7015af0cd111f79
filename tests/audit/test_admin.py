"""The log in the operator's admin: seen, never changed."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import create_user, update_organization
from accounts.caller import Caller
from accounts.models import Invitation, Member
from audit.models import Entry, Value
from chat.models import Channel
from tests.cast import PASSWORD, TESTS

ENTRIES = reverse("admin:audit_entry_changelist")


@pytest.fixture
def operating(database: None, client: Client) -> Client:
    client.force_login(create_user(TESTS, email="olga@server.example", password=PASSWORD, operator=True))
    return client


def test_the_newest_is_first(anna: Member, operating: Client, caller: Callable[[Member], Caller]) -> None:
    update_organization(caller(anna), anna.organization, name="Acme Ltd")
    page = operating.get(ENTRIES).content.decode()
    assert page.index("organization.update") < page.index("organization.create")
    assert "Anna Lind" in page


def test_it_is_searched_by_action(operating: Client) -> None:
    page = operating.get(ENTRIES, {"q": "invitation.acc"}).content.decode()
    assert "invitation.accept" in page
    assert "member.create" not in page


def test_an_entry_shows_its_values(
    anna: Member, operating: Client, caller: Callable[[Member], Caller]
) -> None:
    update_organization(caller(anna), anna.organization, name="Acme Ltd")
    entry = Entry.objects.latest("id")
    page = operating.get(reverse("admin:audit_entry_change", args=[entry.pk])).content.decode()
    assert "Acme Ltd" in page
    assert "192.0.2.7" in page


def test_an_erased_value_is_said_to_be(anna: Member, operating: Client) -> None:
    entry = Entry.objects.filter(organization=anna.organization).first()
    assert entry is not None
    Value.objects.filter(entry=entry).delete()
    assert "erased" in operating.get(reverse("admin:audit_entry_change", args=[entry.pk])).content.decode()


def test_an_entry_outlives_what_it_names(anna: Member, operating: Client) -> None:
    entry = Entry.objects.filter(organization=anna.organization).first()
    assert entry is not None
    assert anna.user is not None
    Channel.objects.all().delete()
    Invitation.objects.all().delete()
    anna.organization.delete()
    anna.user.delete()
    assert operating.get(ENTRIES).status_code == 200
    assert operating.get(reverse("admin:audit_entry_change", args=[entry.pk])).status_code == 200


def test_it_costs_the_same_however_long(
    anna: Member, operating: Client, caller: Callable[[Member], Caller]
) -> None:
    operating.get(ENTRIES)
    with CaptureQueriesContext(connection) as few:
        operating.get(ENTRIES)
    for number in range(5):
        update_organization(caller(anna), anna.organization, name=f"Acme {number}")
    with CaptureQueriesContext(connection) as many:
        operating.get(ENTRIES)
    assert len(many) == len(few)


def test_nothing_can_be_changed(operating: Client) -> None:
    entry = Entry.objects.latest("id")
    assert operating.get(reverse("admin:audit_entry_add")).status_code == 403
    assert operating.post(reverse("admin:audit_entry_change", args=[entry.pk]), {}).status_code == 403
    assert operating.post(reverse("admin:audit_entry_delete", args=[entry.pk]), {}).status_code == 403
    operating.post(ENTRIES, {"action": "delete_selected", "_selected_action": entry.pk})
    assert Entry.objects.filter(pk=entry.pk).exists()
