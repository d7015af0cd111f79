"""An organization's settings: its name."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Member, Organization
from tests.accounts.looking import is_missing, last_entry, path, text

ClientOf = Callable[[Member], Client]


def test_an_admin_renames_it(ben: Member, client_of: ClientOf) -> None:
    client = client_of(ben)
    assert 'value="Acme"' in text(client.get(path("organization")))
    answer = client.post(path("organization"), {"name": "  Acme  Ltd "}, follow=True)
    assert "Saved." in text(answer)
    assert Organization.objects.get(slug="acme").name == "Acme Ltd"
    entry = last_entry()
    assert (entry.action, entry.actor_id) == ("organization.update", ben.pk)
    assert (entry.value.old, entry.value.new) == ({"name": "Acme"}, {"name": "Acme Ltd"})


def test_the_same_name_is_no_change(ben: Member, client_of: ClientOf) -> None:
    client, before = client_of(ben), last_entry().position
    assert client.post(path("organization"), {"name": "Acme"}).status_code == 302
    assert last_entry().position == before


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_bad_name_is_refused(name: str, ben: Member, client_of: ClientOf) -> None:
    answer = client_of(ben).post(path("organization"), {"name": name})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)
    assert Organization.objects.get(slug="acme").name == "Acme"


@pytest.mark.parametrize("who", ["chloe", "gus"])
def test_members_may_not(who: str, client_of: ClientOf, request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(path("organization")).status_code == 403
    assert client.post(path("organization"), {"name": "Ours"}).status_code == 403
    assert Organization.objects.get(slug="acme").name == "Acme"


def test_another_organization_is_not_there(zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.get(path("organization")))
    assert is_missing(client, client.post(path("organization"), {"name": "Mine"}))


def test_only_these_verbs(ben: Member, client_of: ClientOf) -> None:
    assert client_of(ben).delete(path("organization")).status_code == 405
