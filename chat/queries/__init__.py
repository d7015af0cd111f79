"""What faces read of chat; each starts from a member, and costs the same number of queries however much there is."""

from chat.queries.directory import (
    direct_with,
    directory,
    entry_channel,
    members_of,
)
from chat.queries.drafts import drafts, has_drafts
from chat.queries.finding import Found, find
from chat.queries.first_steps import first_steps
from chat.queries.frame import Frame, frame
from chat.queries.history import (
    RowKey,
    Window,
    channel_window,
    last_own,
    opening_window,
    thread_window,
    versions,
)
from chat.queries.notices import Notice, notice
from chat.queries.people import titles
from chat.queries.sidebar import Sidebar, sidebar, unread_of
from chat.queries.threads import Threads, follow_of, followed_threads

__all__ = [
    "Found",
    "Frame",
    "Notice",
    "RowKey",
    "Sidebar",
    "Threads",
    "Window",
    "channel_window",
    "direct_with",
    "directory",
    "drafts",
    "entry_channel",
    "find",
    "first_steps",
    "follow_of",
    "followed_threads",
    "frame",
    "has_drafts",
    "last_own",
    "members_of",
    "notice",
    "opening_window",
    "sidebar",
    "thread_window",
    "titles",
    "unread_of",
    "versions",
]
