"""Setting up an empty server with the code that it printed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client

from accounts.actions import organizations, set_up_server
from accounts.actions.users import set_new_password
from accounts.errors import NotThere
from accounts.models import Member, Organization, User
from accounts.setup_code import setup_code
from tests.accounts.looking import actions_since, last_entry, text

pytestmark = pytest.mark.usefixtures("empty_server")


def given(**different: str) -> dict[str, str]:
    return {
        "code": setup_code(),
        "name": "Initech",
        "display_name": "Peter Gibbons",
        "email": "Peter@Initech.example",
        "password": "a long enough one",
    } | different


def test_the_first_visitor_with_the_code_owns_and_operates(client: Client) -> None:
    assert client.get("/setup/").status_code == 200
    assert client.post("/setup/", given())["Location"] == "/o/initech/start/"
    owner = Member.objects.select_related("user").get()
    assert (owner.display_name, owner.role, owner.organization.name) == ("Peter Gibbons", "owner", "Initech")
    assert owner.user is not None
    assert (owner.user.email, owner.user.is_superuser) == ("peter@initech.example", True)
    assert owner.user.check_password("a long enough one")
    assert client.get("/o/initech/people/").status_code == 200  # signed in


def test_the_address_counts_as_confirmed(client: Client) -> None:
    client.post("/setup/", given())
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == ("peter@initech.example", True, True)


def test_it_is_recorded(client: Client) -> None:
    before = last_entry(None).position
    client.post("/setup/", given())
    assert actions_since(before, None) == ["server.set_up", "session.create"]
    assert actions_since(0, "initech")[:2] == ["organization.create", "member.create"]


@pytest.mark.parametrize("code", [setup_code().lower(), setup_code().replace("-", " ")])
def test_the_code_is_read_kindly(code: str, client: Client) -> None:
    assert client.post("/setup/", given(code=code)).status_code == 302


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"code": "AAAA-BBBB-CCCC"}, "isn’t the code"),
        ({"code": ""}, "required"),
        ({"name": " "}, "required"),
        ({"display_name": "@channel"}, "Use letters"),
        ({"display_name": "here"}, "a meaning of its own"),
        ({"email": "nobody"}, "valid email"),
        ({"password": "short"}, "too short"),
        ({"password": "1234567890"}, "common"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_changes(
    different: dict[str, str], said: str, client: Client
) -> None:
    answer = client.post("/setup/", given(**different))
    assert answer.status_code == 422
    assert said in text(answer).replace("&#x27;", "’")
    assert 'value="Initech"' in text(answer) or "name" in different
    assert "a long enough one" not in text(answer)
    assert not User.objects.exists()
    assert not Organization.objects.exists()


def test_codes_cannot_be_tried_one_after_the_other(client: Client) -> None:
    for _ in range(10):
        assert client.post("/setup/", given(code="wrong")).status_code == 422
    answer = client.post("/setup/", given())
    assert answer.status_code == 429
    assert "Too many attempts" in text(answer)
    assert client.post("/setup/", given(), REMOTE_ADDR="192.0.2.44").status_code == 302


def test_a_server_with_users_has_no_set_up(client: Client) -> None:
    client.post("/setup/", given())
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", given(email="second@initech.example")).status_code == 404
    assert User.objects.count() == 1


def test_signing_up_is_no_way_around_the_code(client: Client) -> None:
    assert "by invitation" in text(client.get("/accounts/signup/"))
    client.post("/accounts/signup/", {"email": "me@example.com", "password1": "a long enough one"})
    assert not User.objects.exists()


def test_only_these_verbs(client: Client) -> None:
    assert client.put("/setup/").status_code == 405


def test_of_two_at_once_one_is_the_first(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=10)

    def set_password(user: User, password: str) -> None:
        both.wait()
        set_new_password(user, password)

    def set_up(number: int) -> bool:
        try:
            set_up_server(
                code=setup_code(),
                name=f"Team {number}",
                owner_name="Peter",
                email=f"peter-{number}@initech.example",
                password="a long enough one",
            )
        except NotThere:
            return False
        finally:
            connections.close_all()
        return True

    monkeypatch.setattr(organizations, "set_new_password", set_password)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(set_up, range(2))) == [False, True]
    assert User.objects.count() == Organization.objects.count() == 1
