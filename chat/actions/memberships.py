"""Coming into channels and leaving them."""

from collections.abc import Collection

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.access import colleagues
from accounts.caller import Caller
from accounts.errors import Invalid, NotThere
from accounts.models import Member
from audit.recording import Log, record
from chat.actions._entering import entering, is_open
from chat.models import Channel, Membership


def join_channel(caller: Caller, channel: Channel) -> Membership:
    """The caller comes into a public channel; returns their membership.

    Raises:
        NotThere: the channel is out of the caller's sight.
        Refused: it isn't public, or is archived.
    """
    with record(caller, channel.organization_id) as log:
        member, channel = entering(caller, channel, "channel.join")
        is_open(channel)
        return bring_in(log, channel, [member.pk])[0]


def leave_channel(caller: Caller, channel: Channel) -> None:
    """The caller leaves a channel; from a private one they'll see nothing more.

    Raises:
        NotThere: the channel is out of the caller's sight.
        Refused: they aren't in it, or it's direct.
    """
    with record(caller, channel.organization_id) as log:
        member, channel = entering(caller, channel, "channel.leave")
        _take_out(log, channel, member.pk)


def add_members(caller: Caller, channel: Channel, members: Collection[Member]) -> list[Membership]:
    """Bring members into a channel; those who are in it already stay. Returns all their memberships.

    Raises:
        NotThere: the channel, or one of the members, is out of the caller's sight.
        Refused: the caller may not, or the channel is archived.
        Invalid: nobody was named, or someone has been deactivated.
    """
    if not members:
        raise Invalid(_("Choose someone to add."), field="people")
    with record(caller, channel.organization_id) as log:
        actor, channel = entering(caller, channel, "channel.add_member")
        is_open(channel)
        ids = {member.pk for member in members}
        seen = list(colleagues(actor).filter(pk__in=ids))
        if len(seen) != len(ids):
            raise NotThere
        if not all(person.is_active for person in seen):
            raise Invalid(_("Someone you chose has been deactivated and can't be added."), field="people")
        return bring_in(log, channel, sorted(ids))


def remove_member(caller: Caller, channel: Channel, member: Member) -> None:
    """Take someone out of a channel.

    Raises:
        NotThere: the channel is out of the caller's sight, or the member isn't in it.
        Refused: the caller may not.
    """
    with record(caller, channel.organization_id) as log:
        _actor, channel = entering(caller, channel, "channel.remove_member")
        _take_out(log, channel, member.pk)


def bring_in(log: Log, channel: Channel, member_ids: Collection[int]) -> list[Membership]:
    """Memberships of these members in `channel`, made where missing, having read all that was said before."""
    there = {
        found.member_id: found for found in Membership.objects.filter(channel=channel, member__in=member_ids)
    }
    newest = channel.messages.aggregate(newest=Max("id"))["newest"] or 0
    new = [
        Membership(channel=channel, member_id=member_id, read_position=newest)
        for member_id in member_ids
        if member_id not in there
    ]
    for membership in Membership.objects.bulk_create(new):
        log.append("membership.create", membership, channel_id=channel.pk, subject_id=membership.member_id)
        there[membership.member_id] = membership
    return [there[member_id] for member_id in member_ids]


def _take_out(log: Log, channel: Channel, member_id: int) -> None:
    membership = Membership.objects.filter(channel=channel, member=member_id).first()
    if membership is None:
        raise NotThere
    log.append("membership.delete", membership, channel_id=channel.pk, subject_id=member_id)
    membership.delete()
