"""How far someone has read: kept, and told to their other tabs, but not logged, since nobody else relies on it."""

from accounts.caller import Caller
from accounts.errors import NotThere
from audit.turns import turn
from chat import access
from chat.hooks import position_moved
from chat.models import Channel, Membership


def mark_read(caller: Caller, channel: Channel, *, message_id: int) -> None:
    """The caller has read `channel` up to and including `message_id`; it never moves backwards.

    Raises:
        NotThere: the caller isn't in the channel.
    """
    member = caller.member
    if member is None:
        raise NotThere
    channel = access.channel(member, channel.pk)
    if channel.membership_id is None:
        raise NotThere
    newest = channel.messages.order_by("-id").values_list("id", flat=True).first() or 0
    read = min(message_id, newest)
    with turn():
        memberships = Membership.objects.filter(pk=channel.membership_id, read_position__lt=read)
        moved = memberships.update(read_position=read)
    if moved:
        position_moved.send(Membership, member=member, channel=channel)
