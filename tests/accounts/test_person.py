"""A person's page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from tests.accounts.looking import NOWHERE, is_missing, path, text

ClientOf = Callable[[Member], Client]


def test_it_shows_who_they_are(ben: Member, chloe: Member, client_of: ClientOf) -> None:
    ben.title, ben.timezone = "Design <lead>", "Asia/Tokyo"
    ben.save()
    page = text(client_of(chloe).get(path("person", ben.pk)))
    assert "Ben Okafor" in page
    assert "Design &lt;lead&gt;" in page
    assert "Asia/Tokyo" in page


def test_addresses_are_for_admins_and_oneself(
    anna: Member, ben: Member, chloe: Member, client_of: ClientOf
) -> None:
    assert "chloe@acme.example" in text(client_of(anna).get(path("person", chloe.pk)))
    assert "chloe@acme.example" in text(client_of(chloe).get(path("person", chloe.pk)))
    assert "ben@acme.example" not in text(client_of(chloe).get(path("person", ben.pk)))


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("anna", "ben", True),
        ("ben", "chloe", True),
        ("ben", "anna", False),
        ("chloe", "gus", False),
        ("chloe", "chloe", False),
        ("anna", "robin", True),
    ],
)
def test_what_may_be_done_is_offered(
    who: str, whom: str, may: bool, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    member, person = request.getfixturevalue(who), request.getfixturevalue(whom)
    page = text(client_of(member).get(path("person", person.pk)))
    assert (path("change_role", person.pk) in page) is may
    assert (path("deactivate", person.pk) in page) is may


def test_one_can_write_to_them(ben: Member, chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    button = f'name="people" value="{ben.pk}"'
    assert button in text(client.get(path("person", ben.pk)))
    assert button not in text(client_of(ben).get(path("person", ben.pk)))
    opened = client.post(reverse("chat:direct", args=["acme"]), {"people": ben.pk}, follow=True)
    assert "/o/acme/c/" in opened.redirect_chain[-1][0]


def test_nobody_is_offered_more_than_their_own_role(ben: Member, chloe: Member, client_of: ClientOf) -> None:
    page = text(client_of(ben).get(path("person", chloe.pk)))
    assert 'value="admin"' in page
    assert 'value="owner"' not in page


def test_a_guest_finds_no_stranger(ben: Member, gus: Member, client_of: ClientOf) -> None:
    client = client_of(gus)
    assert is_missing(client, client.get(path("person", ben.pk)))
    assert client.get(path("person", gus.pk)).status_code == 200


def test_another_organization_is_not_there(ben: Member, zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.get(path("person", ben.pk)))
    assert is_missing(client, client.get(path("person", ben.pk, slug="globex")))
    assert is_missing(client, client.get(path("person", NOWHERE, slug="globex")))
    assert is_missing(client, client.get(path("person", 10**30, slug="globex")))


def test_it_takes_no_post(ben: Member, chloe: Member, client_of: ClientOf) -> None:
    assert client_of(chloe).post(path("person", ben.pk)).status_code == 405


def test_its_queries(
    ben: Member, chloe: Member, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(chloe)
    # The session; its user with the member; the person with their user; the sidebar's channels, people, organizations
    with django_assert_num_queries(6):
        client.get(path("person", ben.pk))
