"""What a member wants to be told of. Nobody else sees or relies on it, so none of it is logged."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.caller import Caller
from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member
from audit.turns import turn
from chat import access
from chat.hooks import shown_otherwise
from chat.models import Channel, Level, Membership

MORNING = 8  # o'clock, when a pause until tomorrow ends


def set_level(caller: Caller, channel: Channel, *, level: str) -> None:
    """The caller is told of every message in `channel`, of mentions, or of nothing.

    Raises:
        NotThere: the caller isn't in the channel.
        Refused: it's direct, of which one is always told.
        Invalid: there's no such level.
    """
    member, channel = _inside(caller, channel)
    if channel.is_direct:
        raise Refused(_("You are always told of direct messages. Pause your notifications instead."))
    if level not in Level.values:
        raise Invalid(_("Choose what you want to be told of."), field="level")
    with turn():
        Membership.objects.filter(channel=channel.pk, member=member.pk).update(notification_level=level)
    shown_otherwise.send(Membership, member=member, words=("sidebar", "frame"))


def close_direct(caller: Caller, channel: Channel) -> None:
    """Take a direct channel out of the caller's sidebar, having read it, until something new is said in it.

    Raises:
        NotThere: the caller isn't in the channel.
        Refused: it isn't direct.
    """
    member, channel = _inside(caller, channel)
    if not channel.is_direct:
        raise Refused(_("Only a direct message can be closed. Leave the channel instead."))
    newest = channel.messages.order_by("-id").values_list("id", flat=True).first() or 0
    with turn():
        Membership.objects.filter(channel=channel.pk, member=member.pk).update(
            closed_position=newest, read_position=newest
        )
    shown_otherwise.send(Membership, member=member, words=("sidebar",))


def pause_notifications(caller: Caller, *, until: str) -> datetime | None:
    """No notifications for an "hour", or until "tomorrow" morning where the member lives; "" ends the pause.

    Returns when it ends.

    Raises:
        NotThere: the caller is no member.
        Invalid: another time was asked for.
    """
    member = caller.member
    if member is None:
        raise NotThere
    ends: datetime | None = None
    if until == "hour":
        ends = now() + timedelta(hours=1)
    elif until == "tomorrow":
        ends = _tomorrow(member.timezone)
    elif until:
        raise Invalid(_("Choose how long."), field="until")
    with turn():
        Member.objects.filter(pk=member.pk).update(quiet_until=ends)
    shown_otherwise.send(Member, member=member, words=("sidebar",))
    return ends


def _inside(caller: Caller, channel: Channel) -> tuple[Member, Channel]:
    member = caller.member
    if member is None:
        raise NotThere
    channel = access.channel(member, channel.pk)
    if channel.membership_id is None:
        raise NotThere
    return member, channel


def _tomorrow(timezone: str) -> datetime:
    try:
        here = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):  # one that this machine's database has lost
        here = ZoneInfo("UTC")
    today = now().astimezone(here)
    return (today + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
