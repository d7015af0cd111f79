"""One's profile in an organization."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Member
from tests.accounts.looking import is_missing, last_entry, path, text

ClientOf = Callable[[Member], Client]
NEW = {"display_name": "Chloe M. Martin", "title": " Head of  design ", "timezone": "Europe/Paris"}


def test_it_changes_name_title_and_time_zone(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    assert 'value="Chloe Martin"' in text(client.get(path("profile")))
    assert "Saved." in text(client.post(path("profile"), NEW, follow=True))
    chloe.refresh_from_db()
    assert (chloe.display_name, chloe.title, chloe.timezone) == (
        "Chloe M. Martin", "Head of design", "Europe/Paris",
    )  # fmt: skip
    entry = last_entry()
    assert (entry.action, entry.subject_id) == ("member.update", chloe.pk)
    assert entry.value.old == {"display_name": "Chloe Martin", "title": "", "timezone": "UTC"}
    page = text(client.get(path("profile")))
    assert '<option value="Europe/Paris" selected>' in page
    assert page.count(" selected>") == 1


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"display_name": ""}, "required"),
        ({"display_name": "<b>"}, "Use letters"),
        ({"display_name": "Channel"}, "a meaning of its own"),
        ({"display_name": "one two three four five six seven"}, "six words"),
        ({"title": "x" * 81}, "at most 80"),
        ({"timezone": "Mars/Olympus"}, "valid choice"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_changes(
    different: dict[str, str], said: str, chloe: Member, client_of: ClientOf
) -> None:
    answer = client_of(chloe).post(path("profile"), NEW | different)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Head of" in text(answer) or "title" in different  # what was typed is still there
    chloe.refresh_from_db()
    assert (chloe.display_name, chloe.title, chloe.timezone) == ("Chloe Martin", "", "UTC")


def test_a_guest_has_one_too(gus: Member, client_of: ClientOf) -> None:
    given = {"display_name": "Gustav", "title": "", "timezone": "UTC"}
    assert client_of(gus).post(path("profile"), given).status_code == 302
    gus.refresh_from_db()
    assert gus.display_name == "Gustav"


def test_another_organization_is_not_there(zoe: Member, client_of: ClientOf) -> None:
    client = client_of(zoe)
    assert is_missing(client, client.post(path("profile"), NEW))


def test_only_these_verbs(chloe: Member, client_of: ClientOf) -> None:
    assert client_of(chloe).put(path("profile")).status_code == 405
