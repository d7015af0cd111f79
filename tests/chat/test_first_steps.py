"""What a new organization begins with."""

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.actions import create_organization, invite_member
from accounts.models import Member, Organization
from chat.models import Channel
from chat.queries import first_steps
from tests import cast
from tests.accounts.test_picture import give, image
from tests.chat.scene import last_entry, new_channel, path, post, text_of

ClientOf = Callable[[Member], Client]
PAGE = "/o/initech/start/"


@pytest.fixture
def owner(zoe: Member) -> Member:
    """Zoe, who has just made another organization."""
    assert zoe.user is not None
    return create_organization(cast.caller_for(zoe.user), name="Initech", owner_name="Zoe Park")


def test_making_an_organization_leads_there(zoe: Member, client_of: ClientOf) -> None:
    answer = client_of(zoe).post("/organizations/new/", {"name": "Initech", "display_name": "Zoe"})
    assert answer["Location"] == PAGE


def test_each_step_is_done_by_doing_it(owner: Member, client_of: ClientOf) -> None:
    assert first_steps(owner)[:5] == (False,) * 5
    client = client_of(owner)
    assert "0 of 5 things" in text_of(client.get(PAGE))
    general = Channel.objects.get(organization=owner.organization)
    assert f"/o/initech/c/{general.pk}/" in client.get(PAGE).content.decode()
    post(owner, general)
    assert first_steps(owner)[:5] == (False, False, False, False, True)
    new_channel(owner, "ideas")
    invite_member(cast.caller_of(owner), email="someone@initech.example", role="member", base_url=None)
    assert first_steps(owner)[:5] == (False, False, True, True, True)
    client.post("/o/initech/settings/profile/picture/", {})
    assert "3 of 5 things" in text_of(client.get(PAGE))
    assert client.post(path("first_steps", slug="initech")).status_code == 302


def test_all_done_is_said(owner: Member, client_of: ClientOf, anna: Member) -> None:
    client = client_of(anna)
    post(anna, Channel.objects.get(organization=anna.organization, name="general"))
    new_channel(anna, "ideas")
    give(client, image())
    assert anna.user is not None
    TOTP.activate(anna.user, "JBSWY3DPEHPK3PXP")
    page = text_of(client.get(path("first_steps")))
    assert "All is done: Acme is ready" in page
    assert page.count("Done") == 6


def test_it_is_in_the_sidebar_until_somebody_takes_it_away(owner: Member, client_of: ClientOf) -> None:
    client = client_of(owner)
    assert PAGE in client.get("/o/initech/", follow=True).content.decode()
    assert client.post(PAGE)["Location"] == "/o/initech/"
    entry = last_entry(owner)
    assert (entry.action, entry.value.new) == ("organization.update", {"first_steps": False})
    assert PAGE not in client.get("/o/initech/", follow=True).content.decode()
    assert "Don’t show this" not in text_of(client.get(PAGE))
    client.post(PAGE)
    assert last_entry(owner).position == entry.position


def test_it_is_the_admins(chloe: Member, gus: Member, client_of: ClientOf) -> None:
    for member in (chloe, gus):
        client = client_of(member)
        assert client.get(path("first_steps")).status_code == 403
        assert client.post(path("first_steps")).status_code == 403
        assert path("first_steps") not in client.get("/o/acme/people/").content.decode()
    assert Organization.objects.get(slug="acme").first_steps


def test_another_organizations_is_not_there(zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    there, nowhere = client.get("/o/acme/start/"), client.get("/o/nowhere/start/")
    assert (there.status_code, there.content) == (404, nowhere.content)
