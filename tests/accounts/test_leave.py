"""Leaving an organization."""

from collections.abc import Callable

from django.test import Client

from accounts.models import Member
from tests.accounts.looking import is_missing, last_entry, path, text

ClientOf = Callable[[Member], Client]


def test_it_asks_first(chloe: Member, client_of: ClientOf) -> None:
    assert "Leave Acme?" in text(client_of(chloe).get(path("leave")))
    chloe.refresh_from_db()
    assert chloe.is_active


def test_then_one_is_out(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    answer = client.post(path("leave"), follow=True)
    assert "You have left Acme." in text(answer)
    assert answer.redirect_chain[-1][0] == "/organizations/"
    assert is_missing(client, client.get(path("people")))
    entry = last_entry()
    assert (entry.action, entry.actor_id, entry.subject_id) == ("member.leave", chloe.pk, chloe.pk)


def test_the_last_owner_may_not(anna: Member, client_of: ClientOf) -> None:
    answer = client_of(anna).post(path("leave"))
    assert answer.status_code == 403
    assert "Make someone else an owner first." in text(answer)
    anna.refresh_from_db()
    assert anna.is_active


def test_the_last_owner_is_told_before_they_try(anna: Member, ben: Member, client_of: ClientOf) -> None:
    client, form = client_of(anna), f'action="{path("leave")}"'
    for page in (path("leave"), path("person", anna.pk)):
        answer = text(client.get(page))
        assert "needs one" in answer or "needs an owner" in answer
        assert form not in answer
        assert path("change_role", anna.pk) not in answer
    Member.objects.filter(pk=ben.pk).update(role="owner")
    assert form in text(client.get(path("leave")))
    assert path("change_role", anna.pk) in text(client.get(path("person", anna.pk)))


def test_another_organization_is_not_there(zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.get(path("leave")))
    assert is_missing(client, client.post(path("leave")))


def test_only_these_verbs(chloe: Member, client_of: ClientOf) -> None:
    assert client_of(chloe).delete(path("leave")).status_code == 405
