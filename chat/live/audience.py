"""Whom each action concerns: the one table from actions to topics, and what each topic is told.

An action that isn't in the table concerns nobody; a test lists every action there is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from audit.models import Entry
from chat.models import Channel, Message
from chat.rows import CHANNEL, THREAD


@dataclass(frozen=True)
class Row:
    """A message as it is now, where it stands in `place`."""

    message: Message
    place: str


@dataclass(frozen=True)
class Hint:
    """That something was said, or taken back, in a channel: for the counts of unread messages."""

    message: Message
    kind: str  # create | delete
    mentions: tuple[int | str, ...]


@dataclass(frozen=True)
class Stale:
    """Parts of the page that want to be fetched again, by what they're about."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A member's name as it is now."""

    member_id: int


@dataclass(frozen=True)
class Gone:
    """The channel is no longer the reader's."""

    channel_id: int


@dataclass(frozen=True)
class Followed:
    """A reply in a thread that the reader follows."""

    message: Message


What = Row | Hint | Stale | Person | Gone | Followed
Said = tuple[str, list[What]]  # topic, what it's told


@dataclass(frozen=True)
class Things:
    """What entries are about, as it is now."""

    messages: Mapping[int, Message]
    channels: Mapping[int, Channel]


def audience(entry: Entry, things: Things) -> list[Said]:
    """The topics that `entry` concerns, each with what it's told."""
    told = AUDIENCE.get(entry.action)
    return list(told(entry, things)) if told else []


def message_changed(entry: Entry, things: Things) -> Iterator[Said]:
    message = things.messages.get(entry.entity_id or 0)
    if message is None:  # deleted with its channel since
        return
    hints: list[What] = []
    if entry.action != "message.update":
        hints.append(Hint(message, entry.action.removeprefix("message."), _mentions(entry)))
        yield f"h:{message.channel_id}", hints
    rows: list[What] = []
    root = things.messages.get(message.thread_id) if message.thread_id else None
    if root is not None:
        rows.append(Row(root, CHANNEL))
        yield f"t:{root.pk}", [Row(root, THREAD), Row(message, THREAD)]
    else:
        yield f"t:{message.pk}", [Row(message, THREAD)]
    if message.thread_id is not None and entry.action == "message.create":
        yield f"w:{message.thread_id}", [Followed(message)]  # the feed knows who watches
    if message.thread_id is None or message.also_in_channel:
        rows.append(Row(message, CHANNEL))
    yield f"c:{message.channel_id}", [*hints, *rows]
    if entry.action == "message.update":
        yield from _recalled(entry)


def channel_changed(entry: Entry, things: Things) -> Iterator[Said]:
    yield f"c:{entry.channel_id}", [Stale(("frame", "sidebar", "members", "directory"))]
    yield f"h:{entry.channel_id}", [Stale(("sidebar", "directory"))]
    yield from _directory(entry, things)


def channel_deleted(entry: Entry, _things: Things) -> Iterator[Said]:
    yield f"c:{entry.channel_id}", [Gone(entry.channel_id or 0), Stale(("sidebar",))]
    yield f"h:{entry.channel_id}", [Stale(("sidebar", "directory"))]
    if (entry.value.old or {}).get("kind") == "public":
        yield f"f:{entry.organization_id}", [Stale(("directory",))]


def came_in(entry: Entry, things: Things) -> Iterator[Said]:
    yield f"m:{entry.subject_id}", [Stale(("sidebar", "frame", "directory"))]
    yield f"c:{entry.channel_id}", [Stale(("frame", "members"))]
    yield from _directory(entry, things)


def went_out(entry: Entry, things: Things) -> Iterator[Said]:
    channel = things.channels.get(entry.channel_id or 0)
    left: list[What] = [Stale(("sidebar", "frame", "directory"))]
    if channel is None or not channel.is_public:
        left.insert(0, Gone(entry.channel_id or 0))
    yield f"m:{entry.subject_id}", left
    yield f"c:{entry.channel_id}", [Stale(("frame", "members"))]
    yield from _directory(entry, things)


def member_changed(entry: Entry, _things: Things) -> Iterator[Said]:
    told: list[What] = [Person(entry.subject_id or 0), Stale(("people", "members"))]
    if entry.action == "member.update":
        told.append(Stale(("sidebar",)))
    elif entry.action != "member.change_role":  # those who are deactivated don't count as a channel's members
        told.append(Stale(("frame", "directory")))
    yield f"f:{entry.organization_id}", told
    yield f"p:{entry.subject_id}", told
    yield f"m:{entry.subject_id}", [Stale(("sidebar", "frame"))]


def organization_changed(entry: Entry, _things: Things) -> Iterator[Said]:
    yield f"o:{entry.organization_id}", [Stale(("sidebar", "organization"))]


def administration_changed(entry: Entry, _things: Things) -> Iterator[Said]:
    yield f"f:{entry.organization_id}", [Stale(("people",))]


AUDIENCE: dict[str, Callable[[Entry, Things], Iterator[Said]]] = {
    "message.create": message_changed,
    "message.update": message_changed,
    "message.delete": message_changed,
    "channel.create": channel_changed,
    "channel.update": channel_changed,
    "channel.archive": channel_changed,
    "channel.unarchive": channel_changed,
    "channel.delete": channel_deleted,
    "membership.create": came_in,
    "membership.delete": went_out,
    "member.create": member_changed,
    "member.update": member_changed,
    "member.change_role": member_changed,
    "member.deactivate": member_changed,
    "member.reactivate": member_changed,
    "member.leave": member_changed,
    "organization.update": organization_changed,
    "domain.create": administration_changed,
    "domain.delete": administration_changed,
    "invitation.create": administration_changed,
    "invitation.revoke": administration_changed,
    "invitation.accept": administration_changed,
}

# Actions that concern no open page: they're on record, and that's all.
NOBODY = frozenset(
    {
        "organization.require_two_factor",
        "organization.waive_two_factor",
        "organization.create",
        "join_link.change",
        "session.enter",
    }
)


def _directory(entry: Entry, things: Things) -> Iterator[Said]:
    channel = things.channels.get(entry.channel_id or 0)
    if channel is not None and channel.is_public:
        yield f"f:{entry.organization_id}", [Stale(("directory",))]


def _mentions(entry: Entry) -> tuple[int | str, ...]:
    said = entry.value.new or entry.value.old or {}
    return tuple(said.get("mentions", ()))


def _recalled(entry: Entry) -> Iterator[Said]:
    """An edit that calls others than before: their counts are fetched again, since no hint can tell the difference."""
    before, after = (set((said or {}).get("mentions", ())) for said in (entry.value.old, entry.value.new))
    changed = before ^ after
    if changed & {"channel", "here"}:
        yield f"c:{entry.channel_id}", [Stale(("sidebar",))]
        yield f"h:{entry.channel_id}", [Stale(("sidebar",))]
        return
    for member_id in sorted(pk for pk in changed if isinstance(pk, int)):
        yield f"m:{member_id}", [Stale(("sidebar",))]
