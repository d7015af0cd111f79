"""Every door of chat, by its URL: who finds it, who finds nothing, and by which verbs it opens.

What isn't there for someone is the very answer of what doesn't exist: same status, same headers, same bytes.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from chat.models import Channel
from chat.urls import urlpatterns
from tests.chat.scene import HTMX, NOWHERE, answer, nothing_happens, path, post

SignIn = Callable[[Member], Client]

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
SAFE = {"GET", "HEAD"}
DOORS = {
    "home": SAFE,
    "first_steps": SAFE | {"POST"},
    "sidebar": SAFE,
    "switch": SAFE,
    "threads": SAFE,
    "follow": {"POST"},
    "thread_read": {"POST"},
    "notifications": SAFE,
    "pause": {"POST"},
    "level": {"POST"},
    "close": {"POST"},
    "notice": SAFE,
    "shortcuts": SAFE,
    "channel": SAFE,
    "frame": SAFE,
    "message": SAFE,
    "history": SAFE,
    "thread": SAFE,
    "post": {"POST"},
    "read": {"POST"},
    "save_draft": {"POST"},
    "typing": {"POST"},
    "last_mine": SAFE,
    "drafts": SAFE,
    "discard_draft": {"POST"},
    "read_all": {"POST"},
    "undo_read_all": {"POST"},
    "unread": {"POST"},
    "text": SAFE,
    "mentions": SAFE,
    "actions": SAFE,
    "edit": SAFE | {"POST"},
    "delete": SAFE | {"POST"},
    "versions": SAFE,
    "directory": SAFE,
    "create_channel": SAFE | {"POST"},
    "channel_settings": SAFE | {"POST"},
    "channel_archive": {"POST"},
    "channel_delete": SAFE | {"POST"},
    "channel_members": SAFE | {"POST"},
    "channel_member_remove": {"POST"},
    "join": {"POST"},
    "leave": {"POST"},
    "direct": SAFE | {"POST"},
}
IDS = {str(door.name): list(door.pattern.converters) for door in urlpatterns}
TO_A_THING = sorted(name for name, ids in IDS.items() if ids)


def test_every_door_is_walked() -> None:
    assert set(DOORS) == set(IDS)


def address(name: str, ids: dict[str, int] | None = None, *, slug: str = "acme") -> str:
    """The door's path; an id that isn't given is one that nothing has."""
    return path(name, *((ids or {}).get(each, NOWHERE) for each in IDS[name]), slug=slug)


@pytest.fixture
def hidden(secret: Channel, chloe: Member) -> dict[str, int]:
    """The ids of a private channel, a message in it, and a member of it."""
    return {"channel_id": secret.pk, "message_id": post(chloe, secret).pk, "member_id": chloe.pk}


@pytest.mark.parametrize("name", DOORS)
def test_a_wrong_verb_is_405(client_of: SignIn, anna: Member, hidden: dict[str, int], name: str) -> None:
    browser = client_of(anna)
    for method in sorted(METHODS - DOORS[name]):
        with nothing_happens():
            response = browser.generic(method, address(name, hidden))
        assert response.status_code == 405, method
        assert set(response.headers["Allow"].split(", ")) == DOORS[name]


@pytest.mark.parametrize("name", DOORS)
def test_who_has_not_signed_in_is_sent_there_and_back(
    client: Client, anna: Member, hidden: dict[str, int], name: str
) -> None:
    here = address(name, hidden)
    for method in sorted(DOORS[name]):
        with nothing_happens():
            response = client.generic(method, f"{here}?a=b")
        after = f"?next={here.replace('/', '%2F')}%3Fa%3Db" if method in SAFE else ""
        assert response.status_code == 302
        assert response.headers["Location"] == f"/accounts/login/{after}"


@pytest.mark.parametrize("name", DOORS)
def test_a_fragment_for_who_has_not_signed_in_tells_the_page_to_go(
    client: Client, anna: Member, hidden: dict[str, int], name: str
) -> None:
    for method in sorted(DOORS[name]):
        response = client.generic(method, address(name, hidden), headers=HTMX)
        assert response.status_code == 401
        assert response.headers["HX-Redirect"] == "/accounts/login/"


@pytest.mark.parametrize("name", DOORS)
def test_another_organization_is_one_that_does_not_exist(
    client_of: SignIn, zoe: Member, hidden: dict[str, int], name: str
) -> None:
    browser = client_of(zoe)
    for method in sorted(DOORS[name]):
        with nothing_happens():
            theirs = browser.generic(method, address(name, hidden))
            nobodys = browser.generic(method, address(name, slug="nowhere"))
        assert theirs.status_code == 404
        assert answer(theirs) == answer(nobodys)


@pytest.mark.parametrize("who", ["zoe", "ben", "gus", "deactivated"])
@pytest.mark.parametrize("name", TO_A_THING)
def test_what_someone_may_not_see_is_what_does_not_exist(
    request: pytest.FixtureRequest, client_of: SignIn, hidden: dict[str, int], name: str, who: str
) -> None:
    """Zoe asks within her own organization; Ben is an admin, but not in the channel; Gus is a guest."""
    member: Member = request.getfixturevalue("chloe" if who == "deactivated" else who)
    browser = client_of(member)
    if who == "deactivated":
        Member.objects.filter(pk=member.pk).update(state="deactivated")
    slug = member.organization.slug
    for method in sorted(DOORS[name]):
        with nothing_happens():
            hers = browser.generic(method, address(name, hidden, slug=slug), "body=x")
            nobodys = browser.generic(method, address(name, slug=slug), "body=x")
        assert hers.status_code == 404, method
        assert answer(hers) == answer(nobodys), method


@pytest.mark.parametrize("name", TO_A_THING)
def test_a_public_channel_is_not_there_for_a_guest_outside_of_it(
    client_of: SignIn, gus: Member, anna: Member, general: Channel, name: str
) -> None:
    ids = {"channel_id": general.pk, "message_id": post(anna, general).pk, "member_id": anna.pk}
    browser = client_of(gus)
    for method in sorted(DOORS[name]):
        with nothing_happens():
            public = browser.generic(method, address(name, ids))
        assert public.status_code == 404
        assert answer(public) == answer(browser.generic(method, address(name)))


@pytest.mark.parametrize("name", TO_A_THING)
def test_ids_that_no_database_could_hold_are_not_there(client_of: SignIn, anna: Member, name: str) -> None:
    browser = client_of(anna)
    huge = dict.fromkeys(("channel_id", "message_id", "member_id", "draft_id"), 10**30)
    for method in sorted(DOORS[name]):
        assert browser.generic(method, address(name, huge)).status_code == 404


def test_completion_in_a_hidden_channel_is_not_there(
    client_of: SignIn, ben: Member, zoe: Member, secret: Channel
) -> None:
    for member in (ben, zoe):
        here, browser = path("mentions", slug=member.organization.slug), client_of(member)
        hidden = browser.get(here, {"channel": str(secret.pk), "q": "c"})
        assert hidden.status_code == 404
        for channel in (str(NOWHERE), "9" * 30, "", "x", "²", "-1"):
            assert answer(browser.get(here, {"channel": str(channel), "q": "c"})) == answer(hidden), channel


def test_a_message_is_found_in_its_own_channel_only(
    client_of: SignIn, anna: Member, general: Channel, secret: Channel
) -> None:
    message, browser = post(anna, secret), client_of(anna)
    assert browser.get(path("message", secret.pk, message.pk)).status_code == 200
    assert browser.get(path("message", general.pk, message.pk)).status_code == 404


def test_a_reply_is_no_thread(client_of: SignIn, anna: Member, general: Channel) -> None:
    reply = post(anna, general, thread=post(anna, general))
    assert client_of(anna).get(path("thread", reply.pk)).status_code == 404


@pytest.mark.parametrize("name", ["directory", "direct", "channel_members", "mentions", "sidebar", "history"])
def test_strange_queries_break_nothing(
    client_of: SignIn, anna: Member, hidden: dict[str, int], name: str
) -> None:
    browser = client_of(anna)
    for odd in ("\0", "%", "²", "-1", "'", "x" * 5_000):
        asked = {"channel": str(hidden["channel_id"]), "q": odd, "active": odd, "before": odd, "after": odd}
        assert browser.get(address(name, hidden), asked).status_code in {200, 422}, odd


def test_a_strange_search_for_people_finds_nobody_and_breaks_nothing(client_of: SignIn, anna: Member) -> None:
    found = client_of(anna).get(reverse("accounts:people", args=["acme"]), {"q": "\0zzz"})
    assert found.status_code == 200
    assert "Chloe Martin" not in found.content.decode()
