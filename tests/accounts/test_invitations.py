"""Sending invitations, seeing them, taking them back; and the join link's switch."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.actions import invite_member, revoke_invitation
from accounts.caller import Caller
from accounts.models import Invitation, Member, Organization
from tests.accounts.looking import NOWHERE, actions_since, is_missing, last_entry, path, text

ClientOf = Callable[[Member], Client]
CallerOf = Callable[[Member], Caller]
FRIDA = {"email": "Frida@example.com", "role": "member"}


@pytest.fixture
def frida(ben: Member, caller: CallerOf) -> Invitation:
    """Ben's invitation to someone without an account."""
    return invite_member(caller(ben), email="frida@example.com", role="member", base_url="https://x.example")


def test_an_admin_invites(ben: Member, client_of: ClientOf) -> None:
    client = client_of(ben)
    answer = client.post(path("invitations"), FRIDA, follow=True)
    assert "The invitation to frida@example.com is on its way." in text(answer)
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == (["frida@example.com"], "Ben Okafor invites you to Acme on WorkChat")
    link = re.search(r"http://testserver(/invitation/\S+)", str(sent.body))
    assert link is not None
    assert Client().get(link[1]).status_code == 200
    entry = last_entry()
    assert (entry.action, entry.actor_id) == ("invitation.create", ben.pk)
    assert entry.value.new == {"email": "frida@example.com", "role": "member"}


def test_the_list_shows_links_but_not_those_of_the_mails(
    frida: Invitation, ben: Member, client_of: ClientOf
) -> None:
    page = text(client_of(ben).get(path("invitations")))
    assert f"http://testserver/invitation/{frida.token}/" in page
    assert frida.mailed_token not in page


def test_a_link_stays_the_same(frida: Invitation) -> None:
    now_is = frida.token, frida.mailed_token
    with mock.patch("time.time", return_value=time.time() + 3600):
        assert (frida.token, frida.mailed_token) == now_is
    assert Invitation.id_of_mailed(frida.token) is None


def test_a_second_invitation_replaces_the_first(frida: Invitation, ben: Member, client_of: ClientOf) -> None:
    before = last_entry().position
    client_of(ben).post(path("invitations"), FRIDA)
    assert actions_since(before) == ["invitation.revoke", "invitation.create"]
    frida.refresh_from_db()
    assert not frida.is_open


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "nobody", "role": "member"}, "valid email"),
        ({"email": "", "role": "member"}, "required"),
        ({"email": "chloe@acme.example", "role": "member"}, "a member already"),
        ({"email": "frida@example.com", "role": "owner"}, "valid choice"),
        ({"email": "frida@example.com", "role": "king"}, "valid choice"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_changes(
    given: dict[str, str], said: str, ben: Member, client_of: ClientOf
) -> None:
    before, outbox = Invitation.objects.count(), len(mail.outbox)
    answer = client_of(ben).post(path("invitations"), given)
    assert answer.status_code == 422
    assert said in text(answer)
    assert (Invitation.objects.count(), len(mail.outbox)) == (before, outbox)


def test_each_state_is_shown(frida: Invitation, ben: Member, client_of: ClientOf, caller: CallerOf) -> None:
    client = client_of(ben)
    assert ">Open<" in text(client.get(path("invitations")))
    Invitation.objects.filter(pk=frida.pk).update(expires_at=now() - timedelta(days=1))
    assert ">Expired<" in text(client.get(path("invitations")))
    revoke_invitation(caller(ben), frida)
    page = text(client.get(path("invitations")))
    assert ">Taken back<" in page
    assert ">Accepted<" in page  # the cast's


def test_taking_one_back(frida: Invitation, ben: Member, client_of: ClientOf) -> None:
    answer = client_of(ben).post(path("invitation_revoke", frida.pk), follow=True)
    assert "no longer works" in text(answer)
    assert Client().get(f"/invitation/{frida.mailed_token}/").status_code == 404
    assert last_entry().action == "invitation.revoke"


def test_an_accepted_one_is_past_taking_back(anna: Member, client_of: ClientOf) -> None:
    accepted = Invitation.objects.filter(accepted_at__isnull=False).first()
    assert accepted is not None
    answer = client_of(anna).post(path("invitation_revoke", accepted.pk))
    assert answer.status_code == 403
    assert "has been accepted" in text(answer)


@pytest.mark.parametrize("who", ["chloe", "gus"])
def test_members_may_not(
    who: str, frida: Invitation, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(path("invitations")).status_code == 403
    assert client.post(path("invitations"), {"email": "x@example.com", "role": "guest"}).status_code == 403
    assert client.post(path("invitation_revoke", frida.pk)).status_code == 403
    assert client.post(path("join_link"), {"on": "1"}).status_code == 403
    frida.refresh_from_db()
    assert frida.is_open


def test_another_organization_is_not_there(frida: Invitation, zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.get(path("invitations")))
    assert is_missing(client, client.post(path("invitation_revoke", frida.pk)))
    assert is_missing(client, client.post(path("invitation_revoke", frida.pk, slug="globex")))
    assert is_missing(client, client.post(path("invitation_revoke", NOWHERE, slug="globex")))
    assert is_missing(client, client.post(path("join_link"), {"on": "1"}))


def test_as_many_queries_for_many_as_for_few(anna: Member, client_of: ClientOf, caller: CallerOf) -> None:
    client = client_of(anna)
    client.get(path("invitations"))
    with CaptureQueriesContext(connection) as few:
        client.get(path("invitations"))
    for number in range(60):
        email = f"person{number}@example.com"
        invite_member(caller(anna), email=email, role="guest", base_url="https://x.example")
    with CaptureQueriesContext(connection) as many:
        page = text(client.get(path("invitations")))
    assert len(many) == len(few)
    assert page.count("Take back the invitation to") == 50
    assert "Page 1 of 2" in page


@pytest.mark.parametrize("name", ["invitation_revoke", "join_link"])
def test_changes_are_posts(name: str, frida: Invitation, anna: Member, client_of: ClientOf) -> None:
    address = path(name, frida.pk) if name == "invitation_revoke" else path(name)
    assert client_of(anna).get(address).status_code == 405


class TestTheJoinLink:
    def test_on_new_off(self, anna: Member, client_of: ClientOf) -> None:
        client = client_of(anna)
        assert "The join link is off." in text(client.get(path("invitations")))
        first = self.switched(client, "1")
        assert f"http://testserver/join/acme/{first}/" in text(client.get(path("invitations")))
        second = self.switched(client, "1")
        assert first != second != ""
        assert Client().get(f"/join/acme/{first}/").status_code == 404
        assert Client().get(f"/join/acme/{second}/").status_code == 200
        assert self.switched(client, "0") == ""
        assert Client().get(f"/join/acme/{second}/").status_code == 404

    def test_it_is_recorded_without_its_secret(self, anna: Member, client_of: ClientOf) -> None:
        self.switched(client_of(anna), "1")
        entry = last_entry()
        assert (entry.action, entry.value.new) == ("join_link.change", {"on": True})

    @staticmethod
    def switched(client: Client, on: str) -> str:
        assert client.post(path("join_link"), {"on": on}).status_code == 302
        return Organization.objects.get(slug="acme").join_secret
