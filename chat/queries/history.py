"""Windows on history: pages of messages by id, both ways, nothing skipped and nothing doubled."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.errors import NotThere
from accounts.models import Member
from chat.models import Channel, Message, Version
from database.prepared import LARGEST, Prepared

PAGE = 50  # messages
READ_BEFORE = 15  # of a page that begins where one left off: those above the line

RowKey = tuple[int, int]  # a message's id, and the version of its row


@dataclass(frozen=True)
class Window:
    """Messages in order, and whether there are more on either side.

    It knows them by the keys of their rows: most rows are kept (chat.rows), and need no more to be read.
    """

    messages: list[RowKey] = field(default_factory=list)
    has_older: bool = False
    has_newer: bool = False
    unread: int = 0  # the id of the first unread message, where the window begins with what the reader left

    @property
    def oldest(self) -> int:
        """The id where the window begins; 0 when that is the beginning itself."""
        return self.messages[0][0] if self.messages and self.has_older else 0

    @property
    def first(self) -> int:
        return self.messages[0][0] if self.messages else 0

    @property
    def last(self) -> int:
        return self.messages[-1][0] if self.messages else 0


def channel_window(
    channel: Channel,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = PAGE,
) -> Window:
    """A window on a channel that access gave: its newest messages, or those beside or around an id.

    Replies stand in their threads alone, but for those also sent to the channel.
    """
    if around is not None:
        return _around(channel, around, above=limit // 2, below=limit // 2)
    if after is not None:
        found = _after(channel.pk, after, limit=limit + 1)
        return Window(found[:limit], has_older=True, has_newer=len(found) > limit)
    found = _before(channel.pk, LARGEST if before is None else before, limit=limit + 1)
    return Window(found[:limit][::-1], has_older=len(found) > limit, has_newer=before is not None)


def opening_window(member: Member, channel: Channel, *, limit: int = PAGE) -> Window:
    """What `member` sees first of a channel that access gave: its newest messages, or, where more than those are
    unread, the first of the unread ones with some read ones above. One query; four where so much is unread.
    """
    newest = channel_window(channel, limit=limit)
    if channel.membership_id is None or not newest.has_older or newest.first <= channel.read_position:
        return newest
    first = _of_others.first(channel.pk, channel.read_position, member.pk)
    if first is None or first[0] >= newest.first:
        return newest
    above = min(READ_BEFORE, limit // 2)
    return _around(channel, first[0], above=above, below=limit - above, unread=first[0])


def thread_window(root: Message, *, limit: int = 1000) -> Window:
    """A thread that access gave: its root and its newest replies, at most `limit` of them."""
    found = _replies(root.pk, limit=limit + 1)
    return Window([(root.pk, root.row_version), *reversed(found[:limit])], has_older=len(found) > limit)


def _around(channel: Channel, middle: int, *, above: int, below: int, unread: int = 0) -> Window:
    older = _before(channel.pk, middle, limit=above + 1)
    newer = _after(channel.pk, middle - 1, limit=below + 1)
    return Window([*reversed(older[:above]), *newer[:below]], len(older) > above, len(newer) > below, unread)


@Prepared
def _of_others(channel_id: int, after: int, member_id: int) -> QuerySet[Message, RowKey]:
    later = Message.objects.in_channel().filter(channel=channel_id, pk__gt=after)
    return later.exclude(author=member_id).order_by("pk").values_list("pk", "row_version")[:1]


@Prepared
def _before(channel_id: int, before: int, *, limit: int) -> QuerySet[Message, RowKey]:
    messages = Message.objects.in_channel().filter(channel=channel_id, pk__lt=before)
    return messages.order_by("-pk").values_list("pk", "row_version")[:limit]


@Prepared
def _after(channel_id: int, after: int, *, limit: int) -> QuerySet[Message, RowKey]:
    messages = Message.objects.in_channel().filter(channel=channel_id, pk__gt=after)
    return messages.order_by("pk").values_list("pk", "row_version")[:limit]


@Prepared
def _replies(root_id: int, *, limit: int) -> QuerySet[Message, RowKey]:
    replies = Message.objects.filter(thread=root_id)
    return replies.order_by("-pk").values_list("pk", "row_version")[:limit]


def last_own(member: Member, channel: Channel) -> int | None:
    """The id of the newest message that `member` wrote in a channel, among its last thousand; None without one."""
    newest = _authors(channel.pk, limit=1000)
    return next((pk for pk, author_id in newest if author_id == member.pk), None)


@Prepared
def _authors(channel_id: int, *, limit: int) -> QuerySet[Message, tuple[int, int]]:
    there = Message.objects.in_channel().filter(channel=channel_id, deleted_at__isnull=True)
    return there.order_by("-pk").values_list("pk", "author")[:limit]


def versions(message: Message) -> list[Version]:
    """Every text that a message had, the newest last; of a deleted one none are shown.

    Raises:
        NotThere: the message has been deleted.
    """
    if message.is_deleted:
        raise NotThere
    present = Version(
        message=message,
        number=message.version,
        body=message.body,
        html=message.html,
        created_at=message.edited_at or message.created_at,
    )
    return [*message.versions.all(), present]
