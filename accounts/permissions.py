"""Who may do what: the one table. docs/permissions.md shows it, and a test walks every cell.

A verb is allowed when one of its rules is met: the member's role is at least the rule's, and all that the
rule needs is part of how the member stands to the thing (`standing`). Seeing a thing comes first, in access.
"""

from collections.abc import Set
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.models.member import Member, Role

# How a member may stand to a thing
SELF = "self"  # it is the member
OUTRANKS = "outranks"  # the thing is a member of a lower rank, or the caller is an owner
PUBLIC, PRIVATE, DIRECT = "public", "private", "direct"  # the kind of the channel
IN = "in"  # in the channel
CREATOR = "creator"  # of the channel
AUTHOR = "author"  # of the message
STANDINGS = (SELF, OUTRANKS, PUBLIC, PRIVATE, DIRECT, IN, CREATOR, AUTHOR)


@dataclass(frozen=True)
class Rule:
    role: Role
    needs: frozenset[str]


def at_least(role: Role, *needs: str) -> Rule:
    return Rule(role, frozenset(needs))


_CHANGE_CHANNEL = (
    at_least(Role.ADMIN, PUBLIC),
    at_least(Role.MEMBER, PUBLIC, CREATOR),
    at_least(Role.ADMIN, PRIVATE, IN),
    at_least(Role.MEMBER, PRIVATE, IN, CREATOR),
)

PERMISSIONS: dict[str, tuple[Rule, ...]] = {
    "organization.update": (at_least(Role.ADMIN),),
    "organization.require_two_factor": (at_least(Role.OWNER),),
    "join_link.change": (at_least(Role.ADMIN),),
    "domain.change": (at_least(Role.ADMIN),),
    "invitation.create": (at_least(Role.ADMIN),),
    "invitation.revoke": (at_least(Role.ADMIN),),
    "member.update": (at_least(Role.GUEST, SELF),),
    "member.remove_picture": (at_least(Role.GUEST, SELF), at_least(Role.ADMIN, OUTRANKS)),
    "member.leave": (at_least(Role.GUEST, SELF),),
    "member.change_role": (at_least(Role.ADMIN, OUTRANKS),),
    "member.deactivate": (at_least(Role.ADMIN, OUTRANKS),),
    "member.reactivate": (at_least(Role.ADMIN, OUTRANKS),),
    "channel.browse": (at_least(Role.MEMBER),),
    "channel.create": (at_least(Role.MEMBER),),
    "channel.set_default": (at_least(Role.ADMIN, PUBLIC),),
    "channel.open_direct": (at_least(Role.GUEST),),
    "channel.join": (at_least(Role.MEMBER, PUBLIC),),
    "channel.leave": (at_least(Role.GUEST, PUBLIC, IN), at_least(Role.GUEST, PRIVATE, IN)),
    "channel.rename": _CHANGE_CHANNEL,
    "channel.archive": (*_CHANGE_CHANNEL, at_least(Role.GUEST, DIRECT, IN)),
    "channel.delete": (at_least(Role.ADMIN, PUBLIC), at_least(Role.ADMIN, PRIVATE, IN)),
    "channel.describe": (
        at_least(Role.MEMBER, PUBLIC, IN),
        at_least(Role.MEMBER, PRIVATE, IN),
        at_least(Role.ADMIN, PUBLIC),
    ),
    "channel.add_member": (at_least(Role.MEMBER, PUBLIC, IN), *_CHANGE_CHANNEL),
    "channel.remove_member": _CHANGE_CHANNEL,
    "message.post": (at_least(Role.GUEST, IN),),
    "message.edit": (at_least(Role.GUEST, IN, AUTHOR),),
    "message.delete": (
        at_least(Role.GUEST, IN, AUTHOR),
        at_least(Role.ADMIN, PUBLIC),
        at_least(Role.ADMIN, IN),
    ),
}


def allowed(role: Role | str, verb: str, standing: Set[str] = frozenset()) -> bool:
    """Whether a role that stands so may do `verb`.

    Raises:
        KeyError: the table has no such verb.
    """
    rank = Role(role).rank
    return any(rank >= rule.role.rank and rule.needs <= standing for rule in PERMISSIONS[verb])


def may(member: Member, verb: str, standing: Set[str] = frozenset()) -> bool:
    """Whether `member` may do `verb` to a thing they stand so to."""
    return member.is_active and allowed(member.role, verb, standing)


def require(member: Member, verb: str, standing: Set[str] = frozenset()) -> None:
    """Do nothing when `member` may do `verb`.

    Raises:
        Refused: they may not.
    """
    if not may(member, verb, standing):
        raise Refused(_("You don't have the permission to do this. Ask an admin of your organization."))


def standing_to(member: Member, other: Member) -> frozenset[str]:
    """How `member` stands to another member of the organization."""
    if member.pk == other.pk:
        return frozenset({SELF})
    if member.role == Role.OWNER or member.rank > other.rank:
        return frozenset({OUTRANKS})
    return frozenset()
