"""The list of people."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import add_bot, deactivate_member
from accounts.caller import Caller
from accounts.models import Member
from chat.actions import add_members
from chat.models import Channel
from tests.accounts.looking import is_missing, path, text
from tests.cast import TESTS

ClientOf = Callable[[Member], Client]


def names(page: str) -> list[str]:
    """Who is in the cast and on the page, in its order, whatever its sidebar shows."""
    listed = page.partition('id="main"')[2]
    cast = ["Anna Lind", "Ben Okafor", "Chloe Martin", "Gus Berg", "Robin", "Zoe Park"]
    return sorted((name for name in cast if name in listed), key=listed.index)


def test_everyone_by_name(chloe: Member, client_of: ClientOf) -> None:
    page = text(client_of(chloe).get(path("people")))
    assert names(page) == ["Anna Lind", "Ben Okafor", "Chloe Martin", "Gus Berg", "Robin"]
    assert "5 people" in page
    assert ">Bot<" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [("OKA", ["Ben Okafor"]), ("  lind ", ["Anna Lind"]), ("boss", ["Gus Berg"]), ("%", []), ("zoe", [])],
)
def test_search_is_by_name_and_title(
    search: str, found: list[str], chloe: Member, client_of: ClientOf, gus: Member
) -> None:
    gus.title = "Boss of the bosses"
    gus.save()
    page = text(client_of(chloe).get(path("people"), {"q": search}))
    assert names(page) == found


def test_nobody_found_is_said(chloe: Member, client_of: ClientOf) -> None:
    page = text(client_of(chloe).get(path("people"), {"q": "<nobody>"}))
    assert "Nobody by that name" in page
    assert "&lt;nobody&gt;" in page


def test_the_deactivated_are_apart(
    anna: Member, ben: Member, client_of: ClientOf, caller: Callable[[Member], Caller]
) -> None:
    client = client_of(anna)
    assert "Nobody is deactivated" in text(client.get(path("people"), {"state": "deactivated"}))
    deactivate_member(caller(anna), ben)
    assert "Ben Okafor" not in names(text(client.get(path("people"))))
    assert names(text(client.get(path("people"), {"state": "deactivated"}))) == ["Ben Okafor"]


def test_a_guest_sees_only_whom_they_share_a_channel_with(
    anna: Member, ben: Member, gus: Member, client_of: ClientOf, caller: Callable[[Member], Caller]
) -> None:
    client = client_of(gus)
    assert names(text(client.get(path("people")))) == ["Gus Berg"]
    general = Channel.objects.get(organization=anna.organization, name="general")
    add_members(caller(anna), general, [gus])
    assert "Ben Okafor" in names(text(client.get(path("people"))))
    assert names(text(client.get(path("people"), {"q": "oka"}))) == ["Ben Okafor"]


def test_as_many_queries_for_many_as_for_few(anna: Member, client_of: ClientOf) -> None:
    client = client_of(anna)
    client.get(path("people"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path("people"))
    for number in range(120):
        add_bot(TESTS, anna.organization, name=f"Bot {number:03}")
    with CaptureQueriesContext(connection) as many:
        page = text(client.get(path("people")))
    assert len(many) == len(few)
    assert page.count('class="list-item"') == 100
    assert "Page 1 of 2" in page


def test_pages_go_on(anna: Member, client_of: ClientOf) -> None:
    for number in range(120):
        add_bot(TESTS, anna.organization, name=f"Bot {number:03}")
    page = text(client_of(anna).get(path("people"), {"q": "bot", "page": "2"}))
    assert page.count('class="list-item"') == 20
    assert 'href="?q=bot&amp;page=1"' in page


def test_only_admins_are_offered_to_invite(anna: Member, chloe: Member, client_of: ClientOf) -> None:
    assert "Invite people" in text(client_of(anna).get(path("people"))).partition('id="main"')[2]
    assert "Invite people" not in text(client_of(chloe).get(path("people"))).partition('id="main"')[2]


def test_another_organization_is_not_there(zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.get(path("people")))


def test_it_takes_no_post(chloe: Member, client_of: ClientOf) -> None:
    assert client_of(chloe).post(path("people")).status_code == 405
