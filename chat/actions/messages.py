"""Posting, editing and deleting messages.

What a message calls and how it looks is worked out before the log is locked; under the lock the channel is seen anew,
so that nobody posts where they've just been removed.
"""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actions.members import acting
from accounts.caller import Caller
from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member
from accounts.permissions import require
from audit.recording import record
from chat import access
from chat.actions._entering import entering, is_open
from chat.actions._here import called_here
from chat.actions.drafts import draft_sent
from chat.actions.following import forget_reply, note_called, note_reply
from chat.markdown import MAX_LENGTH, Mentioned, Rendered, candidates, render
from chat.models import Channel, Mention, Message, Version
from chat.models.mention import Reach
from database.inserting import insert

MAX_CLIENT_ID = 64  # characters


def post_message(
    caller: Caller,
    channel: Channel,
    *,
    body: str,
    thread: Message | None = None,
    also_in_channel: bool = False,
    client_id: str | None = None,
    draft: Sequence[str] = (),
) -> Message:
    """Post a message, or a reply in `thread`; returns it. `draft` are the revisions of the draft that it was.

    Posting again with the same `client_id` changes nothing and returns the message of the first time.

    Raises:
        Invalid: the text is empty or too long, or the client id was used for something else.
        NotThere: the channel or thread is out of the caller's sight.
        Refused: the caller isn't in the channel, or it is archived.
    """
    author = caller.member
    if author is None:
        raise NotThere
    body = _cleaned(body)
    if client_id is not None and not 0 < len(client_id) <= MAX_CLIENT_ID:
        raise Invalid(_("A client id has 1 to 64 characters."), field="client_id")
    if thread is not None and (thread.channel_id != channel.pk or thread.thread_id is not None):
        raise NotThere
    rendered = _rendered(author, channel, body, kept=())
    called = called_here(channel, author.pk, rendered.mentions)
    try:
        with record(caller, channel.organization_id) as log:
            member, channel = entering(caller, channel, "message.post")
            if channel.is_archived and client_id and author.messages.filter(client_id=client_id).exists():
                return _posted_before(author, channel, client_id=client_id, thread=thread)
            is_open(channel)
            message = Message(
                organization_id=channel.organization_id,
                channel=channel,
                thread=thread,
                author=member,
                body=body,
                html=rendered.html,
                client_id=client_id,
                via=caller.via,
                also_in_channel=also_in_channel and thread is not None,
            )
            insert([message])
            if thread is not None:
                _count_reply(thread.pk, +1)
            _call(message, called)
            if thread is not None:
                note_reply(message, thread, _members(rendered.mentions))
            log.append("message.create", message, new=_facts(message, called), channel_id=channel.pk)
            if draft:
                draft_sent(message, member, draft)
    except IntegrityError:
        if client_id is None:
            raise
        return _posted_before(author, channel, client_id=client_id, thread=thread)
    return message


def edit_message(caller: Caller, message: Message, *, body: str) -> Message:
    """Give a message another text, keeping the earlier one as a version; returns it.

    Raises:
        Invalid: the text is empty or too long.
        NotThere: the message is out of the caller's sight.
        Refused: the caller isn't its author, it has been deleted, or the channel is archived.
    """
    author = caller.member
    if author is None:
        raise NotThere
    body = _cleaned(body)
    kept = list(
        Mention.objects.filter(message=message.pk, kind=Reach.MEMBER).values_list("written", "member")
    )
    rendered = _rendered(author, message.channel, body, kept=kept)
    before = list(Mention.objects.filter(message=message.pk, kind=Reach.HERE))
    called = called_here(message.channel, author.pk, rendered.mentions, before=before)
    with record(caller, message.organization_id) as log:
        _member, message = _entering_message(caller, message, "message.edit")
        is_open(message.channel)
        if message.is_deleted:
            raise Refused(_("This message has been deleted."))
        if message.body == body:
            return message
        old = {"version": message.version, "length": len(message.body), "mentions": _called(message)}
        _keep_version(message)
        message.body, message.html = body, rendered.html
        message.version += 1
        message.row_version += 1
        message.edited_at = now()
        message.save(update_fields=["body", "html", "version", "row_version", "edited_at"])
        message.mentions.all().delete()
        _call(message, called)
        if message.thread_id is not None:
            note_called(message.thread_id, _members(rendered.mentions), but=message.author_id)
        log.append(
            "message.update", message, old=old, new=_facts(message, called), channel_id=message.channel_id
        )
    return message


