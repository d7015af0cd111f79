"""The one door to accounts' objects: everything is reached from the member who asks."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import hooks
from accounts.domains import domain_of
from accounts.errors import NotThere, SecondFactorMissing
from accounts.models import Domain, Invitation, Member, Organization, Picture, User
from accounts.models.member import MemberQuerySet
from database.prepared import LARGEST, Prepared


def member_of(user: User, slug: str) -> Member:
    """The active member that `user` is in the organization at `slug`.

    Raises:
        NotThere: there's no such organization, or they aren't an active member of it.
        SecondFactorMissing: it requires one of them.
    """
    found = member_at.first(user.pk, slug) if user.is_active else None
    if found is None:
        raise NotThere
    found.user = user
    require_second_factor(found)
    return found


def require_second_factor(member: Member) -> None:
    """Do nothing when `member` may enter; only organizations that require a second factor cost a query.

    Raises:
        SecondFactorMissing: theirs does, and they haven't set one up.
    """
    if member.organization.requires_two_factor and not (member.user and has_second_factor(member.user)):
        raise SecondFactorMissing(_("Set up two-factor authentication first: this organization requires it."))


def has_second_factor(user: User) -> bool:
    """Whether a password alone doesn't let `user` in."""
    return bool(
        Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    )


def confirmed_domains(user: User) -> set[str]:
    """The domains of the addresses that are known to be the user's."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {domain_of(email) for email in addresses} - {""}


@Prepared
def member_at(user_id: int, slug: str) -> QuerySet[Member]:
    """The active member that a user is in the organization at `slug`, with that and the user."""
    at = Member.objects.active().filter(user=user_id, organization__slug=slug)
    return at.select_related("organization", "user")


def colleagues(member: Member) -> MemberQuerySet:
    """Every member whom `member` may see: all of the organization; for a guest those they know."""
    everyone = Member.objects.filter(organization_id=member.organization_id)
    if not member.is_guest:
        return everyone
    known = Q(pk=member.pk)
    for ids in hooks.known_to_guest:
        known |= Q(pk__in=ids(member))
    return everyone.filter(known)


def colleague(member: Member, member_id: int) -> Member:
    """Another member of the same organization, active or not, whom `member` may see.

    Raises:
        NotThere: no such member for them.
    """
    found = colleagues(member).filter(pk=member_id).select_related("user").first()
    if found is None:
        raise NotThere
    return found


def picture(user: User, member_id: int, digest: str) -> Picture:
    """The picture of a member of an organization that `user` is in, whom they may see there.

    Raises:
        NotThere: no such member for them, or another picture by now.
    """
    if (
        member_id > LARGEST
    ):  # a foreign key's comparison lets it through to SQLite's driver, which would raise
        raise NotThere
    found = Picture.objects.filter(member=member_id, digest=digest).first()
    there = Q(organization__members=member_id)
    viewers = Member.objects.active().filter(there, user=user).select_related("organization", "user")
    viewer = viewers.first() if user.is_active else None
    if found is None or viewer is None:
        raise NotThere
    require_second_factor(viewer)
    colleague(viewer, member_id)
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


def domain(member: Member, domain_id: int) -> Domain:
    """A domain of the member's organization.

    Raises:
        NotThere: no such domain here.
    """
    found = Domain.objects.filter(organization_id=member.organization_id, pk=domain_id).first()
    if found is None:
        raise NotThere
    return found


def open_invitation(token: str) -> Invitation:
    """The invitation that a link's token names, while it's open.

    Raises:
        NotThere: forged, accepted, revoked or too old.
    """
    invitations = Invitation.objects.select_related("organization", "invited_by")
    found = invitations.filter(pk=Invitation.id_of(token) or 0).first()
    if found is None or not found.is_open:
        raise NotThere
    return found


def open_organization(slug: str, secret: str) -> Organization:
    """The organization whose join link has this address and secret.

    Raises:
        NotThere: no such organization, or the link is off or another by now.
    """
    found = Organization.objects.filter(slug=slug).exclude(join_secret="").first()
    if found is None or not constant_time_compare(found.join_secret, secret):
        raise NotThere
    return found
