"""Taking invitations back: one, or those that someone gave who has lost the right to."""

from django.utils import timezone

from accounts.models import Invitation, Member, Role
from accounts.permissions import may
from audit.recording import Log


def take_back(log: Log, invitation: Invitation) -> None:
    """Have an open invitation's links stop working."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    log.append("invitation.revoke", invitation, old={"email": invitation.email, "role": invitation.role})


def take_back_what_is_beyond(log: Log, member: Member) -> None:
    """Take back the open invitations of `member` that they could no longer give: else one who is shut out, or made
    less, would come in again by a link of their own."""
    given = Invitation.objects.filter(
        organization=member.organization_id, invited_by=member.pk, accepted_at=None, revoked_at=None
    )
    invites = may(member, "invitation.create")
    for invitation in given.order_by("id"):
        if not invites or Role(invitation.role).rank > member.rank:
            take_back(log, invitation)
