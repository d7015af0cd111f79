"""What a notification of a message says to a member, if it calls for one: a hint carries no text, so a browser asks
here when it's about to show it, and rights, levels and what was read meanwhile are looked at then.
"""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Member
from chat import access
from chat.markdown import plain_text
from chat.models import Channel, Level, Mention, Message, ThreadFollow

LONGEST = 160  # characters


@dataclass(frozen=True)
class Notice:
    message: Message
    text: str


def notice(member: Member, message_id: int) -> Notice | None:
    """What to tell `member` of a message; None when they needn't be told, or not any more.

    Raises:
        NotThere: no such message for them.
    """
    message = access.message(member, message_id)
    channel = message.channel
    if (
        channel.membership_id is None
        or message.author_id == member.pk
        or message.is_deleted
        or member.is_quiet
    ):
        return None
    if not _is_wanted(member, message, channel):
        return None
    return Notice(message, plain_text(message.body, limit=LONGEST))


def _is_wanted(member: Member, message: Message, channel: Channel) -> bool:
    in_channel = message.thread_id is None or message.also_in_channel
    is_read = message.pk <= channel.read_position
    if channel.notification_level == Level.NOTHING and not channel.is_direct:
        return False
    if in_channel and not is_read and (channel.is_direct or channel.notification_level == Level.ALL):
        return True
    called = Mention.objects.filter(Q(member=member.pk) | Q(member=None), message=message.pk)
    if not is_read and called.exists():
        return True
    follows = ThreadFollow.objects.filter(
        member=member.pk, root=message.root_id, following=True, read_position__lt=message.pk
    )
    return message.thread_id is not None and follows.exists()
