"""Single sign-on: in, up, connected; and whatever the provider may say wrongly keeps people out, with a page."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import Member, User
from audit.models import Value
from tests.accounts.factors import code_of, confirm, set_up_app, sign_in
from tests.accounts.looking import actions_since, last_entry, text
from tests.cast import PASSWORD
from tests.openid import CLIENT, SECRET, STRANGERS_KEY, Provider, serving

ClientOf = Callable[[Member], Client]
BEGIN, BACK, LIST = "/accounts/sso/", "/accounts/sso/callback/", "/accounts/sso/connected/"


@pytest.fixture
def provider(database: None, settings: Settings) -> Iterator[Provider]:
    with serving() as provider:
        settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "Keyring"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        yield provider


@pytest.fixture
def before(database: None) -> int:
    return last_entry(None).position


def leave(client: Client, path: str = BEGIN, **given: str) -> str:
    """Go to the provider; its address there."""
    page = text(client.post(path, given))
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page)
    assert found is not None, page
    return unescape(found[1])


def through(client: Client, provider: Provider, **given: str) -> Any:
    """Sign in by the provider; its answer's answer."""
    return client.get(BACK, provider.authorize(leave(client, **given)))


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


class TestSigningIn:
    def test_by_an_address_that_both_sides_know(
        self, provider: Provider, before: int, chloe: Member, client: Client
    ) -> None:
        assert "Sign in with Keyring" in text(client.get("/accounts/login/"))
        answer = through(client, provider, next="/o/acme/people/")
        assert answer.headers["Location"] == "/o/acme/people/"
        assert client.get("/o/acme/people/").status_code == 200
        identity = SocialAccount.objects.get()
        assert (identity.user_id, identity.uid, identity.extra_data) == (
            chloe.user_id, "p-1", {"email": "chloe@acme.example"},
        )  # fmt: skip
        assert actions_since(before, None) == ["identity.create", "session.create"]
        assert last_entry(None).value.new == {"by": ["sso"]}
        assert mail.outbox[-1].subject == "A way to sign in was connected"

    def test_the_next_time_the_address_does_not_matter(
        self, provider: Provider, chloe: Member, client: Client
    ) -> None:
        through(client, provider)
        provider.person |= {"email": "chloe@elsewhere.example", "email_verified": False}
        again = Client()
        through(again, provider)
        assert is_in(again)
        assert User.objects.count() == 5

    def test_a_second_factor_is_asked_for_as_ever(
        self, provider: Provider, chloe: Member, client: Client, client_of: ClientOf
    ) -> None:
        secret = set_up_app(client_of(chloe))
        assert through(client, provider).headers["Location"] == "/accounts/two-factor/code/"
        assert not is_in(client)
        client.post("/accounts/two-factor/code/", {"code": code_of(secret)})
        assert is_in(client)
        assert last_entry(None).value.new == {"by": ["sso", "totp"]}

    def test_a_switched_off_account_stays_out(
        self, provider: Provider, chloe: Member, client: Client
    ) -> None:
        User.objects.filter(email="chloe@acme.example").update(is_active=False)
        through(client, provider)
        assert not is_in(client)
        assert not SocialAccount.objects.exists()

    def test_an_unsafe_place_to_go_on_to_is_not_gone_to(
        self, provider: Provider, chloe: Member, client: Client
    ) -> None:
        assert through(client, provider, next="https://evil.example/").headers["Location"] == "/"


