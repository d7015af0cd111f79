"""Windows on history: pages of messages by id, both ways, nothing skipped and nothing doubled."""

from dataclasses import dataclass, field

from accounts.errors import NotThere
from chat.models import Channel, Message, Version

PAGE = 50  # messages


@dataclass(frozen=True)
class Window:
    """Messages in order, and whether there are more on either side."""

    messages: list[Message] = field(default_factory=list)
    has_older: bool = False
    has_newer: bool = False

    @property
    def oldest(self) -> int:
        """The id where the window begins; 0 when that is the beginning itself."""
        return self.messages[0].pk if self.messages and self.has_older else 0

    @property
    def first(self) -> int:
        return self.messages[0].pk if self.messages else 0

    @property
    def last(self) -> int:
        return self.messages[-1].pk if self.messages else 0


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
    messages = channel.messages.in_channel().select_related("author")
    if around is not None:
        older = list(messages.filter(pk__lt=around).order_by("-pk")[: limit // 2 + 1])
        newer = list(messages.filter(pk__gte=around).order_by("pk")[: limit // 2 + 1])
        half = limit // 2
        return Window([*reversed(older[:half]), *newer[:half]], len(older) > half, len(newer) > half)
    if after is not None:
        found = list(messages.filter(pk__gt=after).order_by("pk")[: limit + 1])
        return Window(found[:limit], has_older=True, has_newer=len(found) > limit)
    if before is not None:
        messages = messages.filter(pk__lt=before)
    found = list(messages.order_by("-pk")[: limit + 1])
    return Window(found[:limit][::-1], has_older=len(found) > limit, has_newer=before is not None)


def thread_window(root: Message, *, limit: int = 1000) -> Window:
    """A thread that access gave: its root and its newest replies, at most `limit` of them."""
    replies = Message.objects.filter(thread=root).select_related("author").order_by("-pk")[: limit + 1]
    found = list(replies)
    return Window([root, *reversed(found[:limit])], has_older=len(found) > limit)


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
