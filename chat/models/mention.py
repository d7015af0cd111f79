"""A mention: a message calls a member, or all of its channel, or those who are here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from chat.models.channel import Channel
from chat.models.message import Message


class Reach(models.TextChoices):
    MEMBER = "member", _("a member")
    CHANNEL = "channel", _("everyone in the channel")
    HERE = "here", _("everyone who is here")


class Mention(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, db_index=False, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="mentions")
    kind = models.CharField(max_length=8, choices=Reach)
    written = models.CharField(
        max_length=80
    )  # the name in the text: an edit after a rename still finds its member

    class Meta:
        indexes = [models.Index(fields=["channel", "message"], name="mentions_of_a_channel")]

    def __str__(self) -> str:
        return f"@{self.written} in {self.message_id}"