class TestSigningUp:
    def test_a_new_address_makes_an_account(
        self, provider: Provider, before: int, client: Client, settings: Settings
    ) -> None:
        settings.ORGANIZATION_CREATION = "operators"  # the provider says who has an account
        provider.person = {"sub": "p-2", "email": "Frida@Acme.Example", "email_verified": "true"}
        through(client, provider)
        frida = User.objects.get(email="frida@acme.example")
        assert not frida.has_usable_password()
        assert EmailAddress.objects.get(user=frida).verified
        assert actions_since(before, None) == ["user.create", "identity.create", "session.create"]
        assert is_in(client)

    @pytest.mark.parametrize("verified", [False, "false", None, 0, "yes"])
    def test_an_unconfirmed_address_does_not(
        self, verified: object, provider: Provider, before: int, client: Client
    ) -> None:
        provider.person = {"sub": "p-2", "email": "frida@acme.example", "email_verified": verified}
        answer = through(client, provider)
        assert answer.status_code == 403
        assert "Keyring doesn&#x27;t say that this address is yours." in text(answer)
        assert not User.objects.filter(email="frida@acme.example").exists()
        assert actions_since(before, None) == ["session.refuse"]

    def test_nor_does_one_of_which_another_answer_speaks(
        self, provider: Provider, chloe: Member, client: Client
    ) -> None:
        """The token confirms an address; the user info, where people may change it, names another."""
        provider.claims = {"email": "mallory@evil.example", "email_verified": True}
        provider.person = {"sub": "p-6", "email": "chloe@acme.example"}
        assert through(client, provider).status_code == 403
        assert not is_in(client)

    def test_one_answer_may_name_it_and_the_other_confirm_it(
        self, provider: Provider, chloe: Member, client: Client
    ) -> None:
        provider.claims = {"email": "Chloe@acme.example", "email_verified": True}
        provider.person = {"sub": "p-6", "email": "chloe@acme.example"}
        through(client, provider)
        assert is_in(client)

    @pytest.mark.parametrize(
        "email",
        [
            "a@b.example\nBcc: c@d.example",
            "a\0@b.example",
            f"{'a' * 60}@{'b.' * 120}example",
            ["a@b.example"],
            {},
        ],
        ids=["header", "nul", "long", "list", "object"],
    )
    def test_nor_does_what_is_no_address(self, email: object, provider: Provider, client: Client) -> None:
        provider.person = {"sub": "p-2", "email": email, "email_verified": True}
        count = User.objects.count()
        assert through(client, provider).status_code == 403
        assert User.objects.count() == count

    def test_nor_none_at_all(self, provider: Provider, client: Client) -> None:
        provider.person = {"sub": "p-2"}
        assert through(client, provider).status_code == 403


class TestLinking:
    def test_an_address_that_the_provider_has_not_confirmed_opens_no_account(
        self, provider: Provider, before: int, chloe: Member, client: Client
    ) -> None:
        provider.person["email_verified"] = False
        assert through(client, provider).status_code == 403
        assert not is_in(client)
        assert not SocialAccount.objects.exists()
        assert (last_entry(None).action, last_entry(None).entity_id) == ("session.refuse", chloe.user_id)

    def test_nor_does_one_that_the_account_has_not_confirmed(
        self, provider: Provider, chloe: Member, client: Client
    ) -> None:
        """Else someone who signed up with another's address would share the account with them."""
        EmailAddress.objects.filter(user=chloe.user_id).update(verified=False)
        answer = through(client, provider)
        assert answer.status_code == 403
        assert "never confirmed it" in text(answer)
        assert not SocialAccount.objects.exists()
        assert User.objects.get(email="chloe@acme.example").check_password(PASSWORD)

    def test_from_the_account_any_address_will_do(
        self, provider: Provider, before: int, chloe: Member, client_of: ClientOf
    ) -> None:
        client = client_of(chloe)
        provider.person = {"sub": "p-3", "email": "private@home.example", "email_verified": False}
        assert client.post(f"{LIST}new/").headers["Location"].startswith("/accounts/reauthenticate/")
        confirm(client)
        answer = client.get(BACK, provider.authorize(leave(client, f"{LIST}new/")), follow=True)
        assert "Connected." in text(answer)
        assert "private@home.example" in text(answer)
        assert actions_since(before, None)[-1] == "identity.create"
        other = Client()
        through(other, provider)
        assert is_in(other)

    def test_one_identity_is_one_account_s(
        self, provider: Provider, ben: Member, chloe: Member, client: Client, client_of: ClientOf
    ) -> None:
        through(client, provider)
        theirs = client_of(ben)
        confirm(theirs)
        answer = theirs.get(BACK, provider.authorize(leave(theirs, f"{LIST}new/")), follow=True)
        assert "Another account here is connected with it." in text(answer)
        assert SocialAccount.objects.get().user_id == chloe.user_id

    def test_what_one_began_is_not_for_another(
        self, provider: Provider, ben: Member, chloe: Member, client_of: ClientOf
    ) -> None:
        theirs, mine = client_of(ben), client_of(chloe)
        confirm(theirs)
        back = provider.authorize(leave(theirs, f"{LIST}new/"))
        assert mine.get(BACK, back).status_code == 400
        assert not SocialAccount.objects.exists()

    def test_disconnecting(self, provider: Provider, chloe: Member, client: Client) -> None:
        through(client, provider)
        path = f"{LIST}{SocialAccount.objects.get().pk}/remove/"
        assert client.post(path).headers["Location"].startswith("/accounts/reauthenticate/")
        confirm(client)
        assert "Disconnected." in text(client.post(path, follow=True))
        assert not SocialAccount.objects.exists()
        assert last_entry(None).action == "identity.delete"
        assert mail.outbox[-1].subject == "A way to sign in was disconnected"

    def test_the_only_way_in_stays(self, provider: Provider, client: Client) -> None:
        provider.person = {"sub": "p-2", "email": "frida@acme.example", "email_verified": True}
        through(client, provider)
        path = f"{LIST}{SocialAccount.objects.get().pk}/remove/"
        assert "your only way in" in text(client.post(path, follow=True))
        assert SocialAccount.objects.exists()

    def test_someone_else_s_is_not_there(
        self, provider: Provider, ben: Member, chloe: Member, client: Client, client_of: ClientOf
    ) -> None:
        through(client, provider)
        theirs = client_of(ben)
        confirm(theirs)
        answer = theirs.post(f"{LIST}{SocialAccount.objects.get().pk}/remove/")
        missing = theirs.post(f"{LIST}{10**9}/remove/")
        assert (answer.status_code, answer.content) == (404, missing.content)
        assert SocialAccount.objects.exists()


