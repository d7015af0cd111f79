"""The second factor: an app's codes and recovery codes, set up, asked for, used up, taken off; each on record."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Member, User
from accounts.signing_in.two_factor import TwoFactorAdapter
from audit.models import Value
from audit.verifying import verify_chain
from tests.accounts.factors import code_of, confirm, factors, recovery_codes, set_up_app, sign_in
from tests.accounts.looking import actions_since, last_entry, text

ClientOf = Callable[[Member], Client]
STEP = "/accounts/two-factor/code/"


@pytest.fixture
def before(database: None) -> int:
    return last_entry(None).position


@pytest.fixture
def secret(chloe: Member, client_of: ClientOf) -> str:
    """Chloe has set up an app, a while ago."""
    found = set_up_app(client_of(chloe))
    cache.clear()
    return found


class TestSettingUp:
    def test_it_takes_the_password_again_and_a_code(
        self, committed: None, before: int, chloe: Member, client_of: ClientOf
    ) -> None:
        client = client_of(chloe)
        asked = client.get("/accounts/two-factor/app/").headers["Location"]
        assert asked.startswith("/accounts/reauthenticate/")
        set_up_app(client)
        assert factors(chloe.user) == ["recovery_codes", "totp"]
        assert actions_since(before, None) == ["session.create", "totp.create"]
        assert (last_entry(None).user_id, last_entry(None).entity_id) == (chloe.user_id, chloe.user_id)
        told = mail.outbox[-1]
        assert (told.to, told.subject) == (["chloe@acme.example"], "Two-factor authentication is on")

    def test_a_wrong_code_changes_nothing(self, before: int, chloe: Member, client_of: ClientOf) -> None:
        client = client_of(chloe)
        confirm(client)
        client.get("/accounts/two-factor/app/")
        assert "Incorrect code." in text(client.post("/accounts/two-factor/app/", {"code": "000000"}))
        assert factors(chloe.user) == []
        assert "totp.create" not in actions_since(before, None)

    def test_the_page_shows_a_picture_that_the_policy_allows(
        self, chloe: Member, client_of: ClientOf
    ) -> None:
        client = client_of(chloe)
        confirm(client)
        page = text(client.get("/accounts/two-factor/app/"))
        assert 'src="data:image/svg+xml;base64,' in page
        assert "<svg xmlns:svg" not in page

    def test_what_the_database_holds_tells_no_codes(self, chloe: Member, client_of: ClientOf) -> None:
        found = set_up_app(client_of(chloe))
        assert found not in str(list(Authenticator.objects.values_list("data", flat=True)))
        kept = Authenticator.objects.get(type="totp").data["secret"]
        assert TwoFactorAdapter().decrypt(kept) == found

    def test_with_another_key_no_code_fits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept = TwoFactorAdapter().encrypt("A" * 32)
        monkeypatch.setattr(settings, "SECRET_KEY", "another")
        one, other = TwoFactorAdapter().decrypt(kept), TwoFactorAdapter().decrypt(kept)
        assert len({one, other, "A" * 32}) == 3


class TestSigningIn:
    def test_a_password_alone_is_not_enough(
        self, before: int, secret: str, chloe: Member, client: Client
    ) -> None:
        before = last_entry(None).position
        assert sign_in(client, chloe) == STEP
        assert client.get("/o/acme/people/").status_code == 302
        assert actions_since(before, None) == []
        assert client.post(STEP, {"code": code_of(secret)}).status_code == 302
        assert client.get("/o/acme/people/").status_code == 200
        entry = last_entry(None)
        assert (entry.action, entry.value.new) == ("session.create", {"by": ["password", "totp"]})

    def test_a_code_works_once(self, secret: str, chloe: Member, client: Client) -> None:
        code = code_of(secret)
        for expected in (302, 422):
            browser = Client()
            sign_in(browser, chloe)
            assert browser.post(STEP, {"code": code}).status_code == expected

    def test_a_recovery_code_works_once_too(self, chloe: Member, client_of: ClientOf) -> None:
        theirs = client_of(chloe)
        set_up_app(theirs)
        code = recovery_codes(theirs)[0]
        one, other = Client(), Client()
        sign_in(one, chloe)
        before = last_entry(None).position
        assert one.post(STEP, {"code": code}).status_code == 302
        assert actions_since(before, None) == ["recovery_code.use", "session.create"]
        assert last_entry(None).value.new == {"by": ["password", "recovery_code"]}
        sign_in(other, chloe)
        assert other.post(STEP, {"code": code}).status_code == 422
        assert "9 left" in text(theirs.get("/accounts/two-factor/"))

    def test_a_wrong_code_is_recorded_once_a_minute(self, secret: str, chloe: Member, client: Client) -> None:
        sign_in(client, chloe)
        before = last_entry(None).position
        for _ in range(3):
            assert "Incorrect code." in text(client.post(STEP, {"code": "000000"}))
        assert actions_since(before, None) == ["code.refuse"]
        assert last_entry(None).entity_id == chloe.user_id

    def test_codes_cannot_be_guessed(self, secret: str, chloe: Member, client: Client) -> None:
        sign_in(client, chloe)
        for number in range(5):
            client.post(STEP, {"code": f"00000{number}"})
        answer = text(client.post(STEP, {"code": code_of(secret)}))
        assert "Too many failed login attempts" in answer
        assert client.get("/o/acme/people/").status_code == 302

    def test_an_operator_needs_it_for_the_admin(
        self, operator: User, operating: Client, client: Client
    ) -> None:
        found = set_up_app(operating)
        cache.clear()
        browser = Client()
        browser.post("/accounts/login/?next=/admin/", {"login": operator.email, "password": "workchat-demo"})
        assert browser.get("/admin/").status_code == 302
        browser.post(STEP, {"code": code_of(found)})
        assert browser.get("/admin/").status_code == 200
        assert browser.get("/admin/login/").status_code in {200, 302}


class TestRecoveryCodes:
    def test_they_are_shown_once(self, chloe: Member, client_of: ClientOf) -> None:
        client = client_of(chloe)
        set_up_app(client)
        first = client.get("/accounts/recovery-codes/")
        assert text(first).count("<li><code>") == 10
        assert 'href="data:text/plain;base64,' in text(first)
        assert recovery_codes(client) == []
        assert "You have 10 left." in text(client.get("/accounts/recovery-codes/"))

    def test_new_ones_replace_the_old(self, chloe: Member, client_of: ClientOf) -> None:
        client = client_of(chloe)
        set_up_app(client)
        old = recovery_codes(client)
        before = last_entry(None).position
        assert "The 10 that you have left" in text(client.get("/accounts/recovery-codes/new/"))
        client.post("/accounts/recovery-codes/new/")
        new = recovery_codes(client)
        assert len(new) == 10
        assert set(new).isdisjoint(old)
        assert actions_since(before, None) == ["recovery_codes.create"]

    def test_without_a_factor_there_are_none(self, chloe: Member, client_of: ClientOf) -> None:
        client = client_of(chloe)
        assert client.get("/accounts/recovery-codes/").status_code == 404
        confirm(client)
        client.post("/accounts/recovery-codes/new/")
        assert factors(chloe.user) == []


def test_taking_it_off(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    set_up_app(client)
    before = last_entry(None).position
    assert client.get("/accounts/two-factor/app/").headers["Location"] == "/accounts/two-factor/app/remove/"
    assert client.post("/accounts/two-factor/app/remove/").status_code == 302
    assert factors(chloe.user) == []
    assert actions_since(before, None) == ["totp.delete"]


def test_taking_it_off_takes_showing_who_one_is(secret: str, chloe: Member, client: Client) -> None:
    sign_in(client, chloe)
    client.post(STEP, {"code": code_of(secret)})
    cache.clear()
    asked = client.post("/accounts/two-factor/app/remove/").headers["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    assert factors(chloe.user) == ["recovery_codes", "totp"]


def test_someone_else_s_is_not_there(secret: str, ben: Member, client_of: ClientOf) -> None:
    client = client_of(ben)
    confirm(client)
    assert client.post("/accounts/two-factor/app/remove/").status_code == 404
    assert "Set up an app" in text(client.get("/accounts/two-factor/"))


def test_no_secret_is_recorded(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    found = set_up_app(client)
    codes = recovery_codes(client)
    said = str(list(Value.objects.values()))
    assert not [word for word in (found, *codes) if word in said]
    assert verify_chain(None) is None


@pytest.mark.parametrize(
    "page", ["", "two-factor/", "two-factor/app/", "passkeys/", "sessions/", "sso/connected/"]
)
def test_they_are_for_who_has_signed_in(page: str, database: None, client: Client) -> None:
    assert client.get(f"/accounts/{page}").headers["Location"].startswith("/accounts/login/")
