"""Talking: channels, who is in them, messages and what they hold."""

from chat.models.channel import Channel, Kind
from chat.models.draft import Draft
from chat.models.membership import Level, Membership
from chat.models.mention import Mention
from chat.models.message import Message, Version
from chat.models.thread_follow import ThreadFollow

__all__ = ["Channel", "Draft", "Kind", "Level", "Membership", "Mention", "Message", "ThreadFollow", "Version"]
