"""A member's drafts, in the channels that they are in."""

from accounts.models import Member
from chat.models import Draft

MOST = 200  # drafts listed


def drafts(member: Member) -> list[Draft]:
    """What `member` has begun to write, the newest first, with channel and thread; of channels they left none."""
    found = Draft.objects.filter(member=member.pk, channel__memberships__member=member.pk).exclude(body="")
    return list(found.select_related("channel", "thread__author").order_by("-updated_at", "-id")[:MOST])


def has_drafts(member: Member, channel_id: int) -> bool:
    """Whether `member` has begun to write anything in a channel or its threads."""
    return Draft.objects.filter(member=member.pk, channel=channel_id).exclude(body="").exists()
