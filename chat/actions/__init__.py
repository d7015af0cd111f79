"""What people do with channels and messages; each in one transaction with its log entry."""

from chat.actions.channels import (
    archive_channel,
    create_channel,
    delete_channel,
    open_direct,
    unarchive_channel,
    update_channel,
)
from chat.actions.drafts import discard_draft, save_draft
from chat.actions.following import follow_thread, read_thread
from chat.actions.memberships import add_members, join_channel, leave_channel, remove_member
from chat.actions.messages import delete_message, edit_message, post_message
from chat.actions.notifying import close_direct, pause_notifications, set_level
from chat.actions.reading import mark_all_read, mark_read, mark_unread, take_back
from chat.actions.typing import note_typing

__all__ = [
    "add_members",
    "archive_channel",
    "close_direct",
    "create_channel",
    "delete_channel",
    "delete_message",
    "discard_draft",
    "edit_message",
    "follow_thread",
    "join_channel",
    "leave_channel",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "note_typing",
    "open_direct",
    "pause_notifications",
    "post_message",
    "read_thread",
    "remove_member",
    "save_draft",
    "set_level",
    "take_back",
    "unarchive_channel",
    "update_channel",
]
