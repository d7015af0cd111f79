"""How a user becomes a member, whichever way they come."""

from django.utils.translation import gettext_lazy as _

from accounts.caller import Caller
from accounts.errors import Refused
from accounts.hooks import member_joined
from accounts.models import Member, Organization, State
from accounts.validation import display_name
from audit.recording import Log


def join(
    log: Log, caller: Caller, organization: Organization, *, role: str, name: str, returning: bool
) -> Member:
    """The member that the caller's user is from now on; who is one already stays as they are.

    `returning` tells whether a member who was deactivated comes in again.

    Raises:
        Invalid: the name can't be.
        Refused: nobody has signed in, or they were deactivated and this way doesn't lead back in.
    """
    user = caller.user
    if user is None or not user.is_active:
        raise Refused(_("Sign in first."))
    member = Member.objects.filter(organization=organization, user=user).first()
    if member is not None and member.is_active:
        return member
    if member is not None:
        if not returning:
            raise Refused(_("Your membership was deactivated. Ask an admin to invite you again."))
        old = {"state": member.state, "role": member.role}
        member.state, member.role = State.ACTIVE, role
        member.save()
        _come_in(log, caller, member, "member.reactivate", old=old)
        return member
    member = Member.objects.create(
        organization=organization, user=user, display_name=display_name(name), role=role
    )
    _come_in(log, caller, member, "member.create", old=None)
    return member


def _come_in(log: Log, caller: Caller, member: Member, action: str, *, old: dict[str, str] | None) -> None:
    log.actor = caller.as_member(member)
    new = {"display_name": member.display_name, "role": member.role, "state": member.state}
    log.append(action, member, old=old, new=new, subject_id=member.pk)
    member_joined.send(Member, log=log, caller=log.actor, member=member)
