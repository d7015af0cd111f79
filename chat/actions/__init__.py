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
from chat.actions.memberships import add_members, join_channel, leave_channel, remove_member
from chat.actions.messages import delete_message, edit_message, post_message
from chat.actions.reading import mark_all_read, mark_read, mark_unread, take_back
from chat.actions.typing import note_typing

__all__ = [
    "add_members",
    "archive_channel",
    "create_channel",
    "delete_channel",
    "delete_message",
    "discard_draft",
    "edit_message",
    "join_channel",
    "leave_channel",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "note_typing",
    "open_direct",
    "post_message",
    "remove_member",
    "save_draft",
    "take_back",
    "unarchive_channel",
    "update_channel",
]
