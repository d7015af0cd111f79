"""Receivers that have what Django and allauth do recorded: sessions, failed sign-ins, addresses.

New accounts and passwords come through the adapter, so that they are written and recorded in one transaction.
"""

from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions.sign_ins import record_refused_sign_in, record_sign_in, record_sign_out
from accounts.actions.users import record_address
from accounts.models import User
from accounts.queries import user_at
from accounts.web import caller_of


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    record_sign_in(caller_of(request), user)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        record_sign_out(caller_of(request), user)


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
