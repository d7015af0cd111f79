"""The first page, and the list of organizations."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from accounts.actions import create_organization, invite_member, leave_organization
from accounts.caller import Caller
from accounts.models import Invitation, Member
from tests.accounts.looking import text
from tests.cast import caller_for

ClientOf = Callable[[Member], Client]


@pytest.mark.usefixtures("database")
def test_a_visitor_is_told_what_this_is(client: Client) -> None:
    page = text(client.get("/"))
    assert 'href="/accounts/login/"' in page
    assert "Create an organization" in page


@pytest.mark.usefixtures("database")
def test_a_visitor_is_offered_no_organization_where_operators_make_them(
    client: Client, settings: Settings
) -> None:
    settings.ORGANIZATION_CREATION = "operators"
    assert "Create an organization" not in text(client.get("/"))


@pytest.mark.usefixtures("empty_server")
def test_an_empty_server_asks_to_be_set_up(client: Client) -> None:
    assert client.get("/")["Location"] == "/setup/"


def test_who_has_one_organization_goes_there(chloe: Member, client: Client) -> None:
    assert chloe.user is not None
    client.force_login(chloe.user)
    assert client.get("/")["Location"] == "/o/acme/"


def test_who_has_several_goes_to_the_last(chloe: Member, client: Client) -> None:
    assert chloe.user is not None
    create_organization(caller_for(chloe.user), name="Side project", owner_name="Chloe")
    client.force_login(chloe.user)
    assert client.get("/")["Location"] == "/organizations/"
    client.get("/o/side-project/people/")
    assert client.get("/")["Location"] == "/o/side-project/"
    client.get("/o/acme/people/")
    assert client.get("/")["Location"] == "/o/acme/"


def test_a_fragment_does_not_count_as_a_visit(chloe: Member, client_of: ClientOf) -> None:
    assert chloe.user is not None
    create_organization(caller_for(chloe.user), name="Side project", owner_name="Chloe")
    client = client_of(chloe)
    client.get("/o/side-project/sidebar/", headers={"HX-Request": "true"})
    assert client.get("/")["Location"] == "/o/acme/"


def test_the_list_has_all_organizations_and_no_others(chloe: Member, client_of: ClientOf) -> None:
    assert chloe.user is not None
    create_organization(caller_for(chloe.user), name="Side <project>", owner_name="Chloe")
    page = text(client_of(chloe).get("/organizations/"))
    assert "/o/acme/" in page
    assert "Side &lt;project&gt;" in page
    assert "Globex" not in page


def test_the_list_offers_invitations_that_wait(
    zoe: Member, chloe: Member, client_of: ClientOf, caller: Callable[[Member], Caller]
) -> None:
    assert chloe.user is not None
    invite_member(caller(zoe), email=chloe.user.email, role="member", base_url="https://chat.example")
    page = text(client_of(chloe).get("/organizations/"))
    assert "Globex" in page
    assert Invitation.objects.latest("id").token in page


def test_an_unconfirmed_address_gets_no_invitation_shown(
    zoe: Member, chloe: Member, client_of: ClientOf, caller: Callable[[Member], Caller]
) -> None:
    assert chloe.user is not None
    EmailAddress.objects.filter(user=chloe.user).update(verified=False)
    invite_member(caller(zoe), email=chloe.user.email, role="member", base_url="https://chat.example")
    assert "Globex" not in text(client_of(chloe).get("/organizations/"))


def test_who_is_nowhere_is_told_what_to_do(
    chloe: Member, client_of: ClientOf, caller: Callable[[Member], Caller]
) -> None:
    client = client_of(chloe)
    leave_organization(caller(chloe))
    assert client.get("/")["Location"] == "/organizations/"
    assert "You are in no organization yet" in text(client.get("/organizations/"))


@pytest.mark.usefixtures("database")
def test_the_list_is_for_who_has_signed_in(client: Client) -> None:
    assert client.get("/organizations/")["Location"] == "/accounts/login/?next=/organizations/"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("address", ["/", "/organizations/"])
def test_neither_takes_a_post(address: str, client: Client) -> None:
    assert client.post(address).status_code == 405
