"""An organization that lets in only those who have two-factor authentication."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts import access
from accounts.actions import require_two_factor
from accounts.actions.users import remove_second_factors
from accounts.caller import Caller
from accounts.errors import Refused, SecondFactorMissing
from accounts.models import Member, Organization, Picture
from tests.accounts.factors import set_up_app
from tests.accounts.looking import HTMX, actions_since, is_missing, last_entry, path, text
from tests.cast import TESTS

ClientOf = Callable[[Member], Client]
INSIDE = "/o/acme/people/"
SET_UP = "/accounts/two-factor/?for=acme"


@pytest.fixture
def required(anna: Member, client_of: ClientOf, caller: Callable[[Member], Caller]) -> Organization:
    """Anna has set up an app, and requires as much of all."""
    set_up_app(client_of(anna))
    return require_two_factor(caller(anna), required=True)


def test_an_owner_requires_it_and_ends_that(anna: Member, client_of: ClientOf) -> None:
    client = client_of(anna)
    set_up_app(client)
    before = last_entry().position
    assert "Require it of everyone" in text(client.get(path("organization")))
    assert "is required now" in text(client.post(path("two_factor"), {"required": "yes"}, follow=True))
    assert Organization.objects.get(slug="acme").requires_two_factor
    client.post(path("two_factor"), {"required": "yes"})
    client.post(path("two_factor"))
    assert not Organization.objects.get(slug="acme").requires_two_factor
    assert actions_since(before) == ["organization.require_two_factor", "organization.waive_two_factor"]
    assert last_entry().actor_id == anna.pk


def test_not_without_having_it_oneself(anna: Member, client_of: ClientOf) -> None:
    answer = client_of(anna).post(path("two_factor"), {"required": "yes"}, follow=True)
    assert "for yourself first" in text(answer)
    assert not Organization.objects.get(slug="acme").requires_two_factor


def test_who_lacks_it_is_led_to_set_it_up(required: Organization, chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    assert client.get(INSIDE).headers["Location"] == SET_UP
    assert "Acme lets in only those who have two-factor" in text(client.get(SET_UP))
    fragment = client.get(INSIDE, headers=HTMX)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (403, SET_UP)
    set_up_app(client)
    assert client.get(INSIDE).status_code == 200


def test_nor_do_they_see_pictures(required: Organization, anna: Member, chloe: Member) -> None:
    Picture.objects.create(member=anna, digest="d", content=b"x")
    assert chloe.user is not None
    with pytest.raises(SecondFactorMissing):
        access.picture(chloe.user, anna.pk, "d")


def test_recovery_codes_alone_are_none(required: Organization, anna: Member, client_of: ClientOf) -> None:
    client = client_of(anna)
    assert client.get(INSIDE).status_code == 200
    Authenticator.objects.filter(type="totp").delete()
    assert client.get(INSIDE).headers["Location"] == SET_UP


def test_who_loses_it_is_out_at_once(required: Organization, chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    set_up_app(client)
    assert client.get(INSIDE).status_code == 200
    assert chloe.user is not None
    remove_second_factors(TESTS, chloe.user)
    assert client.get(INSIDE).headers["Location"] == SET_UP


def test_a_stranger_learns_nothing_of_it(required: Organization, zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.get(INSIDE))
    assert is_missing(client, client.post(path("two_factor"), {"required": "yes"}))
    assert "Acme" not in text(client.get(SET_UP))


@pytest.mark.parametrize("who", ["ben", "chloe", "gus"])
def test_it_is_the_owner_s(
    who: str, client_of: ClientOf, caller: Callable[[Member], Caller], request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(who)
    client = client_of(member)
    assert client.post(path("two_factor"), {"required": "yes"}).status_code == 403
    assert "Require it of everyone" not in text(client.get(path("organization")))
    with pytest.raises(Refused):
        require_two_factor(caller(member), required=True)


def test_only_by_posting(anna: Member, client_of: ClientOf) -> None:
    assert client_of(anna).get(path("two_factor")).status_code == 405
