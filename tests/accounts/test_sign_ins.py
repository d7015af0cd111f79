"""Sessions, accounts, passwords and addresses: each leaves its entry in the server's chain, and no secret."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.actions import create_user, update_user
from accounts.attempts import first_within
from accounts.errors import Invalid, Refused
from accounts.models import Member, User
from audit.models import Entry, Value
from audit.verifying import verify_chain
from tests.accounts.looking import actions_since, last_entry, text
from tests.cast import PASSWORD, TESTS, caller_for

ClientOf = Callable[[Member], Client]
NEW_PASSWORD = "another long one"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}


def sign_in(client: Client, email: str, password: str = PASSWORD, *, ip: str = "192.0.2.7") -> None:
    client.post("/accounts/login/", {"login": email, "password": password}, headers=FIREFOX, REMOTE_ADDR=ip)


@pytest.fixture
def before(database: None) -> int:
    """Where the server's chain ends before a test begins."""
    return last_entry(None).position


def test_signing_in_and_out(before: int, chloe: Member, client: Client) -> None:
    sign_in(client, "Chloe@acme.example")
    entry = last_entry(None)
    assert (entry.action, entry.user_id, entry.entity_id) == ("session.create", chloe.user_id, chloe.user_id)
    assert (entry.via, entry.client, entry.value.address) == ("page", "Firefox", "192.0.2.7")
    client.post("/accounts/logout/")
    assert actions_since(before, None) == ["session.create", "session.delete"]
    assert last_entry(None).user_id == chloe.user_id


def test_a_failed_sign_in_of_someone(before: int, chloe: Member, client: Client) -> None:
    sign_in(client, "chloe@acme.example", "my-secret-guess")
    entry = last_entry(None)
    assert (entry.action, entry.user_id, entry.entity_id) == ("session.refuse", None, chloe.user_id)
    assert (entry.value.new, entry.value.address) == ({"email": "chloe@acme.example"}, "192.0.2.7")


def test_what_strangers_try_makes_nobodys_attempts_forgotten(
    before: int, chloe: Member, client: Client
) -> None:
    for _ in range(5):
        sign_in(client, "chloe@acme.example", "my-secret-guess")
    for number in range(500):
        first_within("sign-in", f"{number}@acme.example", "192.0.2.8", seconds=60)
    answer = client.post("/accounts/login/", {"login": "chloe@acme.example", "password": PASSWORD})
    assert "Too many failed login attempts" in text(answer)


def test_a_failed_sign_in_of_nobody(before: int, client: Client) -> None:
    sign_in(client, "nobody@acme.example")
    entry = last_entry(None)
    assert (entry.action, entry.entity_type, entry.entity_id) == ("session.refuse", "user", None)
    assert entry.value.new == {"email": "nobody@acme.example"}


def test_one_entry_an_account_an_address_and_a_minute(before: int, client: Client) -> None:
    for _ in range(3):
        sign_in(client, "chloe@acme.example", "wrong")
    assert len(actions_since(before, None)) == 1
    sign_in(client, "ben@acme.example", "wrong")
    sign_in(client, "chloe@acme.example", "wrong", ip="192.0.2.8")
    assert len(actions_since(before, None)) == 3
    cache.clear()  # a minute later
    sign_in(client, "chloe@acme.example", "wrong")
    assert actions_since(before, None) == ["session.refuse"] * 4


def test_a_shut_account_cannot_sign_in(before: int, chloe: Member, client: Client) -> None:
    assert chloe.user is not None
    update_user(TESTS, chloe.user, is_active=False, operator=False)
    sign_in(client, "chloe@acme.example")
    assert actions_since(before, None) == ["user.update", "session.refuse"]
    assert client.get("/o/acme/people/").status_code == 302


def test_signing_up(before: int, client: Client) -> None:
    given = {"email": "Frida@Example.com", "password1": NEW_PASSWORD}
    client.post("/accounts/signup/", given)
    frida = User.objects.get(email="frida@example.com")
    assert frida.check_password(NEW_PASSWORD)
    assert actions_since(before, None) == ["user.create", "session.create"]
    entry = Entry.objects.get(organization=None, action="user.create", position=before + 1)
    assert (entry.entity_id, entry.value.new) == (
        frida.pk,
        {"email": "frida@example.com", "confirmed": False},
    )