def delete_message(caller: Caller, message: Message) -> Message:
    """Take a message's text away, leaving a tombstone; its replies remain. Returns it.

    Raises:
        NotThere: the message is out of the caller's sight.
        Refused: the caller is neither its author nor an admin.
    """
    with record(caller, message.organization_id) as log:
        _member, message = _entering_message(caller, message, "message.delete")
        if message.is_deleted:
            return message
        old = {
            "version": message.version,
            "length": len(message.body),
            "mentions": _called(message),
            "thread": message.thread_id,
            "also_in_channel": message.also_in_channel,
            "author": message.author_id,
        }
        _keep_version(message)
        message.body = message.html = ""
        message.row_version += 1
        message.deleted_at = now()
        message.save(update_fields=["body", "html", "row_version", "deleted_at"])
        message.mentions.all().delete()
        if message.thread_id is not None:
            _count_reply(message.thread_id, -1)
            forget_reply(message.thread_id)
        log.append("message.delete", message, old=old, channel_id=message.channel_id)
    return message


def _cleaned(body: str) -> str:
    """A body with line feeds alone, no NUL, nothing at its ends but what is meant.

    Raises:
        Invalid: empty, or longer than MAX_LENGTH characters.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n").rstrip()
    if not body.strip():
        raise Invalid(_("Write something first."), field="body")
    if len(body) > MAX_LENGTH:
        over = len(body) - MAX_LENGTH
        raise Invalid(
            _(
                "A message has at most 10,000 characters; this one is %(over)d over. Shorten it or send it in parts."
            )
            % {"over": over},
            field="body",
        )
    return body


def _rendered(author: Member, channel: Channel, body: str, *, kept: Sequence[tuple[str, int]]) -> Rendered:
    """The body's HTML and mentions. `kept` are names as an earlier text wrote them: a rename doesn't lose them."""
    names: dict[str, list[int]] = {}
    if "@" in body:
        wanted = candidates(body)
        found = access.callable_by(author, channel).filter(name_folded__in=wanted)
        for folded, member_id in found.values_list("name_folded", "pk"):
            names.setdefault(folded, []).append(member_id)
        still = set(
            access.reaches(channel).filter(pk__in=[pk for _name, pk in kept]).values_list("pk", flat=True)
        )
        renamed: dict[str, list[int]] = {}
        for written, member_id in kept:
            folded = written.casefold()
            if member_id in still and member_id not in names.get(folded, ()):
                renamed.setdefault(folded, []).append(member_id)
        names |= renamed  # before who has taken such a name since: the text meant somebody else
    return render(body, names)


def _call(message: Message, mentions: Sequence[Mentioned]) -> None:
    if not mentions:
        return
    Mention.objects.bulk_create(
        Mention(
            message=message,
            channel_id=message.channel_id,
            member_id=one.member,
            kind=one.kind,
            written=one.written,
        )
        for one in mentions
    )


def _members(mentions: Sequence[Mentioned]) -> list[int]:
    return [one.member for one in mentions if one.member is not None]


def _called(message: Message) -> list[int | str]:
    """Whom a message mentions now, as the log's values hold it: ids of members, "channel", "here"."""
    pairs = Mention.objects.filter(message=message.pk).values_list("member", "kind")
    return sorted({member or kind for member, kind in pairs}, key=str)


def _facts(message: Message, called: Sequence[Mentioned]) -> dict[str, Any]:
    """What the log's value says of a message; never its text."""
    return {
        "version": message.version,
        "length": len(message.body),
        "mentions": sorted({one.member or one.kind for one in called}, key=str),
        "thread": message.thread_id,
        "also_in_channel": message.also_in_channel,
        "author": message.author_id,
    }


def _count_reply(root_id: int, change: int) -> None:
    when = {"last_reply_at": now()} if change > 0 else {}
    Message.objects.filter(pk=root_id).update(
        reply_count=F("reply_count") + change, row_version=F("row_version") + 1, **when
    )


def _keep_version(message: Message) -> None:
    Version.objects.create(
        message=message,
        number=message.version,
        body=message.body,
        html=message.html,
        created_at=message.edited_at or message.created_at,
    )


def _entering_message(caller: Caller, message: Message, verb: str) -> tuple[Member, Message]:
    member = acting(caller, message)
    message = access.message(member, message.pk)
    require(member, verb, access.standing_to(member, message))
    return member, message


def _posted_before(author: Member, channel: Channel, *, client_id: str, thread: Message | None) -> Message:
    """The message that was posted with this client id.

    Raises:
        Invalid: it was for another channel or thread.
    """
    message = Message.objects.select_related("channel", "author").get(author=author, client_id=client_id)
    if (message.channel_id, message.thread_id) != (channel.pk, thread.pk if thread else None):
        raise Invalid(_("This client id was used for another message."), field="client_id")
    return message
