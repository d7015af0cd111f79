"""Coming in by an invitation or by the join link, with and without an account."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from accounts.actions import change_join_link, deactivate_member, invite_member, revoke_invitation
from accounts.caller import Caller
from accounts.models import Invitation, Member, User
from tests.accounts.looking import Answer, actions_since, last_entry, text

ClientOf = Callable[[Member], Client]
CallerOf = Callable[[Member], Caller]
PASSWORD = "a long enough one"


@pytest.fixture
def frida(ben: Member, caller: CallerOf) -> Invitation:
    """Ben's invitation, as an admin, to someone without an account."""
    return invite_member(caller(ben), email="frida@example.com", role="admin", base_url="https://x.example")


@pytest.fixture
def link(anna: Member, caller: CallerOf) -> str:
    """The path of Acme's join link."""
    return f"/join/acme/{change_join_link(caller(anna), on=True).join_secret}/"


def by_mail(invitation: Invitation) -> str:
    return f"/invitation/{invitation.mailed_token}/"


def by_hand(invitation: Invitation) -> str:
    return f"/invitation/{invitation.token}/"


def sign_up(client: Client, came_for: str, *, email: str) -> Answer:
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "next": came_for})


class TestAnInvitation:
    def test_a_visitor_is_told_who_invites_whom_where(self, frida: Invitation, client: Client) -> None:
        page = text(client.get(by_mail(frida)))
        assert "Ben Okafor invites frida@example.com to Acme on WorkChat." in page
        back = quote(by_mail(frida), safe="")
        assert f"/accounts/login/?next={back}" in page
        assert f"/accounts/signup/?next={back}&amp;email=frida%40example.com" in page

    def test_the_address_is_filled_in(self, frida: Invitation, client: Client) -> None:
        client.get(by_mail(frida))
        assert 'value="frida@example.com"' in text(client.get("/accounts/signup/?email=frida%40example.com"))

    def test_who_came_by_the_mail_is_in_after_two_forms(
        self, frida: Invitation, client: Client, settings: Settings
    ) -> None:
        settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
        client.get(by_mail(frida))
        mail.outbox.clear()
        signed_up = client.post(
            "/accounts/signup/", {"email": "Frida@Example.com", "password1": PASSWORD, "next": by_mail(frida)}
        )
        assert signed_up["Location"] == by_mail(frida)
        assert mail.outbox == []  # nothing to confirm any more
        assert EmailAddress.objects.get(email="frida@example.com").verified
        joined = client.post(by_mail(frida), {"display_name": "Frida K."})
        assert joined["Location"] == "/o/acme/"
        member = Member.objects.get(display_name="Frida K.")
        assert (member.role, member.is_active) == ("admin", True)
        assert {"member.create", "invitation.accept"} <= set(actions_since(0))

    def test_an_address_is_not_confirmed_by_a_link_handed_on(self, frida: Invitation, client: Client) -> None:
        client.get(by_hand(frida))
        sign_up(client, by_hand(frida), email="frida@example.com")
        assert not EmailAddress.objects.get(email="frida@example.com").verified

    def test_another_address_is_not_confirmed_by_it(self, frida: Invitation, client: Client) -> None:
        client.get(by_mail(frida))
        sign_up(client, by_mail(frida), email="other@example.com")
        assert list(
            EmailAddress.objects.filter(email__endswith="@example.com").values_list("email", "verified")
        ) == [("other@example.com", False)]

    def test_an_existing_account_joins(self, frida: Invitation, zoe: Member, client_of: ClientOf) -> None:
        client = client_of(zoe)
        page = text(client.get(by_hand(frida)))
        assert 'value="Zoe Park"' in page  # as she is called elsewhere
        assert "Signed in as zoe@globex.example." in page
        client.post(by_hand(frida), {"display_name": "Zoe"})
        assert Member.objects.get(user=zoe.user, organization__slug="acme").role == "admin"
        entry = last_entry()
        assert entry.actor_id == entry.subject_id

    def test_who_signed_in_elsewhere_is_led_back(
        self, frida: Invitation, zoe: Member, client: Client
    ) -> None:
        client.get(by_hand(frida))
        assert zoe.user is not None
        client.force_login(zoe.user)
        assert client.get("/")["Location"] == by_hand(frida)
        client.post(by_hand(frida), {"display_name": "Zoe"})
        assert client.get("/")["Location"] != by_hand(frida)

    def test_a_member_uses_none_up(self, frida: Invitation, chloe: Member, client_of: ClientOf) -> None:
        client = client_of(chloe)
        assert client.get(by_hand(frida))["Location"] == "/o/acme/"
        assert client.post(by_hand(frida), {"display_name": "Chloe"})["Location"] == "/o/acme/"
        frida.refresh_from_db()
        chloe.refresh_from_db()
        assert frida.is_open
        assert chloe.role == "member"

    def test_it_brings_the_deactivated_back_in_its_role(
        self, anna: Member, chloe: Member, client_of: ClientOf, caller: CallerOf
    ) -> None:
        assert chloe.user is not None
        deactivate_member(caller(anna), chloe)
        again = invite_member(
            caller(anna), email=chloe.user.email, role="guest", base_url="https://x.example"
        )
        client_of(chloe).post(by_mail(again), {"display_name": "Chloe Martin"})
        chloe.refresh_from_db()
        assert (chloe.state, chloe.role) == ("active", "guest")

    @pytest.mark.parametrize("name", ["", "@here", "x" * 81])
    def test_a_bad_name_is_refused(
        self, name: str, frida: Invitation, zoe: Member, client_of: ClientOf
    ) -> None:
        answer = client_of(zoe).post(by_hand(frida), {"display_name": name})
        assert answer.status_code == 422
        frida.refresh_from_db()
        assert frida.is_open

    def test_a_visitor_cannot_accept(self, frida: Invitation, client: Client) -> None:
        assert client.post(by_hand(frida), {"display_name": "Nobody"})["Location"] == by_hand(frida)
        frida.refresh_from_db()
        assert frida.is_open

    def test_every_link_that_is_closed_gets_the_same_answer(
        self, frida: Invitation, ben: Member, client: Client, caller: CallerOf
    ) -> None:
        forged = client.get("/invitation/forged/")
        assert forged.status_code == 404
        assert "Ask the person you have it from for a new one." in text(forged)
        address = by_hand(frida)
        Invitation.objects.filter(pk=frida.pk).update(expires_at=now() - timedelta(seconds=1))
        assert client.get(address).content == forged.content
        revoke_invitation(caller(ben), frida)
        assert client.get(address).content == forged.content
        accepted = Invitation.objects.filter(accepted_at__isnull=False).first()
        assert accepted is not None
        assert client.get(by_hand(accepted)).content == forged.content

    def test_only_these_verbs(self, frida: Invitation, client: Client) -> None:
        assert client.delete(by_hand(frida)).status_code == 405


