"""Where one is signed in: the list, ending one, the others, all; each on record, and each at once."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.sessions import end_session
from accounts.errors import NotThere
from accounts.models import Member
from accounts.queries import sessions_of
from accounts.sessions import stamps
from tests.accounts.factors import sign_in
from tests.accounts.looking import actions_since, last_entry, text
from tests.cast import PASSWORD, caller_for

ClientOf = Callable[[Member], Client]
LIST = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)


def signed_in(client: Client) -> bool:
    return client.get("/o/acme/people/").status_code == 200


@pytest.fixture
def here(chloe: Member, client: Client) -> Client:
    """Chloe's computer."""
    sign_in(client, chloe, **{"User-Agent": FIREFOX})
    return client


@pytest.fixture
def phone(chloe: Member) -> Client:
    """Chloe's phone."""
    client = Client()
    sign_in(client, chloe, **{"User-Agent": PHONE})
    return client


def devices(member: Member) -> list[str]:
    assert member.user is not None
    return [session.user_agent for session in sessions_of(member.user)]


def test_the_list_tells_devices_and_which_is_this_one(here: Client, phone: Client) -> None:
    page = text(here.get(LIST))
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("This one") == 1
    assert page.index("This one") < page.index("Safari on iPhone")
    assert "127.0.0.1" in page


def test_its_queries_are_the_same_however_many(here: Client, chloe: Member) -> None:
    here.get(LIST)
    with CaptureQueriesContext(connection) as few:
        here.get(LIST)
    for _ in range(4):
        sign_in(Client(), chloe)
    with CaptureQueriesContext(connection) as many:
        here.get(LIST)
    # 1: the session. 2: the user. 3: their listed sessions. 4: those that are still stored.
    assert len(many) == len(few) == 4


def test_ending_one(here: Client, phone: Client, chloe: Member) -> None:
    before = last_entry(None).position
    other = UserSession.objects.get(user_agent=PHONE)
    assert here.post(f"{LIST}{other.pk}/end/").status_code == 302
    assert (signed_in(here), signed_in(phone)) == (True, False)
    assert devices(chloe) == [FIREFOX]
    assert actions_since(before, None) == ["session.delete"]
    entry = last_entry(None)
    assert (entry.entity_id, entry.value.old) == (
        chloe.user_id,
        {"device": "Safari on iPhone", "address": "127.0.0.1"},
    )


def test_ending_all_others(
    here: Client, phone: Client, chloe: Member, ben: Member, client_of: ClientOf
) -> None:
    theirs = client_of(ben)
    assert "Signed out of one other session." in text(here.post(f"{LIST}end-others/", follow=True))
    assert (signed_in(here), signed_in(phone), signed_in(theirs)) == (True, False, True)
    assert devices(chloe) == [FIREFOX]


def test_ending_all(here: Client, phone: Client, chloe: Member) -> None:
    before = last_entry(None).position
    assert "signed out everywhere" in text(here.post(f"{LIST}end-all/", follow=True))
    assert (signed_in(here), signed_in(phone)) == (False, False)
    assert actions_since(before, None) == ["session.delete"] * 2
    assert UserSession.objects.filter(user=chloe.user_id).count() == 0


def test_someone_else_s_is_not_there(here: Client, ben: Member, client_of: ClientOf) -> None:
    theirs = client_of(ben)
    mine = UserSession.objects.get(user_agent=FIREFOX)
    missing = theirs.post(f"{LIST}{10**9}/end/")
    answer = theirs.post(f"{LIST}{mine.pk}/end/")
    assert (answer.status_code, answer.content) == (404, missing.content)
    assert signed_in(here)
    assert ben.user is not None
    with pytest.raises(NotThere):
        end_session(caller_for(ben.user), ben.user, mine.pk)


def test_only_by_posting(here: Client) -> None:
    mine = UserSession.objects.get(user_agent=FIREFOX)
    for path in (f"{LIST}{mine.pk}/end/", f"{LIST}end-others/", f"{LIST}end-all/"):
        assert here.get(path).status_code == 405
    assert here.post(LIST).status_code == 405


def test_signing_out_takes_it_off_the_list(here: Client, phone: Client, chloe: Member) -> None:
    here.post("/accounts/logout/")
    assert devices(chloe) == [PHONE]


def test_a_new_password_leaves_this_one_alone(here: Client, phone: Client, chloe: Member) -> None:
    new = "another long one"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (signed_in(here), signed_in(phone)) == (True, False)
    chloe.refresh_from_db()
    assert devices(chloe) == [FIREFOX]
    assert "This one" in text(here.get(LIST))


def test_use_is_stamped_now_and_then(here: Client, chloe: Member) -> None:
    """And not with each page."""
    UserSession.objects.update(last_seen_at="2020-01-01T00:00:00Z")
    here.get("/o/acme/people/")
    assert UserSession.objects.get(user=chloe.user_id).last_seen_at.year == 2020
    stamps.forget()  # a quarter of an hour later
    here.get("/o/acme/people/", headers={"User-Agent": PHONE})
    stamped = UserSession.objects.get(user=chloe.user_id)
    assert stamped.last_seen_at.year > 2020
    assert stamped.user_agent == PHONE


def test_one_who_has_no_address(chloe: Member, client: Client) -> None:
    """As behind a Unix socket."""
    assert chloe.user is not None
    given = {"login": chloe.user.email, "password": PASSWORD}
    client.post("/accounts/login/", given, REMOTE_ADDR="")
    assert signed_in(client)
    assert "::" not in text(client.get(LIST))
