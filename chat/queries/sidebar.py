"""The sidebar: a member's channels with what is unread in them. Three queries, whatever it lists.

They're plain SQL, since every page makes them: Django takes several times as long to write such a query as the
database takes to answer it. What it shows are values that compare by content, so that their HTML can be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse

from accounts.models import Kind as MemberKind
from accounts.models import Member, Organization
from accounts.permissions import may
from chat.models import Kind, Level
from chat.queries.people import Person, names_of, people_in, person_of, presence_in

MOST = 100  # unread messages counted; the page says 99+

# A reply counts only where it was also sent to the channel, or mentions the member. The log's position comes from the
# same statement, and so from the same moment: what a hint tells after it isn't in the counts, what came before is.
UNREAD = """
SELECT membership.notification_level, channel.id, channel.kind, channel.name, channel.archived_at IS NOT NULL,
  membership.read_position,
  (SELECT count(*) FROM (
    SELECT 1 FROM chat_message message
    WHERE message.channel_id = channel.id AND message.id > membership.read_position
      AND (message.thread_id IS NULL OR message.also_in_channel)
      AND message.author_id <> membership.member_id AND message.deleted_at IS NULL
    LIMIT {most}) AS unread),
  (SELECT count(DISTINCT mention.message_id) FROM chat_mention mention
    JOIN chat_message message ON message.id = mention.message_id
    WHERE mention.channel_id = channel.id AND mention.message_id > membership.read_position
      AND (mention.member_id = membership.member_id OR mention.member_id IS NULL)
      AND message.author_id <> membership.member_id),
  (SELECT count(DISTINCT mention.message_id) FROM chat_mention mention
    JOIN chat_message message ON message.id = mention.message_id
    WHERE mention.channel_id = channel.id AND mention.message_id > membership.read_position
      AND (mention.member_id = membership.member_id OR mention.member_id IS NULL)
      AND message.thread_id IS NOT NULL AND NOT message.also_in_channel
      AND message.author_id <> membership.member_id),
  EXISTS (SELECT 1 FROM chat_draft draft
    WHERE draft.member_id = membership.member_id AND draft.channel_id = channel.id AND draft.body <> ''),
  (SELECT head.position FROM audit_head head WHERE head.organization_id = channel.organization_id),
  {threads}
FROM chat_membership membership JOIN chat_channel channel ON channel.id = membership.channel_id
WHERE membership.member_id = %s {narrow}
  AND (membership.closed_position IS NULL OR channel.id = {active} OR EXISTS (
    SELECT 1 FROM chat_message message
    WHERE message.channel_id = channel.id AND message.id > membership.closed_position))
ORDER BY channel.name_folded, channel.id
""".replace("{most}", str(MOST))

# The roots of followed threads with unread replies; it names no channel, so it's asked once.
THREADS = """(SELECT {joined} FROM (
    SELECT follow.root_id FROM chat_threadfollow follow
    JOIN chat_message root ON root.id = follow.root_id
    JOIN chat_membership mine ON mine.channel_id = root.channel_id AND mine.member_id = follow.member_id
    WHERE follow.member_id = %s AND follow.following AND follow.unread AND mine.notification_level <> 'nothing'
    ORDER BY follow.root_id DESC LIMIT {most}) AS followed)""".replace("{most}", str(MOST))
JOINED = {"sqlite": "group_concat(root_id, ' ')", "postgresql": "string_agg(CAST(root_id AS text), ' ')"}

ELSEWHERE = """
SELECT organization.name, organization.slug
FROM accounts_member member JOIN accounts_organization organization ON organization.id = member.organization_id
WHERE member.user_id = %s AND member.id <> %s AND member.state = 'active'
ORDER BY organization.name, organization.id
"""


class Elsewhere(NamedTuple):
    """Another organization of the reader's."""

    name: str
    slug: str
    url: str


class Menu(NamedTuple):
    """What the organization's menu shows."""

    name: str
    slug: str
    elsewhere: tuple[Elsewhere, ...]
    can_administer: bool


