"""The operator's admin: every change is an action, and nothing can be done past one."""

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import add_bot, invite_member
from accounts.caller import Caller
from accounts.models import Invitation, Member, Organization, User
from audit.models import Entry
from tests.accounts.looking import actions_since, last_entry, text
from tests.cast import PASSWORD, TESTS

ClientOf = Callable[[Member], Client]
OURS = ["organization", "user", "member", "invitation"]


def page(model: str, name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:accounts_{model}_{name}", args=args)


@pytest.mark.usefixtures("database")
def test_one_signs_in_where_everyone_does(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith("/accounts/login/?next=")


def test_it_is_for_operators(anna: Member, client_of: ClientOf, operating: Client) -> None:
    assert operating.get("/admin/").status_code == 200
    assert client_of(anna).get("/admin/login/").status_code == 403
    assert client_of(anna).get(page("organization")).status_code == 302


def test_nothing_is_there_that_writes_past_the_log(operating: Client) -> None:
    models = sorted(model._meta.label for model in admin.site._registry)
    assert [label for label in models if not label.startswith(("accounts.", "audit.", "chat."))] == []
    assert operating.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize("model", OURS)
def test_lists_find_and_cost_the_same_however_long(
    model: str, anna: Member, operating: Client, caller: Callable[[Member], Caller]
) -> None:
    operating.get(page(model))
    with CaptureQueriesContext(connection) as few:
        assert operating.get(page(model), {"q": "a"}).status_code == 200
    for number in range(5):
        add_bot(TESTS, anna.organization, name=f"Anabot {number}")
        invite_member(caller(anna), email=f"a{number}@example.com", role="guest", base_url=None)
        User.objects.create_user(f"a{number}@example.com")
    with CaptureQueriesContext(connection) as many:
        operating.get(page(model), {"q": "a"})
    assert len(many) == len(few)


@pytest.mark.parametrize("model", OURS)
def test_nothing_can_be_deleted(model: str, operating: Client, anna: Member) -> None:
    assert operating.get(page(model, "delete", 1)).status_code == 403
    assert operating.post(page(model, "delete", 1), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in text(operating.get(page(model)))


@pytest.mark.parametrize("model", ["organization", "invitation"])
def test_some_cannot_be_added(model: str, operating: Client) -> None:
    assert operating.get(page(model, "add")).status_code == 403


def test_renaming_an_organization(operator: User, operating: Client, acme: Organization) -> None:
    assert operating.get(page("organization", "change", acme.pk)).status_code == 200
    operating.post(page("organization", "change", acme.pk), {"name": "Acme Ltd", "slug": "hacked"})
    acme.refresh_from_db()
    assert (acme.name, acme.slug) == ("Acme Ltd", "acme")
    entry = last_entry()
    assert (entry.action, entry.actor_id, entry.user_id, entry.via) == (
        "organization.update", None, operator.pk, "admin",
    )  # fmt: skip


class TestMembers:
    def change(self, client: Client, member: Member, **values: str) -> str:
        given = {"role": member.role, "state": member.state} | values
        answer = text(client.post(page("member", "change", member.pk), given, follow=True))
        member.refresh_from_db()
        return answer

    def test_an_organization_gets_an_owner_again(self, ben: Member, operating: Client) -> None:
        self.change(operating, ben, role="owner")
        assert ben.role == "owner"
        assert (last_entry().action, last_entry().via) == ("member.change_role", "admin")

    def test_out_and_in_again(self, chloe: Member, operating: Client) -> None:
        before = last_entry().position
        self.change(operating, chloe, state="deactivated")
        assert not chloe.is_active
        self.change(operating, chloe, state="active", role="guest")
        assert (chloe.is_active, chloe.role) == (True, "guest")
        assert actions_since(before) == ["member.deactivate", "member.change_role", "member.reactivate"]

    def test_a_refusal_is_shown_and_changes_nothing(self, anna: Member, operating: Client) -> None:
        before = last_entry().position
        assert "An organization needs an owner." in self.change(operating, anna, role="guest")
        assert anna.role == "owner"
        assert last_entry().position == before

    def test_other_fields_stay(self, chloe: Member, operating: Client) -> None:
        self.change(operating, chloe, display_name="Mallory", user="1", kind="bot")
        assert (chloe.display_name, chloe.kind) == ("Chloe Martin", "person")

    def test_adding_makes_a_bot(self, operating: Client, acme: Organization) -> None:
        assert operating.get(page("member", "add")).status_code == 200
        operating.post(page("member", "add"), {"organization": acme.pk, "display_name": "Builder"})
        bot = Member.objects.get(display_name="Builder")
        assert (bot.organization, bot.kind, bot.user) == (acme, "bot", None)
        made = Entry.objects.filter(organization=acme, action="member.create").latest("position")
        assert (made.entity_id, made.via) == (bot.pk, "admin")


class TestUsers:
    def test_making_one(self, operating: Client, client: Client) -> None:
        given = {"email": "new@example.com", "password": PASSWORD}
        assert operating.get(page("user", "add")).status_code == 200
        assert operating.post(page("user", "add"), given).status_code == 302
        user = User.objects.get(email="new@example.com")
        assert (user.check_password(PASSWORD), user.is_superuser) == (True, False)
        assert last_entry(None).action == "user.create"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"email": "new@example.com", "password": "short"}, "too short"),
            ({"email": "chloe@acme.example", "password": PASSWORD}, "already exists"),
            ({"email": "nobody", "password": PASSWORD}, "valid email"),
        ],
    )
    def test_what_will_not_do(self, given: dict[str, str], said: str, operating: Client) -> None:
        before = User.objects.count()
        assert said in text(operating.post(page("user", "add"), given))
        assert User.objects.count() == before

    def test_shutting_one_out(self, chloe: Member, operating: Client, client_of: ClientOf) -> None:
        theirs = client_of(chloe)
        operating.post(page("user", "change", chloe.user_id), {"email": "x@example.com"})
        user = User.objects.get(email="chloe@acme.example")
        assert (user.is_active, user.email) == (False, "chloe@acme.example")
        assert theirs.get("/o/acme/people/").status_code == 302
        entry = last_entry(None)
        assert (entry.action, entry.entity_id) == ("user.update", user.pk)

    def test_making_an_operator(self, chloe: Member, operating: Client) -> None:
        operating.post(page("user", "change", chloe.user_id), {"is_active": "on", "is_superuser": "on"})
        user = User.objects.get(email="chloe@acme.example")
        assert (user.is_superuser, user.is_staff) == (True, True)

    def test_nobody_shuts_themselves_out(self, operator: User, operating: Client) -> None:
        answer = operating.post(page("user", "change", operator.pk), {"is_active": "on"}, follow=True)
        assert "You can&#x27;t shut yourself out." in text(answer) or "shut yourself out" in text(answer)
        operator.refresh_from_db()
        assert operator.is_superuser


def test_taking_invitations_back(anna: Member, operating: Client, caller: Callable[[Member], Caller]) -> None:
    frida = invite_member(caller(anna), email="frida@example.com", role="guest", base_url=None)
    accepted = Invitation.objects.filter(accepted_at__isnull=False).first()
    assert accepted is not None
    chosen = {"action": "revoke", "_selected_action": [frida.pk, accepted.pk]}
    answer = text(operating.post(page("invitation"), chosen, follow=True))
    assert f"{accepted.email[1:]}: This invitation has been accepted." in answer
    frida.refresh_from_db()
    assert not frida.is_open
    assert (last_entry().action, last_entry().via) == ("invitation.revoke", "admin")


def test_an_invitation_is_only_looked_at(operating: Client) -> None:
    invitation = Invitation.objects.first()
    assert invitation is not None
    shown = text(operating.get(page("invitation", "change", invitation.pk)))
    assert invitation.email in shown
    assert not re.search(r'<input[^>]*name="(email|role)"', shown)
    assert operating.post(page("invitation", "change", invitation.pk), {"role": "owner"}).status_code == 403
