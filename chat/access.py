"""The one door to chat's objects: each is reached from the member who asks, or it isn't there.

A member sees public channels, unless they're a guest, and those they're in. An admin who isn't in a private channel
gets what anyone gets: nothing.
"""

from django.db.models import F, FilteredRelation, Q, QuerySet

from accounts.access import colleagues
from accounts.errors import NotThere
from accounts.models import Member
from accounts.models.member import MemberQuerySet
from accounts.permissions import AUTHOR, CREATOR, IN
from chat.models import Channel, Draft, Kind, Membership, Message
from database.prepared import Prepared


def channels(member: Member) -> QuerySet[Channel]:
    """Every channel that `member` may see, each with their membership's id, read position and level."""
    return _seen(member.pk, member.organization_id, guest=member.is_guest)


def _seen(member_id: int, organization_id: int, *, guest: bool) -> QuerySet[Channel]:
    mine = FilteredRelation("memberships", condition=Q(memberships__member=member_id))
    # By name, since the types of annotations know nothing of attributes that await them.
    standing = {
        "membership_id": F("mine__id"),
        "read_position": F("mine__read_position"),
        "notification_level": F("mine__notification_level"),
    }
    seen = Channel.objects.filter(organization_id=organization_id).annotate(mine=mine, **standing)
    if guest:
        return seen.filter(membership_id__isnull=False)
    return seen.filter(Q(kind=Kind.PUBLIC) | Q(membership_id__isnull=False))


def channel(
    member: Member, channel_id: int, *, drafts: bool = False, thread_id: int | None = None
) -> Channel:
    """A channel that `member` may see; with `drafts`, also what they have begun to write in it and in a thread.

    Raises:
        NotThere: no such channel for them.
    """
    asked = (channel_id, member.pk, member.organization_id)
    if drafts:
        found = _channel_with_drafts.first(*asked, thread_id or 0, guest=member.is_guest)
    else:
        found = _channel.first(*asked, guest=member.is_guest)
    if found is None:
        raise NotThere
    return found


@Prepared
def _channel(channel_id: int, member_id: int, organization_id: int, *, guest: bool) -> QuerySet[Channel]:
    return _seen(member_id, organization_id, guest=guest).filter(pk=channel_id)


@Prepared
def _channel_with_drafts(
    channel_id: int, member_id: int, organization_id: int, thread_id: int, *, guest: bool
) -> QuerySet[Channel]:
    found = _seen(member_id, organization_id, guest=guest).filter(pk=channel_id)
    wanted = {"draft": Q(drafts__thread__isnull=True), "thread_draft": Q(drafts__thread=thread_id)}
    for name, place in wanted.items():
        mine = FilteredRelation("drafts", condition=place & Q(drafts__member=member_id))
        parts = {f"{name}_{part}": F(f"{name}__{part}") for part in ("body", "revision", "earlier")}
        found = found.annotate(**{name: mine}).annotate(**parts)
    return found


def message(member: Member, message_id: int, *, drafts: bool = False) -> Message:
    """A message, deleted or not, in a channel that `member` may see; its `channel` carries their membership.

    Raises:
        NotThere: no such message for them.
    """
    found = _message.first(message_id, member.organization_id)
    if found is None:
        raise NotThere
    found.channel = channel(member, found.channel_id, drafts=drafts, thread_id=found.root_id)
    return found


@Prepared
def _message(message_id: int, organization_id: int) -> QuerySet[Message]:
    found = Message.objects.filter(pk=message_id, organization_id=organization_id)
    return found.select_related("author")


def thread(member: Member, message_id: int, *, drafts: bool = False) -> Message:
    """The root of a thread that `member` may see, given the id of the root.

    Raises:
        NotThere: no such message for them, or it's a reply.
    """
    root = message(member, message_id, drafts=drafts)
    if root.thread_id is not None:
        raise NotThere
    return root


def draft(member: Member, draft_id: int) -> Draft:
    """What `member` has begun to write, in a channel that they are in.

    Raises:
        NotThere: no such draft of theirs.
    """
    mine = Draft.objects.filter(member=member.pk, channel__memberships__member=member.pk)
    found = mine.exclude(body="").filter(pk=draft_id).first()
    if found is None:
        raise NotThere
    return found


def reaches(channel: Channel) -> MemberQuerySet:
    """The active members who may see `channel`, and so can be reached by a mention there."""
    inside = Q(pk__in=Membership.objects.filter(channel=channel.pk).values("member"))
    if channel.is_public:
        inside |= ~Q(role="guest")
    return Member.objects.active().filter(inside, organization_id=channel.organization_id)


def callable_by(member: Member, channel: Channel) -> MemberQuerySet:
    """Those whom `member` can mention in `channel`: it reaches them, and `member` may know of them."""
    return colleagues(member).filter(pk__in=reaches(channel).values("pk"))


def standing_in(member: Member, channel: Channel) -> frozenset[str]:
    """How `member` stands to a channel that access gave them."""
    standing = {str(channel.kind)}
    if channel.membership_id is not None:
        standing.add(IN)
    if channel.created_by_id == member.pk:
        standing.add(CREATOR)
    return frozenset(standing)


def standing_to(member: Member, message: Message) -> frozenset[str]:
    """How `member` stands to a message that access gave them."""
    standing = standing_in(member, message.channel)
    return standing | {AUTHOR} if message.author_id == member.pk else standing