@dataclass(frozen=True)
class Item:
    """A channel as the sidebar shows it."""

    id: int
    kind: str
    name: str
    archived: bool
    url: str
    read: int
    level: str
    unread: int
    mentions: int
    drafted: bool = False  # the reader has begun to write something there
    active: bool = False
    presence: str = ""  # of the one other person in it: active, away or nothing
    people: tuple[Person, ...] = ()

    @property
    def is_muted(self) -> bool:
        return self.level == Level.NOTHING and self.kind != Kind.DIRECT

    @property
    def title(self) -> str:
        return names_of(self.people) or self.name


@dataclass
class Sidebar:
    organization: Organization
    member: Member
    me: Person
    position: int  # in the log, up to which everything is counted; 0 where there's nothing to count
    channels: list[Item]
    directs: list[Item]
    menu: Menu
    threads: tuple[str, ...]  # the roots of followed threads with unread replies
    can_create_channel: bool
    can_browse: bool
    can_administer: bool


def sidebar(member: Member, *, active: int | None = None) -> Sidebar:
    """What the sidebar shows to `member`, with the channel `active` marked."""
    found = _counted(member, active=active)
    people = people_in(member, [row[1] for row in found if row[2] == Kind.DIRECT])
    items = [_item(member, row, people, active=active) for row in found]
    items = [item for item in items if not item.archived or item.active]
    directs = [item for item in items if item.kind == Kind.DIRECT]
    organization, can_administer = member.organization, may(member, "organization.update")
    return Sidebar(
        organization=organization,
        member=member,
        me=person_of(member.pk, member.display_name, member.picture),
        position=_position(found),
        channels=[item for item in items if item.kind != Kind.DIRECT],
        directs=sorted(directs, key=lambda item: item.title.casefold()),
        menu=Menu(organization.name, organization.slug, _elsewhere(member), can_administer),
        threads=tuple((found[0][-1] or "").split()) if found else (),
        can_create_channel=may(member, "channel.create"),
        can_browse=may(member, "channel.browse"),
        can_administer=can_administer,
    )


def unread_of(member: Member, channels: Sequence[int]) -> tuple[list[Item], int]:
    """The counts of some channels, by id, that a member is in, and the position in the log that they have."""
    found = _counted(member, channels=channels)
    return [_item(member, row, {}) for row in found], _position(found)


def _counted(
    member: Member, *, channels: Sequence[int] = (), active: int | None = None
) -> list[tuple[Any, ...]]:
    narrow = f"AND channel.id IN ({', '.join(['%s'] * len(channels))})" if channels else ""
    query = UNREAD.replace("{narrow}", narrow).replace("{threads}", "NULL" if channels else THREADS)
    query = query.replace("{joined}", JOINED[connection.vendor])
    query = query.replace(
        "{active}", "channel.id" if channels else str(active or 0)
    )  # what's asked for isn't closed
    with connection.cursor() as cursor:
        cursor.execute(query, [member.pk, *(channels or [member.pk])])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _position(found: list[tuple[Any, ...]]) -> int:
    return int(found[0][-2]) if found else 0


def _item(
    member: Member, row: tuple[Any, ...], people: dict[int, list[Person]], *, active: int | None = None
) -> Item:
    level, pk, kind, name, archived, read, unread, mentions, replies, drafted, _at, _threads = row
    before, after = _around_ids(member.organization.slug)
    return Item(
        id=pk,
        kind=kind,
        name=name or "",
        archived=bool(archived),
        url=f"{before}{pk}{after}",
        read=read,
        level=level,
        unread=min(unread + replies, MOST),
        mentions=mentions,
        drafted=bool(drafted),
        active=pk == active,
        presence=presence_in(member, people.get(pk, ())),
        people=tuple(people.get(pk, ())),
    )


@lru_cache(maxsize=1000)
def _around_ids(slug: str) -> tuple[str, str]:
    """What stands before and after a channel's id in its URL."""
    before, after = reverse("chat:channel", args=[slug, 0]).rsplit("0", 1)
    return before, after


def _elsewhere(member: Member) -> tuple[Elsewhere, ...]:
    if member.kind == MemberKind.BOT:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(ELSEWHERE, [member.user_id, member.pk])
        found = cursor.fetchall()
    return tuple(Elsewhere(name, slug, reverse("chat:home", args=[slug])) for name, slug in found)
