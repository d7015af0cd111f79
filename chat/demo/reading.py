"""How far the demo's people have read: everything, but for those who have been away, for whom something is new."""

from collections.abc import Sequence

from accounts.models import Member
from chat.actions import mark_read
from chat.demo.arriving import caller_of
from chat.demo.people import Company
from chat.demo.talking import Posted
from chat.demo.transcript import When, when
from chat.models import Channel


def read_all(company: Company, members: dict[str, Member], posted: Sequence[Posted]) -> None:
    """Let everyone read, in each of their channels, what was said until they went away."""
    channels: dict[int, list[Posted]] = {}
    for one in posted:
        channels.setdefault(one.message.channel_id, []).append(one)
    for person in company.people:
        member = members[person.key]
        caller, away = caller_of(member), when(person.away) if person.away else None
        for channel in Channel.objects.filter(memberships__member=member):
            if read := _until(channels.get(channel.pk, []), away):
                mark_read(caller, channel, message_id=read)


def _until(posted: Sequence[Posted], away: When | None) -> int:
    """The id of the newest message that was there by then; 0 when there was none."""
    there = [one.message.pk for one in posted if away is None or one.said.when.order <= away.order]
    return max(there, default=0)
