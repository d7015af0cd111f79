"""A message, or a reply when it has a thread; its earlier texts are its versions."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Organization
from chat.models.channel import Channel

IN_CHANNEL = Q(thread=None) | Q(also_in_channel=True)


class MessageQuerySet(models.QuerySet["Message"]):
    def in_channel(self) -> Self:
        """Those that stand in the channel itself: no replies, but those also sent there."""
        return self.filter(IN_CHANNEL)


class Message(models.Model):
    """Its id is its order within the organization. A deleted one keeps its row, without the text."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, db_index=False, related_name="messages")
    thread = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, db_index=False, related_name="replies"
    )
    author = models.ForeignKey(Member, on_delete=models.PROTECT, db_index=False, related_name="messages")
    body = models.TextField(_("text"))
    html = models.TextField()
    version = models.PositiveIntegerField(default=1)
    row_version = models.PositiveIntegerField(default=1)  # raised by every visible change
    reply_count = models.PositiveIntegerField(default=0)
    last_reply_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    client_id = models.CharField(max_length=64, null=True)
    via = models.CharField(max_length=16, default="page")
    also_in_channel = models.BooleanField(default=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["author", "client_id"], name="one_message_a_client_id"),
        ]
        indexes = [
            models.Index(fields=["channel", "id"], name="channel_history", condition=IN_CHANNEL),
            models.Index(fields=["channel", "id"], name="message_by_channel"),
            models.Index(fields=["thread", "id"], name="thread_history"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_edited(self) -> bool:
        return self.edited_at is not None

    @property
    def root_id(self) -> int:
        """The id of its thread's root; its own when it has none."""
        return self.thread_id or self.pk


class Version(models.Model):
    """A text that a message had before; the present one is the message's own."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.message_id}"
