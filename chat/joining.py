"""New members come into the organization's default channels, in the transaction in which they join."""

from typing import Any

from accounts.models import Member
from audit.recording import Log
from chat.actions.memberships import bring_in
from chat.models import Channel, Kind

FIRST_CHANNEL = "general"


def make_first_channel(*, log: Log, owner: Member, **_kwargs: Any) -> None:
    """Every organization begins with a channel that all its people are in."""
    channel = Channel.objects.create(
        organization_id=owner.organization_id,
        kind=Kind.PUBLIC,
        name=FIRST_CHANNEL,
        is_default=True,
        created_by=owner,
    )
    new = {"kind": channel.kind, "name": channel.name, "is_default": True}
    log.append("channel.create", channel, new=new, channel_id=channel.pk)


def bring_into_default_channels(*, log: Log, member: Member, **_kwargs: Any) -> None:
    """Guests come in only where they're invited; everyone else into the default channels."""
    if member.is_guest:
        return
    defaults = Channel.objects.filter(
        organization_id=member.organization_id, is_default=True, archived_at=None
    )
    for channel in defaults.order_by("id"):
        bring_in(log, channel, [member.pk])
