"""Reads of accounts: lists, each with what its page shows and no query more."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from accounts import access
from accounts.models import Invitation, Member, Organization, State, User
from accounts.models.member import MemberQuerySet, fold
from accounts.validation import one_line


def user_at(email: str) -> User | None:
    """The user who signs in with this address, their first or another one."""
    email = email.lower()
    if not email:
        return None
    return User.objects.filter(Q(email=email) | Q(emailaddress__email=email)).order_by("id").first()


def confirmed_user_at(email: str) -> User | None:
    """The user who has shown that this address is theirs."""
    addresses = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user")
    found = addresses.first()
    return found.user if found else None


def second_factors(user: User) -> dict[str, list[Authenticator]]:
    """What `user` has set up, by kind: totp, recovery_codes, webauthn."""
    found: dict[str, list[Authenticator]] = {}
    for factor in Authenticator.objects.filter(user=user).order_by("id"):
        found.setdefault(factor.type, []).append(factor)
    return found


def identities_of(user: User) -> QuerySet[SocialAccount]:
    """By whom else `user` signs in."""
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=user).order_by("id")
    return found


def sessions_of(user: User) -> list[UserSession]:
    """The sessions in which `user` is signed in, the one seen last first. Two queries, however many."""
    known = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-id"))
    stored = Session.objects.filter(expire_date__gt=now()).in_bulk([session.session_key for session in known])
    mark = user.get_session_auth_hash()
    return [
        session
        for session in known
        if session.session_key in stored
        and stored[session.session_key].get_decoded().get(HASH_SESSION_KEY) == mark
    ]


def organizations_of(user: User) -> QuerySet[Organization]:
    """The organizations that `user` is an active member of, by name."""
    return Organization.objects.filter(members__user=user, members__state=State.ACTIVE).order_by("name", "id")


def memberships_of(user: User) -> MemberQuerySet:
    """The members that `user` is, with their organizations, by its name."""
    return (
        Member.objects.active()
        .filter(user=user)
        .select_related("organization")
        .order_by("organization__name", "id")
    )


def membership(user: User, organization: Organization) -> Member | None:
    """The member that `user` is or was in `organization`."""
    return Member.objects.filter(user=user, organization=organization).first()


def name_elsewhere(user: User) -> str:
    """The name that `user` goes by in the organization they joined last; empty when there's none."""
    names = Member.objects.filter(user=user).order_by("-id").values_list("display_name", flat=True)
    return names.first() or ""


def people(member: Member, *, search: str = "", deactivated: bool = False) -> MemberQuerySet:
    """The members whom `member` may see, by name; `search` is part of a name or title."""
    found = access.colleagues(member)
    found = found.filter(state=State.DEACTIVATED if deactivated else State.ACTIVE)
    if search := one_line(search):
        found = found.filter(Q(name_folded__contains=fold(search)) | Q(title__icontains=search))
    return found.by_name()


def invitations(member: Member) -> QuerySet[Invitation]:
    """All invitations of the member's organization with who sent them, newest first."""
    sent = Invitation.objects.filter(organization_id=member.organization_id)
    return sent.select_related("invited_by").order_by("-id")


def organizations_open_to(user: User) -> QuerySet[Organization]:
    """The organizations that `user` may join by a confirmed address, and has never been in."""
    names = access.confirmed_domains(user)
    found = Organization.objects.filter(domains__name__in=names).exclude(members__user=user)
    return found.distinct().order_by("name", "id")


def invitations_to(user: User) -> QuerySet[Invitation]:
    """The open invitations to addresses that are known to be the user's, with their organizations."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values("email")
    waiting = Invitation.objects.filter(email__in=addresses, accepted_at=None, revoked_at=None)
    return waiting.filter(expires_at__gt=now()).select_related("organization").order_by("id")
