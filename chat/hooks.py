"""What the live stream tells a member's other tabs without its being in the log."""

from django.dispatch import Signal

position_moved = Signal()  # a member has read further in a channel: member, channel
draft_changed = Signal()  # member, draft
