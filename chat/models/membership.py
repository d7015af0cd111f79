"""A membership: a member in a channel, how far they have read, and what they want to be told of."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from chat.models.channel import Channel


class Level(models.TextChoices):
    """What a member is told of while they look elsewhere; of direct messages they're told always."""

    ALL = "all", _("Every message")
    MENTIONS = "mentions", _("Mentions")
    NOTHING = "nothing", _("Nothing")


class Membership(models.Model):
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    # The id of the newest message read; unread is what comes after.
    read_position = models.BigIntegerField(default=0)
    notification_level = models.CharField(
        _("notification level"), max_length=8, choices=Level, default=Level.MENTIONS
    )
    # A direct channel that was closed stays out of the sidebar until something newer than this is said in it.
    closed_position = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(_("joined"), default=now)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["member", "channel"], name="one_membership_a_channel")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.channel_id}"
