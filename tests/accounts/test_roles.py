"""Changing roles, shutting out, letting in again."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import change_role, deactivate_member, invite_member, leave_organization
from accounts.caller import Caller
from accounts.models import Invitation, Member, State
from tests.accounts.looking import NOWHERE, is_missing, last_entry, path, text

ClientOf = Callable[[Member], Client]
CallerOf = Callable[[Member], Caller]


class TestChangingARole:
    def test_an_owner_makes_an_admin(self, anna: Member, chloe: Member, client_of: ClientOf) -> None:
        answer = client_of(anna).post(path("change_role", chloe.pk), {"role": "admin"}, follow=True)
        assert "The role of Chloe Martin is now “Admin”." in text(answer)
        chloe.refresh_from_db()
        assert chloe.role == "admin"
        entry = last_entry()
        assert (entry.action, entry.actor_id, entry.subject_id) == ("member.change_role", anna.pk, chloe.pk)
        assert (entry.value.old, entry.value.new) == ({"role": "member"}, {"role": "admin"})

    def test_nobody_gives_more_than_they_have(self, ben: Member, chloe: Member, client_of: ClientOf) -> None:
        answer = client_of(ben).post(path("change_role", chloe.pk), {"role": "owner"})
        assert answer.status_code == 422
        assert "Select a valid choice" in text(answer)
        chloe.refresh_from_db()
        assert chloe.role == "member"

    def test_a_role_must_exist(self, anna: Member, chloe: Member, client_of: ClientOf) -> None:
        answer = client_of(anna).post(path("change_role", chloe.pk), {"role": "emperor"})
        assert answer.status_code == 422
        assert "Select a valid choice" in text(answer)

    def test_an_admin_may_step_down(self, ben: Member, client_of: ClientOf) -> None:
        client = client_of(ben)
        assert path("change_role", ben.pk) in text(client.get(path("person", ben.pk)))
        assert client.post(path("change_role", ben.pk), {"role": "member"}).status_code == 302
        assert client.get(path("organization")).status_code == 403

    def test_the_last_owner_may_not(self, anna: Member, client_of: ClientOf) -> None:
        answer = client_of(anna).post(path("change_role", anna.pk), {"role": "admin"})
        assert answer.status_code == 403
        assert "An organization needs an owner." in text(answer)

    @pytest.mark.parametrize(("who", "whom"), [("ben", "anna"), ("chloe", "gus"), ("chloe", "chloe")])
    def test_a_role_too_low_is_refused(
        self, who: str, whom: str, client_of: ClientOf, request: pytest.FixtureRequest
    ) -> None:
        member, person = request.getfixturevalue(who), request.getfixturevalue(whom)
        before = person.role
        answer = client_of(member).post(path("change_role", person.pk), {"role": "guest"})
        assert answer.status_code == 403
        person.refresh_from_db()
        assert person.role == before

    def test_a_page_is_not_there(self, anna: Member, chloe: Member, client_of: ClientOf) -> None:
        assert client_of(anna).get(path("change_role", chloe.pk)).status_code == 405


class TestDeactivating:
    def test_it_asks_first(self, anna: Member, chloe: Member, client_of: ClientOf) -> None:
        page = text(client_of(anna).get(path("deactivate", chloe.pk)))
        assert "Deactivate Chloe Martin?" in page
        chloe.refresh_from_db()
        assert chloe.is_active

    def test_then_the_person_is_out(self, anna: Member, chloe: Member, client_of: ClientOf) -> None:
        theirs = client_of(chloe)
        answer = client_of(anna).post(path("deactivate", chloe.pk), follow=True)
        assert "Chloe Martin is deactivated." in text(answer)
        assert is_missing(theirs, theirs.get(path("people")))
        entry = last_entry()
        assert (entry.action, entry.actor_id, entry.subject_id) == ("member.deactivate", anna.pk, chloe.pk)

    def test_oneself_is_left_another_way(self, ben: Member, client_of: ClientOf) -> None:
        assert client_of(ben).post(path("deactivate", ben.pk)).status_code == 403

    @pytest.mark.parametrize(("who", "whom"), [("ben", "anna"), ("chloe", "gus")])
    def test_a_role_too_low_is_refused(
        self, who: str, whom: str, client_of: ClientOf, request: pytest.FixtureRequest
    ) -> None:
        client, person = client_of(request.getfixturevalue(who)), request.getfixturevalue(whom)
        assert client.get(path("deactivate", person.pk)).status_code == 403
        assert client.post(path("deactivate", person.pk)).status_code == 403
        person.refresh_from_db()
        assert person.is_active


class TestReactivating:
    def test_it_asks_and_lets_in(
        self, anna: Member, chloe: Member, client_of: ClientOf, caller: CallerOf
    ) -> None:
        deactivate_member(caller(anna), chloe)
        client = client_of(anna)
        assert path("reactivate", chloe.pk) in text(client.get(path("person", chloe.pk)))
        assert "Reactivate Chloe Martin?" in text(client.get(path("reactivate", chloe.pk)))
        client.post(path("reactivate", chloe.pk))
        assert client_of(chloe).get(path("people")).status_code == 200
        assert last_entry().action == "member.reactivate"

    def test_a_member_may_not(
        self, anna: Member, ben: Member, chloe: Member, client_of: ClientOf, caller: CallerOf
    ) -> None:
        deactivate_member(caller(anna), ben)
        assert client_of(chloe).get(path("reactivate", ben.pk)).status_code == 403
        assert client_of(chloe).post(path("reactivate", ben.pk)).status_code == 403
        ben.refresh_from_db()
        assert ben.state == State.DEACTIVATED


@pytest.mark.parametrize("name", ["change_role", "deactivate", "reactivate"])
def test_nobody_elses_people(name: str, chloe: Member, zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    hidden = path(name, chloe.pk), path(name, chloe.pk, slug="globex"), path(name, NOWHERE, slug="globex")
    for address in hidden:
        assert is_missing(client, client.post(address, {"role": "guest"}))
    chloe.refresh_from_db()
    assert (chloe.role, chloe.state) == ("member", "active")


@pytest.mark.parametrize("name", ["deactivate", "reactivate"])
def test_only_these_verbs(name: str, anna: Member, chloe: Member, client_of: ClientOf) -> None:
    assert client_of(anna).put(path(name, chloe.pk)).status_code == 405


class TestTheirInvitations:
    """What someone gave ends with the right to give it; what they may still give stays."""

    @pytest.fixture
    def given(self, ben: Member, caller: CallerOf) -> list[Invitation]:
        return [
            invite_member(caller(ben), email=f"{role}@x.example", role=role, base_url=None)
            for role in ("admin", "guest")
        ]

    def open_ones(self, given: list[Invitation]) -> list[str]:
        found = Invitation.objects.filter(pk__in=[one.pk for one in given]).order_by("pk")
        return [one.role for one in found if one.is_open]

    def test_of_who_is_shut_out(
        self, anna: Member, ben: Member, given: list[Invitation], caller: CallerOf
    ) -> None:
        deactivate_member(caller(anna), ben)
        assert self.open_ones(given) == []
        entry = last_entry()
        assert (entry.action, entry.actor_id) == ("invitation.revoke", anna.pk)

    def test_of_who_leaves(self, ben: Member, given: list[Invitation], caller: CallerOf) -> None:
        leave_organization(caller(ben))
        assert self.open_ones(given) == []

    @pytest.mark.parametrize(
        ("role", "left"), [("owner", ["admin", "guest"]), ("member", []), ("admin", ["admin", "guest"])]
    )
    def test_of_who_gets_another_role(
        self, role: str, left: list[str], anna: Member, ben: Member, given: list[Invitation], caller: CallerOf
    ) -> None:
        change_role(caller(anna), ben, role=role)
        assert self.open_ones(given) == left
