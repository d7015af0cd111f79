"""What happens to members: role, deactivation, leaving."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import validation
from accounts.actions._taking_back import take_back_what_is_beyond
from accounts.caller import Caller
from accounts.errors import Invalid, NotThere, Refused
from accounts.hooks import member_joined
from accounts.models import Kind, Member, Organization, Role, State
from accounts.permissions import OUTRANKS, SELF, require, standing_to
from audit.recording import Log, record
from database.prepared import Prepared


def change_role(caller: Caller, member: Member, *, role: str) -> Member:
    """Give a member another role, at most the caller's own; operators give any. Returns the member.

    Raises:
        Refused: the caller may not, or it would leave the organization without an owner.
        Invalid: there's no such role.
    """
    if role not in Role.values:
        raise Invalid(_("There is no such role."), field="role")
    with record(caller, member.organization_id) as log:
        _require_over(caller, member, "member.change_role")
        if caller.member is not None and Role(role).rank > caller.member.rank:
            raise Refused(_("You can give at most your own role."))
        if role != Role.OWNER:
            keep_an_owner(member)
        change_member(log, member, "member.change_role", role=role)
        take_back_what_is_beyond(log, member)
    return member


def deactivate_member(caller: Caller, member: Member) -> Member:
    """Shut a member out at once; what they wrote stays. Returns the member.

    Raises:
        Refused: the caller may not, or it would leave the organization without an owner.
    """
    with record(caller, member.organization_id) as log:
        _require_over(caller, member, "member.deactivate")
        keep_an_owner(member)
        change_member(log, member, "member.deactivate", state=State.DEACTIVATED)
        take_back_what_is_beyond(log, member)
    return member


def reactivate_member(caller: Caller, member: Member) -> Member:
    """Let a deactivated member in again, into the channels they were in; returns the member.

    Raises:
        Refused: the caller may not.
    """
    with record(caller, member.organization_id) as log:
        _require_over(caller, member, "member.reactivate")
        change_member(log, member, "member.reactivate", state=State.ACTIVE)
    return member


def leave_organization(caller: Caller) -> None:
    """The caller's member leaves: deactivated by themselves.

    Raises:
        NotThere: the caller is no member.
        Refused: they're the last owner.
    """
    member = caller.member
    if member is None:
        raise NotThere
    with record(caller, member.organization_id) as log:
        member.refresh_from_db()
        require(member, "member.leave", standing_to(member, member))
        keep_an_owner(member)
        change_member(log, member, "member.leave", state=State.DEACTIVATED)
        take_back_what_is_beyond(log, member)


def add_bot(caller: Caller, organization: Organization, *, name: str) -> Member:
    """An assistant's member, without a user; only operators and commands make one yet.

    Raises:
        Refused: the caller is no operator.
        Invalid: the name can't be.
    """
    if not caller.is_operator:
        raise Refused(_("Only an operator may add a bot."))
    name = validation.display_name(name)
    with record(caller, organization.pk) as log:
        bot = Member.objects.create(organization=organization, display_name=name, kind=Kind.BOT)
        log.append(
            "member.create",
            bot,
            new={"display_name": name, "role": bot.role, "kind": bot.kind},
            subject_id=bot.pk,
        )
        member_joined.send(Member, log=log, caller=caller, member=bot)
    return bot


def acting(caller: Caller, thing: Any) -> Member:
    """The caller's member as they are now, who must be of the thing's organization; call it inside `record`.

    Raises:
        NotThere: they're of another organization, or of none.
        Refused: they've been deactivated meanwhile.
    """
    member = caller.member
    if member is None or member.organization_id != thing.organization_id:
        raise NotThere
    now = _as_now.first(member.pk)
    if now is None:
        raise NotThere
    member.role, member.state = now
    if not member.is_active:
        raise Refused(_("Your membership has been deactivated."))
    return member


@Prepared
def _as_now(member_id: int) -> QuerySet[Member, tuple[str, str]]:
    return Member.objects.filter(pk=member_id).values_list("role", "state")


def keep_an_owner(member: Member) -> None:
    """Do nothing unless `member` is the organization's only active owner.

    Raises:
        Refused: they are.
    """
    if member.is_only_owner():
        raise Refused(_("An organization needs an owner. Make someone else an owner first."))


def forget_kept_rows(organization: Organization) -> None:
    """Have message rows rendered anew: a name that they show has changed."""
    organization.refresh_from_db(fields=["names_version"])
    organization.names_version += 1
    organization.save(update_fields=["names_version"])


def _require_over(caller: Caller, member: Member, verb: str) -> None:
    """Do nothing when the caller may do `verb` to `member`, who is read anew; an operator always may.

    Raises:
        NotThere: the caller is no operator, and of another organization.
        Refused: the table says no.
    """
    if caller.is_operator:
        member.refresh_from_db()
        return
    actor = acting(caller, member)
    member.refresh_from_db()
    standing = standing_to(actor, member)
    if verb == "member.change_role" and SELF in standing:  # one may lower one's own role
        standing |= {OUTRANKS}
    require(actor, verb, standing)


def change_member(log: Log, member: Member, action: str, **given: str) -> None:
    """Write and record what differs; nothing when nothing does."""
    old = {name: getattr(member, name) for name, value in given.items() if getattr(member, name) != value}
    if not old:
        return
    for name in old:
        setattr(member, name, given[name])
    member.save()
    log.append(action, member, old=old, new={name: given[name] for name in old}, subject_id=member.pk)
