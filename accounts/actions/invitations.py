"""Coming in: by an invitation to an address, or by the organization's join link."""

import secrets

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.actions._joining import join
from accounts.actions._taking_back import take_back
from accounts.actions.members import acting
from accounts.caller import Caller
from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Invitation, Member, Organization, Role
from accounts.permissions import require
from accounts.validation import check
from audit.recording import record


def invite_member(caller: Caller, *, email: str, role: str, base_url: str | None) -> Invitation:
    """Invite an address into the caller's organization; an earlier open invitation to it is replaced.

    It goes by mail, with a link to `base_url`, `https://chat.example` without a slash at its end. Without one
    nothing is sent, and it's for the caller to hand the link on.

    Raises:
        NotThere: the caller is no member.
        Refused: the caller may not, or not this role.
        Invalid: no address, no role, or they're a member already.
    """
    email = email.strip().lower()
    check(Invitation, email=email)
    if role not in Role.values:
        raise Invalid(_("There is no such role."), field="role")
    inviter = caller.member
    if inviter is None:
        raise NotThere
    organization = inviter.organization
    with record(caller, organization.pk) as log:
        acting(caller, inviter)
        require(inviter, "invitation.create")
        if Role(role).rank > inviter.rank:
            raise Refused(_("You can give at most your own role."))
        if Member.objects.active().filter(organization=organization, user__email=email).exists():
            raise Invalid(_("They are a member already."), field="email")
        for earlier in Invitation.objects.filter(
            organization=organization, email=email, accepted_at=None, revoked_at=None
        ):
            take_back(log, earlier)
        invitation = Invitation.objects.create(
            organization=organization, email=email, role=role, invited_by=inviter
        )
        log.append("invitation.create", invitation, new={"email": email, "role": role})
        if base_url is not None:
            _mail(invitation, inviter, base_url)
    return invitation


def revoke_invitation(caller: Caller, invitation: Invitation) -> None:
    """Take an invitation back, as an admin or an operator; its links stop working at once.

    Raises:
        Refused: the caller may not, or it has been accepted.
    """
    with record(caller, invitation.organization_id) as log:
        if not caller.is_operator:
            require(acting(caller, invitation), "invitation.revoke")
        invitation.refresh_from_db()
        if invitation.accepted_at:
            raise Refused(_("This invitation has been accepted."))
        if invitation.revoked_at is None:
            take_back(log, invitation)


def accept_invitation(caller: Caller, invitation: Invitation, *, name: str) -> Member:
    """The caller's user joins by an invitation, with the role it gives; returns the member.

    Whoever holds the link may accept: it went to the address it names, and admins may hand it on.

    Raises:
        NotThere: it's no longer open.
        Invalid: the name can't be.
        Refused: nobody has signed in, or the member was deactivated by the organization.
    """
    with record(caller, invitation.organization_id) as log:
        invitation.refresh_from_db()
        if not invitation.is_open:
            raise NotThere
        member = join(log, caller, invitation.organization, role=invitation.role, name=name, returning=True)
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        log.append("invitation.accept", invitation, new={"member": member.pk}, subject_id=member.pk)
    return member


def join_by_link(caller: Caller, organization: Organization, *, secret: str, name: str) -> Member:
    """The caller's user joins as a member by the organization's join link; returns the member.

    Raises:
        NotThere: the link is off or has been reset.
        Invalid: the name can't be.
        Refused: nobody has signed in, or the member was deactivated by the organization.
    """
    with record(caller, organization.pk) as log:
        organization.refresh_from_db()
        if not organization.join_secret or not constant_time_compare(organization.join_secret, secret):
            raise NotThere
        return join(log, caller, organization, role=Role.MEMBER, name=name, returning=False)


def change_join_link(caller: Caller, *, on: bool) -> Organization:
    """Switch the join link off, or on with a new secret, which ends the old link; returns the organization.

    Raises:
        NotThere: the caller is no member.
        Refused: the caller may not.
    """
    member = caller.member
    if member is None:
        raise NotThere
    organization = member.organization
    with record(caller, organization.pk) as log:
        require(acting(caller, member), "join_link.change")
        organization.join_secret = secrets.token_urlsafe(24) if on else ""
        organization.save(update_fields=["join_secret"])
        log.append("join_link.change", organization, new={"on": on})
    return organization


def _mail(invitation: Invitation, inviter: Member, base_url: str) -> None:
    words = {"invitation": invitation, "link": f"{base_url}/invitation/{invitation.mailed_token}/"}
    send_mail(
        _("%(name)s invites you to %(organization)s on WorkChat")
        % {"name": inviter.display_name, "organization": invitation.organization.name},
        render_to_string("accounts/invitation_mail.txt", words),
        None,
        [invitation.email],
    )
