"""Receivers that have what Django and allauth do recorded: sessions, failed sign-ins, addresses.

New accounts and passwords come through the adapter, so that they are written and recorded in one transaction.
"""

from typing import Any

from allauth.account import signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions.sessions import begin_session, leave_session, rename_session
from accounts.actions.sign_ins import record_refused_sign_in
from accounts.actions.users import record_address
from accounts.models import User
from accounts.queries import user_at
from accounts.web import caller_of

METHODS = {
    "password": "password", "totp": "totp", "recovery_codes": "recovery_code", "webauthn": "passkey",
    "socialaccount": "sso",
}  # fmt: skip


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    agent = request.headers.get("User-Agent", "")
    begin_session(caller_of(request), user, request.session, agent=agent, methods=methods_of(request, user))


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        leave_session(caller_of(request), user, request.session)


@receiver([signals.password_changed, signals.password_set])
def goes_on(request: HttpRequest, **_kwargs: Any) -> None:
    rename_session(request.session)


def methods_of(request: HttpRequest, user: User) -> list[str]:
    """How `user` has shown in this session who they are: password, totp, recovery_codes, passkey, sso."""
    known = get_authentication_records(request, user)
    said = [METHODS.get(str(one.get("type") or one["method"]), str(one.get("type"))) for one in known]
    return list(dict.fromkeys(said))


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if request is None:
        return
    email = str(credentials.get("email") or "").lower()
    record_refused_sign_in(caller_of(request), user_at(email), email=email)


@receiver(signals.email_added)
def address_added(request: HttpRequest, user: User, email_address: EmailAddress, **_kwargs: Any) -> None:
    record_address(caller_of(request), user, "email.create", new=email_address.email)


@receiver(signals.email_removed)
def address_removed(request: HttpRequest, user: User, email_address: EmailAddress, **_kwargs: Any) -> None:
    record_address(caller_of(request), user, "email.delete", old=email_address.email)


@receiver(signals.email_confirmed)
def address_confirmed(request: HttpRequest, email_address: EmailAddress, **_kwargs: Any) -> None:
    record_address(caller_of(request), email_address.user, "email.confirm", new=email_address.email)


@receiver(signals.email_changed)
def primary_address_changed(
    request: HttpRequest,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **_kwargs: Any,
) -> None:
    old = from_email_address.email if from_email_address else ""
    record_address(caller_of(request), user, "email.update", old=old, new=to_email_address.email)
