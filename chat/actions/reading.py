"""How far someone has read: kept, and told to their other tabs, but not logged, since nobody else relies on it."""

from collections.abc import Mapping

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.caller import Caller
from accounts.errors import NotThere
from accounts.models import Member
from audit.turns import turn
from chat import access
from chat.hooks import position_moved
from chat.models import Channel, Membership, Message


def mark_read(caller: Caller, channel: Channel, *, message_id: int) -> None:
    """The caller has read `channel` up to and including `message_id`; it never moves backwards.

    Raises:
        NotThere: the caller isn't in the channel.
    """
    member, mine = _membership(caller, channel.pk)
    newest = channel.messages.order_by("-id").values_list("id", flat=True).first() or 0
    read = min(message_id, newest)
    with turn():
        moved = mine.filter(read_position__lt=read).update(read_position=read)
    if moved:
        _moved(member, [channel.pk])


def mark_unread(caller: Caller, message: Message) -> None:
    """`message` and what came after it in its channel is unread to the caller, and what came before it is read.

    Raises:
        NotThere: the caller isn't in the channel, or the message is a reply that stands in its thread alone.
    """
    member, mine = _membership(caller, message.channel_id)
    if message.thread_id is not None and not message.also_in_channel:
        raise NotThere
    with turn():
        mine.update(read_position=message.pk - 1)
    _moved(member, [message.channel_id], back=True)


def mark_all_read(caller: Caller) -> dict[int, int]:
    """Nothing is unread to the caller; returns where they had been, by channel, for `take_back`.

    Raises:
        NotThere: the caller is no member.
    """
    member = _member(caller)
    newest = Message.objects.filter(channel=OuterRef("channel")).order_by("-id").values("id")[:1]
    mine = Membership.objects.filter(member=member.pk, read_position__lt=Subquery(newest))
    before = dict(mine.values_list("channel", "read_position"))
    with turn():
        mine.update(read_position=Subquery(newest))
    _moved(member, list(before))
    return before


def take_back(caller: Caller, positions: Mapping[int, int]) -> None:
    """The caller's read positions are those again, by channel; none moves forward, and others' channels are ignored.

    Raises:
        NotThere: the caller is no member.
    """
    member = _member(caller)
    mine = list(Membership.objects.filter(member=member.pk, channel__in=positions))
    moved = [one for one in mine if 0 <= positions[one.channel_id] < one.read_position]
    for one in moved:
        one.read_position = positions[one.channel_id]
    with turn():
        Membership.objects.bulk_update(moved, ["read_position"])
    _moved(member, [one.channel_id for one in moved], back=True)


def _membership(caller: Caller, channel_id: int) -> tuple[Member, QuerySet[Membership]]:
    member = _member(caller)
    channel = access.channel(member, channel_id)
    if channel.membership_id is None:
        raise NotThere
    return member, Membership.objects.filter(pk=channel.membership_id)


def _member(caller: Caller) -> Member:
    if caller.member is None:
        raise NotThere
    return caller.member


def _moved(member: Member, channels: list[int], *, back: bool = False) -> None:
    if channels:
        position_moved.send(Membership, member=member, channels=channels, back=back)