class TestTheJoinLink:
    def test_a_visitor_is_told_where_it_leads(self, link: str, client: Client) -> None:
        page = text(client.get(link))
        assert "Join Acme" in page
        assert quote(link, safe="") in page

    def test_an_account_joins_as_a_member(self, link: str, zoe: Member, client_of: ClientOf) -> None:
        client = client_of(zoe)
        assert client.get(link).status_code == 200
        assert client.post(link, {"display_name": "Zoe"})["Location"] == "/o/acme/"
        assert Member.objects.get(user=zoe.user, organization__slug="acme").role == "member"

    def test_it_is_remembered_over_the_sign_up(self, link: str, client: Client) -> None:
        client.get(link)
        sign_up(client, "", email="frida@example.com")
        assert client.get("/")["Location"] == link

    def test_it_does_not_bring_the_deactivated_back(
        self, link: str, anna: Member, chloe: Member, client_of: ClientOf, caller: CallerOf
    ) -> None:
        deactivate_member(caller(anna), chloe)
        answer = client_of(chloe).post(link, {"display_name": "Chloe Martin"})
        assert answer.status_code == 403
        assert "Ask an admin to invite you again." in text(answer)
        chloe.refresh_from_db()
        assert not chloe.is_active

    @pytest.mark.parametrize("wrong", ["/join/acme/wrong/", "/join/globex/{}/", "/join/none/{}/"])
    def test_a_wrong_one_leads_nowhere(self, wrong: str, link: str, zoe: Member, client_of: ClientOf) -> None:
        answer = client_of(zoe).get(wrong.format(link.split("/")[3]))
        assert answer.status_code == 404
        assert "This link doesn't work" in text(answer).replace("&#x27;", "'")

    def test_only_these_verbs(self, link: str, client: Client) -> None:
        assert client.put(link).status_code == 405


class TestWhereOnlyOperatorsMakeOrganizations:
    @pytest.fixture(autouse=True)
    def _closed(self, settings: Settings) -> None:
        settings.ORGANIZATION_CREATION = "operators"

    @pytest.mark.usefixtures("database")
    def test_signing_up_is_closed(self, client: Client) -> None:
        assert "by invitation" in text(client.get("/accounts/signup/"))
        sign_up(client, "", email="me@example.com")
        assert not User.objects.filter(email="me@example.com").exists()

    def test_but_for_the_invited(self, frida: Invitation, client: Client) -> None:
        client.get(by_hand(frida))
        sign_up(client, by_hand(frida), email="frida@example.com")
        assert User.objects.filter(email="frida@example.com").exists()

    def test_and_for_who_has_the_link(self, link: str, client: Client) -> None:
        client.get(link)
        sign_up(client, link, email="me@example.com")
        assert User.objects.filter(email="me@example.com").exists()

    def test_not_once_the_invitation_is_closed(
        self, frida: Invitation, ben: Member, client: Client, caller: CallerOf
    ) -> None:
        client.get(by_hand(frida))
        revoke_invitation(caller(ben), frida)
        sign_up(client, "", email="frida@example.com")
        assert not User.objects.filter(email="frida@example.com").exists()
