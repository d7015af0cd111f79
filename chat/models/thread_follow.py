"""A thread that a member follows, and how far they have read in it."""

from django.db import models
from django.db.models import Q

from accounts.models import Member
from chat.models.message import Message


class ThreadFollow(models.Model):
    """Kept when someone stops following, so that only they begin again."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, db_index=False, related_name="+")
    root = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="follows")
    read_position = models.BigIntegerField(default=0)
    following = models.BooleanField(default=True)
    # Whether another's reply stands after the read position: set with the reply, so that no page has to look for one.
    unread = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "root"], name="one_follow_a_thread")]
        indexes = [
            models.Index(fields=["member"], name="unread_threads", condition=Q(following=True, unread=True))
        ]

    def __str__(self) -> str:
        return f"{self.member_id} follows {self.root_id}"