class TestNotBelieving:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"iss": "http://evil.example"}, {"aud": "another"}, {"exp": 1}, {"nonce": "another"}, {"nonce": None},
            {"sub": "p-9"}, {"sub": ""}, {"sub": None}, {"iat": 99_999_999_999},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_wrong_token(
        self, wrong: dict[str, object], provider: Provider, before: int, chloe: Member, client: Client
    ) -> None:
        provider.claims = wrong
        answer = through(client, provider)
        assert answer.status_code == 502
        assert "The answer of Keyring wasn’t one to rely on." in text(answer)
        assert not is_in(client)
        assert actions_since(before, None) == []

    def test_another_s_signature(self, provider: Provider, chloe: Member, client: Client) -> None:
        provider.key = STRANGERS_KEY
        assert through(client, provider).status_code == 502
        assert not is_in(client)

    def test_another_s_user_info(self, provider: Provider, chloe: Member, client: Client) -> None:
        provider.told = {"sub": "p-9"}
        assert through(client, provider).status_code == 502

    @pytest.mark.parametrize(
        "wrong",
        [{"issuer": "http://127.0.0.1/other"}, {"token_endpoint": "ftp://x/"}, {"jwks_uri": None}],
        ids=str,
    )
    def test_a_wrong_configuration(
        self, wrong: dict[str, object], provider: Provider, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        provider.configuration = wrong
        answer = client.post(BEGIN)
        assert answer.status_code == 502
        assert "Back to sign-in" in text(answer)
        assert "single_sign_on_failed" in caplog.text

    @pytest.mark.parametrize("end", ["token", "keys", "userinfo", ".well-known/openid-configuration"])
    @pytest.mark.parametrize("said", [[], "text", 1, None], ids=repr)
    def test_an_answer_of_another_form(
        self, end: str, said: object, provider: Provider, chloe: Member, client: Client
    ) -> None:
        provider.instead = {f"/realm/{end}": said}
        if end.startswith("."):
            assert client.post(BEGIN).status_code == 502
        else:
            assert through(client, provider).status_code == 502
        assert not is_in(client)

    @pytest.mark.parametrize("subject", ["x" * 192, "a\0b", "a\nb"], ids=["long", "nul", "line"])
    def test_a_subject_that_cannot_be_kept(self, subject: str, provider: Provider, client: Client) -> None:
        provider.person["sub"] = subject
        assert through(client, provider).status_code == 502

    def test_a_state_of_no_session(self, provider: Provider, chloe: Member, client: Client) -> None:
        back = provider.authorize(leave(client))
        stranger = Client()
        assert "began in another browser" in text(stranger.get(BACK, back))
        assert not is_in(stranger)

    def test_a_code_that_was_used(self, provider: Provider, chloe: Member, client: Client) -> None:
        back = provider.authorize(leave(client))
        assert client.get(BACK, back).status_code == 302
        assert Client().get(BACK, back).status_code == 400
        assert client.get(BACK, back).status_code == 400

    def test_someone_who_cancels(self, provider: Provider, client: Client) -> None:
        state = provider.authorize(leave(client))["state"]
        answer = client.get(BACK, {"error": "access_denied", "state": state})
        assert "You cancelled at Keyring." in text(answer)


class TestAway:
    def test_one_that_is_away_is_said_to_be(self, provider: Provider, client: Client) -> None:
        provider.down = True
        answer = client.post(BEGIN)
        assert answer.status_code == 503
        assert "can’t reach Keyring right now" in text(answer)

    def test_one_that_goes_away_meanwhile(self, provider: Provider, chloe: Member, client: Client) -> None:
        back = provider.authorize(leave(client))
        provider.down = True
        assert client.get(BACK, back).status_code in {502, 503}
        assert not is_in(client)

    def test_nothing_listens_there(self, provider: Provider, client: Client, settings: Settings) -> None:
        settings.OIDC_ISSUER = "http://127.0.0.1:9"
        assert client.post(BEGIN).status_code == 503

    def test_no_page_asks_it_anything(self, provider: Provider, chloe: Member, client_of: ClientOf) -> None:
        client = client_of(chloe)
        for path in ("/accounts/login/", "/accounts/", LIST, "/o/acme/people/", "/"):
            client.get(path)
        assert provider.calls == []

    def test_its_secrets_are_in_no_log_and_no_entry(
        self, provider: Provider, chloe: Member, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        back = provider.authorize(leave(client))
        client.get(BACK, back)
        provider.claims = {"nonce": "another"}
        through(Client(), provider)
        said = caplog.text + str(list(Value.objects.values()))
        assert not [word for word in (SECRET, back["code"], back["state"], "Bearer") if word in said]


class TestAlone:
    """Where the provider alone decides who comes in."""

    @pytest.fixture(autouse=True)
    def _alone(self, provider: Provider, settings: Settings) -> None:
        settings.PASSWORD_SIGN_IN = False

    def test_a_password_is_of_no_use(self, before: int, chloe: Member, client: Client) -> None:
        page = text(client.get("/accounts/login/"))
        assert "Sign in with Keyring" in page
        assert 'type="password"' not in page
        sign_in(client, chloe)
        assert not is_in(client)
        assert actions_since(before, None) == ["session.refuse"]
        given = {"login": "chloe@acme.example", "password": PASSWORD}
        assert "Keyring alone" in text(client.post("/accounts/login/", given))

    def test_the_provider_lets_in(self, provider: Provider, chloe: Member, client: Client) -> None:
        through(client, provider)
        assert is_in(client)

    def test_operators_have_a_way_past_it(self, operator: User, client: Client) -> None:
        assert 'type="password"' in text(client.get("/accounts/login/?operator"))
        client.post("/accounts/login/", {"login": operator.email, "password": PASSWORD})
        assert client.get("/admin/").status_code == 200

    def test_nobody_signs_up_by_password(self, client: Client) -> None:
        client.post("/accounts/signup/", {"email": "new@example.com", "password1": "another long one"})
        assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.usefixtures("database")
class TestWithoutAProvider:
    def test_there_is_no_button_and_no_way(self, client: Client) -> None:
        assert "/accounts/sso/" not in text(client.get("/accounts/login/"))
        assert client.post(BEGIN).status_code == 404
        assert client.get(BACK).status_code == 404

    def test_the_list_says_so(self, chloe: Member, client_of: ClientOf) -> None:
        assert "no other way to sign in" in text(client_of(chloe).get(LIST))


def test_only_these_verbs(provider: Provider, client: Client) -> None:
    assert client.get(BEGIN).headers["Location"] == "/accounts/login/"
    assert client.post(BACK).status_code == 405
    assert client.put(BEGIN).status_code == 405
