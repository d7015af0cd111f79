"""What organizations and the server record of sessions."""

from accounts.caller import Caller
from accounts.errors import NotThere
from audit.recording import record


def enter_organization(caller: Caller) -> None:
    """Record that a session of the caller's has entered their organization for the first time."""
    member = caller.member
    if member is None:
        raise NotThere
    with record(caller, member.organization_id) as log:
        log.append("session.enter", member, subject_id=member.pk)
