"""The sidebar: a member's channels with what is unread in them. Three queries, whatever it lists."""

from dataclasses import dataclass, field

from django.db import connection
from django.urls import reverse

from accounts.models import Kind as MemberKind
from accounts.models import Member, Organization
from accounts.permissions import may
from chat.models import Channel, Kind, Membership

MOST = 100  # unread messages counted; the page says 99+

# A reply counts only where it was also sent to the channel, or mentions the member.
UNREAD = """
SELECT membership.id, channel.id, channel.kind, channel.name, channel.archived_at IS NOT NULL, membership.read_position,
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
      AND message.author_id <> membership.member_id)
FROM chat_membership membership JOIN chat_channel channel ON channel.id = membership.channel_id
WHERE membership.member_id = %s {narrow}
ORDER BY channel.name_folded, channel.id
""".replace("{most}", str(MOST))


@dataclass
class Item:
    """A channel as the sidebar shows it."""

    id: int
    kind: str
    name: str
    archived: bool
    url: str
    read: int
    unread: int
    mentions: int
    active: bool = False
    people: list[Member] = field(default_factory=list)

    @property
    def title(self) -> str:
        return ", ".join(person.display_name for person in self.people) or self.name


@dataclass
class Sidebar:
    organization: Organization
    member: Member
    channels: list[Item]
    directs: list[Item]
    organizations: list[dict[str, str]]
    can_create_channel: bool
    can_browse: bool
    can_administer: bool


def sidebar(member: Member, *, active: int | None = None) -> Sidebar:
    """What the sidebar shows to `member`, with the channel `active` marked."""
    items = _items(member)
    for item in items:
        item.active = item.id == active
    directs = {item.id: item for item in items if item.kind == Kind.DIRECT}
    others = Membership.objects.filter(channel__in=list(directs)).exclude(member=member.pk)
    for membership in others.select_related("member").order_by("member__name_folded"):
        directs[membership.channel_id].people.append(membership.member)
    return Sidebar(
        organization=member.organization,
        member=member,
        channels=[item for item in items if item.kind != Kind.DIRECT and (not item.archived or item.active)],
        directs=sorted(
            (item for item in directs.values() if not item.archived or item.active),
            key=lambda item: item.title.casefold(),
        ),
        organizations=_elsewhere(member),
        can_create_channel=may(member, "channel.create"),
        can_browse=may(member, "channel.browse"),
        can_administer=may(member, "organization.update"),
    )


def unread_of(member: Member, channel: Channel) -> Item:
    """One channel's counts for a member who is in it."""
    return _items(member, channel=channel)[0]


def _items(member: Member, *, channel: Channel | None = None) -> list[Item]:
    narrow, parameters = ("AND channel.id = %s", [member.pk, channel.pk]) if channel else ("", [member.pk])
    slug = member.organization.slug
    items = []
    with connection.cursor() as cursor:
        cursor.execute(UNREAD.replace("{narrow}", narrow), parameters)
        for _id, pk, kind, name, archived, read, unread, mentions, replies in cursor.fetchall():
            url = reverse("chat:channel", args=[slug, pk])
            items.append(
                Item(pk, kind, name or "", bool(archived), url, read, min(unread + replies, MOST), mentions)
            )
    return items


def _elsewhere(member: Member) -> list[dict[str, str]]:
    if member.kind == MemberKind.BOT:
        return []
    others = Member.objects.active().filter(user=member.user_id).exclude(pk=member.pk)
    rows = others.order_by("organization__name").values_list("organization__name", "organization__slug")
    return [{"name": name, "slug": slug, "url": reverse("chat:home", args=[slug])} for name, slug in rows]
