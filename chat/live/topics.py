"""Topics: what a stream listens to, as one member may read it now.

`o:` the organization, everyone in it; `f:` the same without its guests; `c:` a channel's rows; `h:` hints of a channel;
`t:` a thread's rows; `m:` a member; `p:` what guests may know of a person.
"""

from collections.abc import Collection
from sys import intern

from django.db.models import QuerySet

from accounts.access import colleagues
from accounts.errors import NotThere
from accounts.models import Member
from chat import access
from chat.models import Membership, Message
from database.prepared import Prepared


def reads_of(member: Member) -> dict[int, int]:
    """How far `member` has read, by the channels they're in."""
    return dict(_memberships_of(member.pk))


def topics_for(
    member: Member,
    *,
    channel_id: int | None,
    thread_id: int | None,
    hints: bool = False,
    mine: Collection[int] | None = None,
) -> frozenset[str]:
    """What a page of `member` listens to that has this channel and thread open, as far as they may be read.

    With `hints` alone it's what all of a browser's hidden pages want to know.
    `mine` are the channels they're in, where that is known already.
    """
    if mine is None:
        mine = reads_of(member)
    if hints:
        return frozenset(map(intern, {f"m:{member.pk}", *(f"h:{pk}" for pk in mine)}))
    topics = {f"o:{member.organization_id}", f"m:{member.pk}"}
    if member.is_guest:
        topics |= {f"p:{pk}" for pk in colleagues(member).values_list("pk", flat=True)}
    else:
        topics.add(f"f:{member.organization_id}")
    # Whoever is in a channel sees it; only for others does access have to be asked, which costs most of this.
    if channel_id is not None and (
        channel_id in mine or access.channels(member).filter(pk=channel_id).exists()
    ):
        topics.add(f"c:{channel_id}")
        if thread_id is not None and _is_thread_in(channel_id, thread_id):
            topics.add(f"t:{thread_id}")
    topics |= {f"h:{pk}" for pk in mine if f"c:{pk}" not in topics}
    return frozenset(map(intern, topics))  # ten thousand streams hold the same ones


@Prepared
def _memberships_of(member_id: int) -> QuerySet[Membership, tuple[int, int]]:
    return Membership.objects.filter(member=member_id).values_list("channel", "read_position")


def may_read(member: Member, topic: str) -> bool:
    """Whether `member` may read one topic now."""
    kind, _colon, number = topic.partition(":")
    pk = int(number)
    if kind == "t":
        try:
            access.thread(member, pk)
        except NotThere:
            return False
        return True
    if kind == "h":
        return Membership.objects.filter(member=member.pk, channel=pk).exists()
    opened = pk if kind == "c" else None
    return topic in topics_for(member, channel_id=opened, thread_id=None)


def _is_thread_in(channel_id: int, thread_id: int) -> bool:
    return Message.objects.filter(pk=thread_id, channel=channel_id, thread=None).exists()
