"""A draft: what a member has begun to write in a channel or thread, on all their devices."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import Member
from chat.models.channel import Channel
from chat.models.message import Message

MAX_REVISION = 64  # characters


class Draft(models.Model):
    """One for each place. An empty body is no draft; its row stays a while, so that a save that was overtaken by the
    sending of its text is told apart from a new text.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, db_index=False, related_name="drafts")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="drafts")
    thread = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    body = models.TextField()
    # Who writes gives each state a name of their own making; the next save says which state it follows.
    revision = models.CharField(max_length=MAX_REVISION)
    earlier = models.CharField(max_length=200, default="")  # the last few before it, the newest first
    updated_at = models.DateTimeField(default=now)
    beginning: str  # of its body, where a list reads no more

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "channel"], condition=Q(thread=None), name="one_draft_a_channel"
            ),
            models.UniqueConstraint(
                fields=["member", "thread"], condition=Q(thread__isnull=False), name="one_draft_a_thread"
            ),
        ]
        indexes = [models.Index(fields=["member", "channel"], name="drafts_of_a_member")]

    def __str__(self) -> str:
        return f"draft of {self.member_id} in {self.channel_id}"