def test_changing_the_password(before: int, chloe: Member, client: Client) -> None:
    sign_in(client, "chloe@acme.example")
    given = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", given)
    assert User.objects.get(email="chloe@acme.example").check_password(NEW_PASSWORD)
    assert actions_since(before, None) == ["session.create", "password.update"]
    entry = last_entry(None)
    assert (entry.user_id, entry.value.old, entry.value.new) == (chloe.user_id, None, None)
    assert client.get("/o/acme/people/").status_code == 200  # this session goes on


def test_a_new_password_ends_the_other_sessions(chloe: Member, client: Client, client_of: ClientOf) -> None:
    other = client_of(chloe)
    sign_in(client, "chloe@acme.example")
    given = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", given)
    assert other.get("/o/acme/people/").status_code == 302


def test_resetting_a_forgotten_password(before: int, chloe: Member, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "chloe@acme.example"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert User.objects.get(email="chloe@acme.example").check_password(NEW_PASSWORD)
    assert "password.update" in actions_since(before, None)


def test_adding_confirming_preferring_and_removing_an_address(
    before: int, chloe: Member, client: Client
) -> None:
    sign_in(client, "chloe@acme.example")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "chloe@home.example"})
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    client.post(link[1])
    client.post("/accounts/email/", {"action_primary": "", "email": "chloe@home.example"})
    client.post("/accounts/email/", {"action_remove": "", "email": "chloe@acme.example"})
    assert actions_since(before, None) == [
        "session.create", "email.create", "email.confirm", "email.update", "email.delete",
    ]  # fmt: skip
    assert User.objects.get(members=chloe).email == "chloe@home.example"
    changed = Entry.objects.get(organization=None, action="email.update")
    assert (changed.value.old, changed.value.new) == (
        {"email": "chloe@acme.example"},
        {"email": "chloe@home.example"},
    )


def test_no_secret_is_recorded(before: int, chloe: Member, client: Client) -> None:
    sign_in(client, "chloe@acme.example", "my-secret-guess")
    sign_in(client, "chloe@acme.example")
    given = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", given)
    said = str(list(Value.objects.values()))
    assert not [secret for secret in ("my-secret-guess", PASSWORD, NEW_PASSWORD, "md5$") if secret in said]
    assert verify_chain(None) is None


class TestMakingAnAccountForSomeone:
    def test_its_address_counts_as_confirmed(self, before: int) -> None:
        user = create_user(TESTS, email=" New@Example.com ", password=PASSWORD)
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)
        assert actions_since(before, None) == ["user.create"]

    @pytest.mark.parametrize(
        ("email", "password"),
        [("chloe@acme.example", PASSWORD), ("nobody", PASSWORD), ("new@example.com", "short")],
    )
    def test_what_will_not_do(self, email: str, password: str, before: int) -> None:
        with pytest.raises(Invalid):
            create_user(TESTS, email=email, password=password)
        assert actions_since(before, None) == []

    def test_it_takes_an_operator(self, before: int, chloe: Member, anna: Member) -> None:
        assert chloe.user is not None
        with pytest.raises(Refused):
            create_user(caller_for(chloe.user), email="new@example.com", password=PASSWORD)
        with pytest.raises(Refused):
            update_user(caller_for(chloe.user), chloe.user, is_active=True, operator=True)
        assert actions_since(before, None) == []


def test_the_pages_say_nothing_of_who_has_an_account(database: None, client: Client) -> None:
    given = {"password": "wrong"}
    known = client.post("/accounts/login/", given | {"login": "chloe@acme.example"})
    unknown = client.post("/accounts/login/", given | {"login": "nobody@acme.example"})
    hide = re.compile(r'value="[^"]*"')
    assert hide.sub("", text(known)) == hide.sub("", text(unknown))


def test_an_address_changes_with_its_entry_or_not_at_all(
    chloe: Member, client_of: ClientOf, committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(chloe)
    client.raise_request_exception = False

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("accounts.signing_in.receivers.record_address", fail)
    given = {"action_add": "", "email": "chloe@home.example"}
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/email/", given).status_code == 500
    assert not EmailAddress.objects.filter(email="chloe@home.example").exists()
