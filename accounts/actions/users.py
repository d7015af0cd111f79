"""Accounts: made, changed, their passwords and addresses. Entries of the server's own chain.

Passwords are hashed before the log is locked, since that takes long by design.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.caller import Caller
from accounts.errors import Invalid, Refused
from accounts.models import User
from accounts.validation import check
from audit.recording import record


def create_user(caller: Caller, *, email: str, password: str, operator: bool = False) -> User:
    """An account that an operator makes and vouches for: its address counts as confirmed. Returns the user.

    Raises:
        Refused: the caller is no operator.
        Invalid: the address can't be or is taken, or the password is too weak.
    """
    _require_operator(caller)
    email = email.strip().lower()
    user = User(email=email, is_staff=operator, is_superuser=operator)
    check(User, email=email)
    if User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists():
        raise Invalid(_("This address has an account already."), field="email")
    set_new_password(user, password)
    with record(caller, None) as log:
        user.save()
        confirm_address_of(user)
        log.append("user.create", user, new={"email": email, "operator": operator, "confirmed": True})
    return user


def sign_up(caller: Caller, user: User, *, confirmed: bool) -> User:
    """Save a new account that its person made, with its password set already; returns the user.

    `confirmed` tells whether their address is known to be theirs.
    """
    with record(caller, None) as log:
        user.save()
        log.append("user.create", user, new={"email": user.email, "confirmed": confirmed})
    return user


def update_user(caller: Caller, user: User, *, is_active: bool, operator: bool) -> User:
    """Let an account in or shut it out, and make it an operator's or not; returns the user.

    Raises:
        Refused: the caller is no operator, or would shut themselves out.
    """
    _require_operator(caller)
    if caller.user == user and not (is_active and operator):
        raise Refused(_("You can't shut yourself out. Ask another operator."))
    with record(caller, None) as log:
        user.refresh_from_db()
        old = {"is_active": user.is_active, "operator": user.is_superuser}
        new = {"is_active": is_active, "operator": operator}
        if old != new:
            user.is_active, user.is_superuser, user.is_staff = is_active, operator, operator
            user.save(update_fields=["is_active", "is_superuser", "is_staff"])
            log.append("user.update", user, old=old, new=new)
    return user


def remove_second_factors(caller: Caller, user: User) -> bool:
    """Take every second factor off an account whose person has lost them; returns whether there were any.

    Raises:
        Refused: the caller is no operator.
    """
    _require_operator(caller)
    with record(caller, None) as log:
        found = Authenticator.objects.filter(user=user)
        kinds = sorted(set(found.values_list("type", flat=True)))
        if kinds:
            found.delete()
            log.append("two_factor.remove", user, old={"kinds": kinds})
    return bool(kinds)


def change_password(caller: Caller, user: User, *, password: str) -> None:
    """Give an account another password, as an operator; its sessions end by it.

    Raises:
        Refused: the caller is no operator.
        Invalid: the password is too weak.
    """
    _require_operator(caller)
    set_new_password(user, password)
    save_password(caller, user)


def save_password(caller: Caller, user: User) -> None:
    """Save the password that has been set on `user`; every other session of theirs ends by it."""
    with record(caller, None) as log:
        user.save(update_fields=["password"])
        log.append("password.update", user)


def record_address(caller: Caller, user: User, action: str, *, old: str = "", new: str = "") -> None:
    """Record what `user` did with an address of theirs; `action` is one of email.*."""
    with record(caller, None) as log:
        log.append(action, user, old={"email": old} if old else None, new={"email": new} if new else None)


def set_new_password(user: User, password: str) -> None:
    """Set a password on `user`, unsaved.

    Raises:
        Invalid: it's too weak.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error
    user.set_password(password)


def confirm_address_of(user: User) -> None:
    """Have the address of a new account count as confirmed."""
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


def _require_operator(caller: Caller) -> None:
    if not caller.is_operator:
        raise Refused(_("Only an operator may do this."))
