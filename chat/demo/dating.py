"""Moving what the demo has made to when it was: times alone, in statements of their own, past the actions."""

from collections.abc import Sequence
from datetime import time

from django.db import connection

from accounts.models import Invitation, Member, Organization, User
from chat.demo.talking import Conversation, Posted
from chat.demo.transcript import When, when
from chat.demo.working_days import WorkingDays
from chat.models import Channel, Membership, Version

BEGINNING = When(20, time(8))  # before anything was said


def date_organization(
    members: dict[str, Member], conversations: Sequence[Conversation], days: WorkingDays
) -> None:
    """Let the organization, its people and channels have been there before all that was said."""
    beginning = days.moment(BEGINNING)
    organization = next(iter(members.values())).organization_id
    Organization.objects.filter(pk=organization).update(created_at=beginning)
    User.objects.filter(members__organization=organization).update(created_at=beginning)
    Member.objects.filter(organization=organization).update(created_at=beginning)
    Channel.objects.filter(organization=organization).update(created_at=beginning)
    Membership.objects.filter(channel__organization=organization).update(created_at=beginning)
    accepted = Invitation.objects.filter(organization=organization, accepted_at__isnull=False)
    accepted.update(created_at=beginning, accepted_at=beginning)
    for channel, transcript in conversations:
        if "archived" in transcript.about:
            archived = days.moment(when(transcript.about["archived"].rpartition(" ")[0]))
            Channel.objects.filter(pk=channel.pk).update(archived_at=archived)


def date_messages(posted: Sequence[Posted], days: WorkingDays) -> None:
    """Let each message, its edits and its deletion have been when they were."""
    newest_reply = {one.message.thread_id: one.said.when for one in posted if one.message.thread_id}
    times = (
        (
            one.said.when,
            one.said.edits[-1][0] if one.said.edits else None,
            one.said.deleted,
            newest_reply.get(one.message.pk),
            one.message.pk,
        )
        for one in posted
    )
    stored = connection.ops.adapt_datetimefield_value
    rows = [(*(at and stored(days.moment(at)) for at in moments), pk) for *moments, pk in times]
    with connection.cursor() as cursor:  # by the ORM this takes a tenth of the whole loading
        cursor.executemany(
            "UPDATE chat_message SET created_at = %s, edited_at = %s, deleted_at = %s, last_reply_at = %s"
            " WHERE id = %s",
            rows,
        )
    for one in posted:
        _date_versions(one, days)


def _date_versions(posted: Posted, days: WorkingDays) -> None:
    said = posted.said
    if said.edits or said.deleted:
        for number, at in enumerate([said.when, *(at for at, _text in said.edits)], start=1):
            Version.objects.filter(message=posted.message.pk, number=number).update(
                created_at=days.moment(at)
            )
