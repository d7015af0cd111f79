"""The threads that a member follows, newest reply first, a page at a time; three queries, however many they are."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Member
from chat.markdown import plain_text
from chat.models import Message, ThreadFollow

PAGE = 20  # threads
ROOT, REPLY = 240, 160  # characters


@dataclass(frozen=True)
class Thread:
    root: Message
    text: str
    newest: Message | None
    newest_text: str
    unread: int  # replies of others


@dataclass(frozen=True)
class Threads:
    threads: list[Thread]
    before: int | None  # where the next page begins


def followed_threads(member: Member, *, before: int | None = None, limit: int = PAGE) -> Threads:
    """The threads that `member` follows in channels they're in, whose newest reply is older than `before`."""
    newest = Message.objects.filter(thread=OuterRef("root")).order_by("-pk").values("pk")[:1]
    mine = ThreadFollow.objects.filter(member=member.pk, following=True)
    inside = mine.filter(root__channel__memberships__member=member.pk).annotate(
        newest_id=Coalesce(Subquery(newest), F("root"))
    )
    if before is not None:
        inside = inside.filter(newest_id__lt=before)
    found = list(inside.select_related("root__author", "root__channel").order_by("-newest_id")[: limit + 1])
    shown = found[:limit]
    replies = Message.objects.select_related("author").in_bulk([one.newest_id for one in shown])
    unread = _unread(member, [one.root_id for one in shown if one.unread])
    return Threads(
        [_thread(one.root, replies.get(one.newest_id), unread.get(one.root_id, 0)) for one in shown],
        shown[-1].newest_id if len(found) > limit else None,
    )


def follow_of(member: Member, root: Message) -> ThreadFollow | None:
    """How `member` follows a thread that access gave, or has."""
    return ThreadFollow.objects.filter(member=member.pk, root=root.pk).first()


def _thread(root: Message, newest: Message | None, unread: int) -> Thread:
    reply = newest if newest and newest.pk != root.pk else None
    return Thread(
        root,
        plain_text(root.body, limit=ROOT),
        reply,
        plain_text(reply.body, limit=REPLY) if reply else "",
        unread,
    )


def _unread(member: Member, roots: list[int]) -> dict[int, int]:
    if not roots:
        roots = [0]  # asked all the same, so that the page always costs the same
    replies = Message.objects.filter(
        thread__in=roots,
        thread__follows__member=member.pk,
        pk__gt=F("thread__follows__read_position"),
        deleted_at=None,
    )
    counted = replies.exclude(author=member.pk).values("thread").annotate(count=Count("pk"))
    return {root: count for root, count in counted.values_list("thread", "count") if root is not None}
