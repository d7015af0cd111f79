"""Passkeys in a browser that has an authenticator: made, named, signed in by, removed; and where there is none."""

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import Member
from audit.models import Entry
from tests.cast import PASSWORD
from tests.e2e.test_looks import faults
from tests.e2e.windows import NARROW, Windows
from tests.server import until

Key = Callable[..., Page]
keys: dict[Page, tuple[CDPSession, str]] = {}


@pytest.fixture
def with_key(windows: Windows) -> Iterator[Key]:
    """A window under a host name, in whose device passkeys are kept; signed out."""

    def open_window(*, offers: bool = False) -> Page:
        page = windows.blank(None, base_url=f"http://localhost:{windows.server.port}")
        if not offers:  # in the address field, which this authenticator takes up before anyone can look
            page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = undefined")
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        added = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        keys[page] = (device, added["authenticatorId"])
        return page

    yield open_window
    Authenticator.objects.all().delete()


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/o/acme/|/two-factor/"))


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")


def add_passkey(page: Page, name: str) -> None:
    page.goto("/accounts/passkeys/new/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the passkey").click()


def last_action() -> tuple[str, object]:
    entry = Entry.objects.filter(organization=None).select_related("value").latest("position")
    return entry.action, entry.value.new


def test_made_used_renamed_and_removed(windows: Windows, with_key: Key, anna: Member) -> None:
    page = with_key()
    sign_in(page, "anna@acme.example")
    add_passkey(page, "Anna’s laptop")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert last_action() == ("passkey.create", {"name": "Anna’s laptop"})
    page.goto("/accounts/passkeys/")
    expect(page.get_by_text("not used yet")).to_be_visible()

    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/o/acme/**")
    assert last_action() == ("session.create", {"by": ["passkey"]})

    page.goto("/accounts/passkeys/")
    page.get_by_role("link", name="Rename Anna’s laptop").click()
    if "again" in page.url:
        page.get_by_role("button", name="Use a passkey").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("link", name="Remove Laptop").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    assert last_action()[0] == "passkey.delete"
    assert not Authenticator.objects.exists()


def test_offered_in_the_address_field(windows: Windows, with_key: Key, ben: Member) -> None:
    page = with_key()
    sign_in(page, "ben@acme.example")
    add_passkey(page, "Phone")
    page.wait_for_url("**/recovery-codes/")
    device, name = keys[page]
    kept = device.send("WebAuthn.getCredentials", {"authenticatorId": name})["credentials"]
    other = with_key(offers=True)
    device, name = keys[other]
    device.send("WebAuthn.addCredential", {"authenticatorId": name, "credential": kept[0]})
    other.goto("/accounts/login/")
    other.wait_for_url("**/o/acme/**")
    assert last_action() == ("session.create", {"by": ["passkey"]})


def test_as_the_second_step(windows: Windows, with_key: Key, ben: Member) -> None:
    page = with_key()
    sign_in(page, "ben@acme.example")
    add_passkey(page, "Phone")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)
    sign_in(page, "ben@acme.example")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/o/acme/**")
    assert last_action() == ("session.create", {"by": ["password", "passkey"]})


def test_one_device_has_one(windows: Windows, with_key: Key, ben: Member) -> None:
    page = with_key()
    sign_in(page, "ben@acme.example")
    add_passkey(page, "Phone")
    page.wait_for_url("**/recovery-codes/")
    add_passkey(page, "Phone again")
    expect(page.get_by_role("alert")).to_have_text("This device has a passkey for your account already.")
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_passkey_that_the_account_no_longer_has(windows: Windows, with_key: Key, ben: Member) -> None:
    page = with_key()
    sign_in(page, "ben@acme.example")
    add_passkey(page, "Phone")
    page.wait_for_url("**/recovery-codes/")
    Authenticator.objects.all().delete()
    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".notice.error")).to_be_visible()
    until(lambda: "/accounts/login/" in page.url)


def test_a_server_that_cannot_be_reached(windows: Windows, with_key: Key) -> None:
    page = with_key()
    page.goto("/accounts/login/")
    windows.expect_trouble("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The server can’t be reached.")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_focused()


def test_under_an_address_without_a_name_there_are_none(windows: Windows, anna: Member) -> None:
    page = windows.blank(None)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_account_s_pages(
    windows: Windows, with_key: Key, theme: str, chloe: Member
) -> None:
    page = with_key()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    sign_in(page, "chloe@acme.example")
    add_passkey(
        page, "A phone with a name that goes on for much longer than anybody would ever give to one, really"
    )
    page.wait_for_url("**/recovery-codes/")
    found = faults(page)
    for place in (
        "", "email/", "password/change/", "two-factor/", "two-factor/app/", "passkeys/", "passkeys/new/",
        "recovery-codes/", "recovery-codes/new/", "sessions/", "sso/connected/",
    ):  # fmt: skip
        page.goto(f"/accounts/{place}")
        found += faults(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    for place in ("", "two-factor/", "two-factor/app/", "passkeys/", "sessions/"):
        page.goto(f"/accounts/{place}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"], f"{place} is {wide} wide"
    sign_out(page)
    sign_in(page, "chloe@acme.example")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    found += faults(page)
    assert not found, "\n".join(found)
