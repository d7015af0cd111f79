"""Following threads: who is told of a thread's replies, and how far they have read in it.

One begins by replying, by being called in it, or by having written its root, once somebody replies. Stopping and
reading are nobody else's business, so they aren't logged. `@channel` makes nobody follow.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from accounts.caller import Caller
from accounts.errors import NotThere
from accounts.models import Member
from audit.turns import turn
from chat import access
from chat.hooks import thread_read
from chat.models import Mention, Message, ThreadFollow
from chat.models.mention import Reach

# Whether another's reply stands after what a follower has read.
ANY_UNREAD = """
EXISTS (SELECT 1 FROM chat_message reply
  WHERE reply.thread_id = chat_threadfollow.root_id AND reply.id > chat_threadfollow.read_position
    AND reply.author_id <> chat_threadfollow.member_id AND reply.deleted_at IS NULL)
"""


def follow_thread(caller: Caller, root: Message, *, following: bool) -> None:
    """The caller follows a thread from now on, or no longer does.

    Raises:
        NotThere: the thread is out of the caller's sight, or they aren't in its channel.
    """
    member = _inside(caller, root)
    newest = _newest(root)
    given = {"following": following, "read_position": newest, "unread": False}
    with turn():
        ThreadFollow.objects.update_or_create(member=member, root=root, defaults=given)
    thread_read.send(ThreadFollow, member=member, root_id=root.pk, following=following)


def read_thread(caller: Caller, root: Message, *, message_id: int) -> None:
    """The caller has read a thread up to and including `message_id`; it never moves backwards.

    Raises:
        NotThere: the thread is out of the caller's sight, or they aren't in its channel.
    """
    member = _inside(caller, root)
    read = min(message_id, _newest(root))
    with turn(), transaction.atomic():
        # Locked, so that a reply that is being posted is either seen below or marks the thread itself.
        follow = ThreadFollow.objects.select_for_update().filter(member=member, root=root).first()
        if follow is None or (follow.read_position >= read and not follow.unread):
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE chat_threadfollow SET read_position = %s WHERE id = %s AND read_position < %s",
                [read, follow.pk, read],
            )
            cursor.execute(f"UPDATE chat_threadfollow SET unread = {ANY_UNREAD} WHERE id = %s", [follow.pk])  # noqa: S608 - ours
    follow.refresh_from_db(fields=["unread"])
    if not follow.unread:
        thread_read.send(ThreadFollow, member=member, root_id=root.pk, following=None)


def note_reply(reply: Message, root: Message, called: Iterable[int]) -> None:
    """A reply was posted in `root`'s thread: whom it makes follow, and to whom it's unread.

    However many follow, that's three statements, and two more for a thread's first reply.
    """
    begin = {root.author_id, *called}
    if root.reply_count == 0:
        begin |= set(
            Mention.objects.filter(message=root.pk, kind=Reach.MEMBER).values_list("member", flat=True)
        )
    # Who has stopped following isn't made to follow again, unless by their own reply.
    ThreadFollow.objects.bulk_create(
        (ThreadFollow(member_id=pk, root=root) for pk in sorted(begin - {reply.author_id})),
        ignore_conflicts=True,
    )
    ThreadFollow.objects.bulk_create(
        [ThreadFollow(member_id=reply.author_id, root=root, read_position=reply.pk)],
        update_conflicts=True,
        unique_fields=["member", "root"],
        update_fields=["following", "read_position", "unread"],
    )
    others = ThreadFollow.objects.filter(root=root, following=True, unread=False)
    others.exclude(member=reply.author_id).update(unread=True)


def note_called(root_id: int, called: Iterable[int], *, but: int) -> None:
    """An edit in a thread calls these, who follow it from now on."""
    ThreadFollow.objects.bulk_create(
        (ThreadFollow(member_id=pk, root_id=root_id) for pk in sorted(set(called) - {but})),
        ignore_conflicts=True,
    )


def forget_reply(root_id: int) -> None:
    """A reply was deleted: for whom it alone was unread, nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE chat_threadfollow SET unread = FALSE WHERE root_id = %s AND unread AND NOT {ANY_UNREAD}",  # noqa: S608 - ours
            [root_id],
        )


def _inside(caller: Caller, root: Message) -> Member:
    member = caller.member
    if member is None or access.thread(member, root.pk).channel.membership_id is None:
        raise NotThere
    return member


def _newest(root: Message) -> int:
    found = Message.objects.filter(thread=root.pk).order_by("-pk").values_list("pk", flat=True).first()
    return found or root.pk
