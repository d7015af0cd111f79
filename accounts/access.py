"""The one door to accounts' objects: everything is reached from the member who asks."""

from accounts.errors import NotThere
from accounts.models import Invitation, Member, User


def member_of(user: User, slug: str) -> Member:
    """The active member that `user` is in the organization at `slug`.

    Raises:
        NotThere: there's no such organization, or they aren't an active member of it.
    """
    if not user.is_active:
        raise NotThere
    found = Member.objects.active().filter(user=user, organization__slug=slug).select_related("organization").first()
    if found is None:
        raise NotThere
    found.user = user
    return found


def colleague(member: Member, member_id: int) -> Member:
    """Another member of the same organization, active or not, as `member` may see them.

    Guests see only those they share a channel with; chat narrows that, since it knows channels.

    Raises:
        NotThere: no such member here.
    """
    found = Member.objects.filter(organization_id=member.organization_id, pk=member_id).first()
    if found is None:
        raise NotThere
    return found


def invitation(member: Member, invitation_id: int) -> Invitation:
    """An invitation of the member's organization.

    Raises:
        NotThere: no such invitation here.
    """
    found = Invitation.objects.filter(organization_id=member.organization_id, pk=invitation_id).first()
    if found is None:
        raise NotThere
    return found


def open_invitation(token: str) -> Invitation:
    """The invitation that a link's token names, while it's open.

    Raises:
        NotThere: forged, accepted, revoked or too old.
    """
    invitations = Invitation.objects.select_related("organization", "invited_by")
    found = invitations.filter(pk=Invitation.id_of(token)).first()
    if found is None or not found.is_open:
        raise NotThere
    return found
