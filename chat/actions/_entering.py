"""What every action of chat does first inside its transaction: see the caller and the channel as they are now."""

from django.utils.translation import gettext_lazy as _

from accounts.actions.members import acting
from accounts.caller import Caller
from accounts.errors import Refused
from accounts.models import Member
from accounts.permissions import require
from chat import access
from chat.models import Channel


def entering(caller: Caller, channel: Channel, verb: str) -> tuple[Member, Channel]:
    """The caller's member and the channel, read anew under the lock, when the member may do `verb` to it.

    Raises:
        NotThere: the channel is gone, or out of their sight.
        Refused: they may not.
    """
    member = acting(caller, channel)
    channel = access.channel(member, channel.pk)
    require(member, verb, access.standing_in(member, channel))
    return member, channel


def is_open(channel: Channel) -> None:
    """Do nothing when `channel` takes changes.

    Raises:
        Refused: it is archived.
    """
    if channel.is_archived:
        raise Refused(_("This channel is archived. Open it again first."))
