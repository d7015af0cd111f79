"""Making, changing, archiving and deleting channels."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.access import colleagues
from accounts.actions.members import acting
from accounts.caller import Caller
from accounts.errors import Invalid, NotThere
from accounts.models import Member
from accounts.permissions import require
from accounts.validation import check, one_line
from audit.recording import record
from chat import access
from chat.actions._entering import entering, is_open
from chat.actions.memberships import bring_in
from chat.models import Channel, Kind
from chat.models.channel import MAX_DESCRIPTION, MAX_DIRECT


def create_channel(
    caller: Caller,
    *,
    name: str,
    kind: str = Kind.PUBLIC,
    topic: str = "",
    description: str = "",
    is_default: bool = False,
) -> Channel:
    """Make a public or private channel with the caller in it; returns it.

    Raises:
        NotThere: the caller is no member.
        Refused: the caller may not.
        Invalid: the name is taken or can't be, or the kind isn't one that has a name.
    """
    creator = caller.member
    if creator is None:
        raise NotThere
    if kind not in {Kind.PUBLIC, Kind.PRIVATE}:
        raise Invalid(_("A channel is either public or private."), field="kind")
    given = _cleaned(name=name, topic=topic, description=description)
    with record(caller, creator.organization_id) as log:
        require(acting(caller, creator), "channel.create")
        if is_default:
            require(creator, "channel.set_default", {kind})
        _name_is_free(creator.organization_id, given["name"])
        channel = Channel.objects.create(
            organization_id=creator.organization_id,
            kind=kind,
            created_by=creator,
            is_default=is_default,
            **given,
        )
        new = {"kind": kind, "is_default": is_default, **given}
        log.append("channel.create", channel, new=new, channel_id=channel.pk)
        bring_in(log, channel, [creator.pk])
    return channel


def open_direct(caller: Caller, others: Collection[Member]) -> Channel:
    """The direct channel of the caller and `others`, made when there's none yet; returns it.

    Raises:
        Refused: the caller may not.
        NotThere: one of them isn't a member whom the caller may see.
        Invalid: none, too many, or someone who has been deactivated.
    """
    member = caller.member
    if member is None:
        raise NotThere
    ids = sorted({member.pk, *(other.pk for other in others)})
    if not 2 <= len(ids) <= MAX_DIRECT:
        raise Invalid(
            _("A direct message is between two and nine people. Choose one to eight others."), field="people"
        )
    seen = {person.pk: person for person in colleagues(member).filter(pk__in=ids)}
    if len(seen) != len(ids):
        raise NotThere
    if not all(person.is_active for person in seen.values()):
        raise Invalid(_("Someone you chose has been deactivated and can't be reached."), field="people")
    key = ",".join(map(str, ids))
    existing = Channel.objects.filter(organization_id=member.organization_id, members_key=key)
    if found := existing.first():
        return found
    with record(caller, member.organization_id) as log:
        require(acting(caller, member), "channel.open_direct")
        if found := existing.first():
            return found
        channel = Channel.objects.create(
            organization_id=member.organization_id, kind=Kind.DIRECT, members_key=key, created_by=member
        )
        log.append(
            "channel.create", channel, new={"kind": Kind.DIRECT, "members": ids}, channel_id=channel.pk
        )
        bring_in(log, channel, ids)
    return channel


def update_channel(
    caller: Caller,
    channel: Channel,
    *,
    name: str | None = None,
    topic: str | None = None,
    description: str | None = None,
    is_default: bool | None = None,
) -> Channel:
    """Change what is given of a channel; returns it as it is now.

    Raises:
        NotThere: the channel is out of the caller's sight.
        Refused: the caller may not, or it is archived or direct.
        Invalid: a name that is taken or can't be, or a text that is too long.
    """
    texts = {"name": name, "topic": topic, "description": description}
    given: dict[str, Any] = _cleaned(**{key: text for key, text in texts.items() if text is not None})
    if is_default is not None:
        given["is_default"] = is_default
    with record(caller, channel.organization_id) as log:
        member = acting(caller, channel)
        channel = access.channel(member, channel.pk)
        given = {key: value for key, value in given.items() if getattr(channel, key) != value}
        standing = access.standing_in(member, channel)
        for key in given:
            verb = {"name": "channel.rename", "is_default": "channel.set_default"}.get(
                key, "channel.describe"
            )
            require(member, verb, standing)
        if not given:
            return channel
        is_open(channel)
        if "name" in given:
            _name_is_free(channel.organization_id, given["name"], but=channel)
        old = {key: getattr(channel, key) for key in given}
        for key, value in given.items():
            setattr(channel, key, value)
        channel.save()
        log.append("channel.update", channel, old=old, new=given, channel_id=channel.pk)
    return channel


def archive_channel(caller: Caller, channel: Channel) -> Channel:
    """Close a channel for writing; it can be read, and opened again. Returns it.

    Raises:
        NotThere: the channel is out of the caller's sight.
        Refused: the caller may not.
    """
    return _archive(caller, channel, archived=True)


def unarchive_channel(caller: Caller, channel: Channel) -> Channel:
    """Open an archived channel again; returns it.

    Raises:
        NotThere: the channel is out of the caller's sight.
        Refused: the caller may not.
    """
    return _archive(caller, channel, archived=False)


def delete_channel(caller: Caller, channel: Channel, *, typed_name: str) -> None:
    """Delete a channel and all that was said in it, for good.

    Raises:
        NotThere: the channel is out of the caller's sight.
        Refused: the caller may not.
        Invalid: `typed_name` isn't the channel's name.
    """
    with record(caller, channel.organization_id) as log:
        _member, channel = entering(caller, channel, "channel.delete")
        if typed_name.strip().removeprefix("#") != channel.name:
            raise Invalid(_("Type the channel's name to delete it."), field="typed_name")
        old = {"name": channel.name, "kind": channel.kind, "messages": channel.messages.count()}
        log.append("channel.delete", channel, old=old, channel_id=channel.pk)
        _delete_rows(channel.pk)


def _archive(caller: Caller, channel: Channel, *, archived: bool) -> Channel:
    with record(caller, channel.organization_id) as log:
        _member, channel = entering(caller, channel, "channel.archive")
        if channel.is_archived != archived:
            channel.archived_at = now() if archived else None
            channel.save(update_fields=["archived_at"])
            action = "channel.archive" if archived else "channel.unarchive"
            log.append(action, channel, channel_id=channel.pk)
    return channel


def _cleaned(**texts: str) -> dict[str, str]:
    """Texts in their normal form; a name loses its #, and spaces in it become hyphens."""
    cleaned = {key: one_line(text) for key, text in texts.items() if key != "description"}
    if "description" in texts:
        cleaned["description"] = texts["description"].replace("\0", "").strip()
    if "name" in cleaned:
        cleaned["name"] = cleaned["name"].removeprefix("#").strip().replace(" ", "-")
    check(Channel, **cleaned)
    if len(cleaned.get("description", "")) > MAX_DESCRIPTION:  # which a text field doesn't check by itself
        raise Invalid(_("A description has at most 1,000 characters. Shorten it."), field="description")
    if cleaned.get("name") == "":
        raise Invalid(_("A channel needs a name."), field="name")
    return cleaned


def _name_is_free(organization_id: int, name: str, *, but: Channel | None = None) -> None:
    same = Channel.objects.filter(organization_id=organization_id, name_folded=name.casefold())
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise Invalid(_("A channel with this name exists already. Choose another name."), field="name")


def _delete_rows(channel_id: int) -> None:
    """By statements of its own: the ORM would load every message first."""
    with connection.cursor() as cursor:
        for statement in (
            "DELETE FROM chat_draft WHERE channel_id = %s",
            "DELETE FROM chat_mention WHERE channel_id = %s",
            "DELETE FROM chat_threadfollow WHERE root_id IN (SELECT id FROM chat_message WHERE channel_id = %s)",
            "DELETE FROM chat_version WHERE message_id IN (SELECT id FROM chat_message WHERE channel_id = %s)",
            "DELETE FROM chat_message WHERE channel_id = %s AND thread_id IS NOT NULL",
            "DELETE FROM chat_message WHERE channel_id = %s",
            "DELETE FROM chat_membership WHERE channel_id = %s",
            "DELETE FROM chat_channel WHERE id = %s",
        ):
            cursor.execute(statement, [channel_id])
