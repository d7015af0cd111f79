"""A member's drafts, in the channels that they are in."""

from django.db.models.functions import Left

from accounts.models import Member
from chat.models import Draft

MOST = 200  # drafts listed
BEGINNING = (
    301  # characters of each that are read: one more than its list shows, and a draft may have 100,000
)


def drafts(member: Member) -> list[Draft]:
    """What `member` has begun to write, the newest first, with channel and thread; of channels they left none.

    Each with its `beginning`; whole texts, of drafts and of threads, aren't read.
    """
    found = Draft.objects.filter(member=member.pk, channel__memberships__member=member.pk).exclude(body="")
    beginning = {"beginning": Left("body", BEGINNING)}  # by name, since the model declares it already
    found = found.annotate(**beginning).defer("body", "thread__body", "thread__html")
    return list(found.select_related("channel", "thread__author").order_by("-updated_at", "-id")[:MOST])


def has_drafts(member: Member, channel_id: int) -> bool:
    """Whether `member` has begun to write anything in a channel or its threads."""
    return Draft.objects.filter(member=member.pk, channel=channel_id).exclude(body="").exists()
