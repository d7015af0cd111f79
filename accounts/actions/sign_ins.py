"""Failing to sign in: in the server's own chain, since no organization is entered yet."""

from accounts.attempts import first_within
from accounts.caller import Caller
from accounts.models import User
from audit.recording import record

REFUSALS_APART = 60  # seconds between two entries for one account and address


def record_refused_sign_in(caller: Caller, user: User | None, *, email: str) -> bool:
    """Record a failed sign-in as `email`, which may be nobody's; returns whether it was worth an entry.

    One entry per account, address and minute: guessing must not fill the log.
    """
    if not first_within("sign-in", email, caller.ip, seconds=REFUSALS_APART):
        return False
    with record(caller, None) as log:
        log.append("session.refuse", user or User(), new={"email": email[:254]})
    return True
