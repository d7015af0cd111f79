"""Making a further organization."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Member, Organization, User
from tests.accounts.looking import actions_since, text

ClientOf = Callable[[Member], Client]
NEW = "/organizations/new/"


def test_its_maker_becomes_its_owner(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    assert client.get(NEW).status_code == 200
    given = {"name": "Chloe & Sons", "slug": "", "display_name": "Chloe M."}
    assert client.post(NEW, given)["Location"] == "/o/chloe-sons/start/"
    owner = Member.objects.get(organization__slug="chloe-sons")
    assert (owner.user, owner.role, owner.display_name) == (chloe.user, "owner", "Chloe M.")
    assert actions_since(0, "chloe-sons")[:2] == ["organization.create", "member.create"]


def test_its_address_can_be_chosen(chloe: Member, client_of: ClientOf) -> None:
    given = {"name": "Chloe & Sons", "slug": " CS-2 ", "display_name": "Chloe"}
    assert client_of(chloe).post(NEW, given)["Location"] == "/o/cs-2/start/"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme", "acme-2"),  # taken
        ("A", "a-team"),  # too short for an address
        ("API", "api-2"),  # reserved
        ("日本", "team"),  # nothing that an address may hold
        ("snake_ -case", "snake-case"),
        ("x" * 39 + "_y", "x" * 39),
    ],
)
def test_an_address_is_made_of_any_name(name: str, slug: str, chloe: Member, client_of: ClientOf) -> None:
    given = {"name": name, "slug": "", "display_name": "Chloe"}
    assert client_of(chloe).post(NEW, given)["Location"] == f"/o/{slug}/start/"


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"name": "\t"}, "required"),
        ({"name": "x" * 81}, "at most 80"),
        ({"slug": "acme"}, "taken"),
        ({"slug": "admin"}, "reserved"),
        ({"slug": "not a slug"}, "single hyphens"),
        ({"display_name": "***"}, "Use letters"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_changes(
    different: dict[str, str], said: str, chloe: Member, client_of: ClientOf
) -> None:
    before = Organization.objects.count()
    given = {"name": "Initech", "slug": "initech", "display_name": "Chloe"} | different
    answer = client_of(chloe).post(NEW, given)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Organization.objects.count() == before


def test_only_operators_where_the_server_says_so(
    chloe: Member, client_of: ClientOf, operator: User, settings: Settings
) -> None:
    settings.ORGANIZATION_CREATION = "operators"
    client, given = client_of(chloe), {"name": "Initech", "display_name": "Chloe"}
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, given).status_code == 403
    assert "Create an organization" not in text(client.get("/organizations/"))
    client.force_login(operator)
    assert "Create an organization" in text(client.get("/organizations/"))
    assert client.post(NEW, given)["Location"] == "/o/initech/start/"


@pytest.mark.usefixtures("database")
def test_one_signs_in_first(client: Client) -> None:
    assert client.get(NEW)["Location"] == f"/accounts/login/?next={NEW}"
    assert client.post(NEW, {"name": "Initech", "display_name": "Nobody"}).status_code == 302
    assert not Organization.objects.filter(name="Initech").exists()


def test_only_these_verbs(chloe: Member, client_of: ClientOf) -> None:
    assert client_of(chloe).put(NEW).status_code == 405
