"""That someone is typing: told to those who look at the same place, and kept nowhere."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from accounts.caller import Caller
from accounts.errors import NotThere
from accounts.permissions import require
from chat import access
from chat.hooks import typed
from chat.models import Channel, Message

SELDOM = 2  # seconds between two that are passed on
MOST = 10_000  # remembered
_told: OrderedDict[tuple[int, str], float] = OrderedDict()  # not in the cache, which may be in the database
_lock = Lock()


def note_typing(caller: Caller, channel: Channel, *, thread: Message | None = None) -> None:
    """The caller is typing in a channel that access gave them, or in a thread.

    Raises:
        NotThere: the thread isn't one of the channel's.
        Refused: they may not write there.
    """
    member = caller.member
    if member is None or (thread is not None and thread.channel_id != channel.pk):
        raise NotThere
    require(member, "message.post", access.standing_in(member, channel))
    place = f"t:{thread.pk}" if thread else f"c:{channel.pk}"
    if not channel.is_archived and _is_due((member.pk, place)):
        typed.send(Channel, member=member, topic=place)


def _is_due(who_where: tuple[int, str]) -> bool:
    now = monotonic()
    with _lock:
        if now - _told.get(who_where, -SELDOM) < SELDOM:
            return False
        _told[who_where] = now
        _told.move_to_end(who_where)
        if len(_told) > MOST:
            _told.popitem(last=False)
    return True
