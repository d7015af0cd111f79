"""Drafts: kept as they are typed, taken away when they are sent. Not logged: nobody else relies on them.

Each state of a draft has a revision, named by who wrote it. A save says which it follows: one that was overtaken, by
the sending of its text or by another device, changes nothing, and its writer learns what stands there now.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.caller import Caller
from accounts.errors import Invalid, NotThere
from accounts.models import Member
from accounts.permissions import require
from audit.turns import turn
from chat import access
from chat.hooks import draft_changed
from chat.models import Channel, Draft, Message
from chat.models.draft import MAX_REVISION

MAX_DRAFT = 100_000  # characters: what is too long for a message is kept all the same
MOST = 1000  # drafts of a member, with those that were sent lately: no log tells who fills the disk with them
NONE = "-"  # stands for the revision of a draft that isn't there
REMEMBERED = timedelta(days=2)  # that a draft was sent: longer than a save may be on its way


def save_draft(
    caller: Caller,
    channel: Channel,
    *,
    body: str,
    thread: Message | None = None,
    base: str | None = None,
    revision: str = "",
) -> Draft:
    """Keep what the caller has begun to write; an empty text takes the draft away. Returns what stands there now.

    With `base`, the revision that the text follows ("" where there was none), it's kept only if that is still the
    newest: whoever finds another revision in the answer than theirs has been overtaken.

    Raises:
        Invalid: the text is too long, a revision isn't one, or the caller has too many drafts.
        NotThere: the channel or thread is out of the caller's sight.
        Refused: the caller isn't in the channel.
    """
    member = caller.member
    if member is None:
        raise NotThere
    channel = access.channel(member, channel.pk)
    require(member, "message.post", access.standing_in(member, channel))
    if thread is not None and (thread.channel_id != channel.pk or thread.thread_id is not None):
        raise NotThere
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    body = body if body.strip() else ""
    revision = revision or new_revision()
    if len(body) > MAX_DRAFT:
        raise Invalid(_("A draft has at most 100,000 characters."), field="body")
    if not (_is_revision(revision) and (not base or _is_revision(base))):
        raise Invalid(_("A revision has 1 to 64 letters and digits."), field="revision")
    place = _place(member, channel.pk, thread.pk if thread else None)
    followed = place if base is None else place.filter(revision=base)
    draft = Draft(member=member, channel=channel, thread=thread, body=body, revision=revision)
    with turn():
        kept = _change(followed, body, revision) or (body and not base and _begin(draft))
    if kept:
        draft_changed.send(Draft, member=member, draft=draft)
        return draft
    empty = Draft(member=member, channel=channel, thread=thread, body="", revision="")
    return place.first() or empty


def discard_draft(caller: Caller, draft: Draft) -> None:
    """Take a draft of the caller's away.

    Raises:
        NotThere: it isn't theirs.
    """
    member = caller.member
    if member is None or draft.member_id != member.pk:
        raise NotThere
    draft.body, draft.revision = "", new_revision()
    with turn():
        gone = _change(Draft.objects.filter(pk=draft.pk), draft.body, draft.revision)
    if gone:
        draft_changed.send(Draft, member=member, draft=draft)


def draft_sent(message: Message, member: Member, known: Sequence[str]) -> None:
    """Take away the draft that `message` was, in the transaction that posts it.

    `known` are the revisions that the sender had seen, or had on their way; NONE when there was no draft yet. What
    another device has written since stays. A save that is still on its way finds a later revision than it follows.
    """
    revision = message.client_id or new_revision()
    draft = Draft(
        member=member, channel_id=message.channel_id, thread_id=message.thread_id, body="", revision=revision
    )
    place = _place(member, message.channel_id, message.thread_id)
    if _change(place.filter(revision__in=known), "", revision):
        transaction.on_commit(lambda: draft_changed.send(Draft, member=member, draft=draft), robust=True)
    elif NONE in known:  # its first save may still come
        Draft.objects.bulk_create([draft], ignore_conflicts=True)


def new_revision() -> str:
    """A name that no other state of a draft has."""
    return secrets.token_hex(16)


def _is_revision(text: str) -> bool:
    return len(text) <= MAX_REVISION and text.isascii() and text.isalnum()


def _place(member: Member, channel_id: int, thread_id: int | None) -> QuerySet[Draft]:
    return Draft.objects.filter(member=member.pk, channel=channel_id, thread=thread_id)


def _change(drafts: QuerySet[Draft], body: str, revision: str) -> bool:
    """One statement, so that of two at once one finds that the other was before it."""
    earlier = Substr(Concat("revision", Value(" "), F("earlier")), 1, 200)
    return bool(drafts.update(body=body, earlier=earlier, revision=revision, updated_at=now()))


def _begin(draft: Draft) -> bool:
    """The first text in a place; False when another device was before it."""
    mine = Draft.objects.filter(member=draft.member_id)
    old = mine.filter(body="", updated_at__lt=now() - REMEMBERED)
    if mine.count() >= MOST:
        old.delete()
        if mine.count() >= MOST:
            raise Invalid(_("You have too many drafts. Send or discard some first."), field="body")
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        return False
    old.delete()
    return True
