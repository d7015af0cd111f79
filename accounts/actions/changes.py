"""Recording what allauth does to an account: its change and our entry are one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator

from accounts.attempts import first_within
from accounts.caller import Caller
from accounts.models import User
from audit.recording import record

CODES_APART = 60  # seconds between two entries about wrong codes for one account and address


@contextmanager
def record_change(
    caller: Caller,
    user: User,
    action: str,
    *,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> Iterator[None]:
    """One transaction around a change of `user`'s account, with the entry that says so; never enter it to hash."""
    with record(caller, None) as log:
        yield
        log.append(action, user, old=old, new=new)


def use_code(caller: Caller, user: User, check: Callable[[], Authenticator]) -> Authenticator:
    """Have `check` take a code of `user`'s; what it was a code of. A recovery code that is used up is recorded."""
    with record(caller, None) as log:
        used = check()
        if used.type == Authenticator.Type.RECOVERY_CODES:
            left = Authenticator.objects.get(pk=used.pk).wrap().get_unused_codes()
            log.append("recovery_code.use", user, new={"left": len(left)})
    return used


def record_wrong_code(caller: Caller, user: User) -> None:
    """Record that a code, or a passkey, was refused; one entry an account, address and minute."""
    if first_within("code", str(user.pk), caller.ip, seconds=CODES_APART):
        with record(caller, None) as log:
            log.append("code.refuse", user)
