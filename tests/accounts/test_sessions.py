"""Sessions: one query finds who asks, and every way in which a session ends is seen by the next request."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Member, Organization, User
from accounts.sessions.store import SessionStore

SignIn = Callable[[Member], Client]
HOME = "/o/acme/people/"


def status(browser: Client) -> int:
    return browser.get(HOME).status_code


def key_of(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_it_lasts_while_nothing_happens(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    assert [status(browser), status(browser)] == [200, 200]


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3)])
def test_one_that_has_expired_is_nobody_s(client_of: SignIn, anna: Member, late: timedelta) -> None:
    browser = client_of(anna)
    Session.objects.update(expire_date=now() - late)
    assert status(browser) == 302


def test_one_that_is_gone_or_made_up_is_nobody_s(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    Session.objects.all().delete()
    assert status(browser) == 302
    for key in ("", "x", "a" * 32, "'" * 32, "ü" * 32):
        browser.cookies[settings.SESSION_COOKIE_NAME] = key
        assert status(browser) == 302


def test_data_that_someone_else_signed_is_nobody_s(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    data = Session.objects.get().session_data
    Session.objects.update(session_data=data[:-3] + "xyz")
    assert status(browser) == 302


def test_a_changed_password_ends_it(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    assert status(browser) == 200
    assert anna.user
    anna.user.set_password("another-password-9")
    anna.user.save()
    assert status(browser) == 302
    assert not Session.objects.filter(pk=key_of(browser)).exists()


def test_an_account_that_is_switched_off_is_nobody_s(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    User.objects.update(is_active=False)
    assert status(browser) == 302
    User.objects.update(is_active=True)
    assert status(browser) == 200


def test_a_member_who_is_shut_out_is_not_there(client_of: SignIn, chloe: Member) -> None:
    browser = client_of(chloe)
    assert status(browser) == 200
    Member.objects.filter(pk=chloe.pk).update(state="deactivated")
    assert status(browser) == 404


def test_the_member_and_the_organization_are_as_they_are_now(client_of: SignIn, chloe: Member) -> None:
    browser = client_of(chloe)
    assert browser.get(reverse("accounts:invitations", args=["acme"])).status_code == 403
    Member.objects.filter(pk=chloe.pk).update(role="admin")
    assert browser.get(reverse("accounts:invitations", args=["acme"])).status_code == 200
    Organization.objects.filter(slug="acme").update(name="Acme & Sons", slug="acme-2")
    assert status(browser) == 404
    assert "Acme &amp; Sons" in browser.get("/o/acme-2/people/").content.decode()


def test_a_backend_that_is_no_longer_there_is_nobody_s(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    with override_settings(AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"]):
        assert status(browser) == 302


def test_an_old_secret_key_still_counts_and_is_replaced(client_of: SignIn, anna: Member) -> None:
    browser = client_of(anna)
    old = key_of(browser)
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert status(browser) == 200
        assert key_of(browser) != old
        assert not Session.objects.filter(pk=old).exists()
    with override_settings(SECRET_KEY="n" * 50):
        assert status(browser) == 200
    with override_settings(SECRET_KEY="m" * 50):
        assert status(browser) == 302


def test_another_account_s_session_in_the_same_browser_is_that_account_s(
    client_of: SignIn, anna: Member, zoe: Member
) -> None:
    browser = client_of(anna)
    assert zoe.user
    browser.force_login(zoe.user)
    assert status(browser) == 404
    assert browser.get("/o/globex/people/").status_code == 200


def test_it_is_kept_changed_and_ended_as_django_s(anna: Member) -> None:
    store = SessionStore()
    store[SESSION_KEY] = "7"
    store.save()
    again = SessionStore(store.session_key)
    assert again[SESSION_KEY] == "7"
    assert again.session_key == store.session_key
    again["more"] = [1]
    again.save()
    assert SessionStore(store.session_key)["more"] == [1]
    again.cycle_key()
    old = SessionStore(store.session_key)
    assert old.get(SESSION_KEY) is None
    assert old.is_empty()
    again.flush()
    assert not Session.objects.exists()
