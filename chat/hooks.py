"""What the live stream tells a member's other tabs without its being in the log."""

from django.dispatch import Signal

position_moved = Signal()  # member, channels (their ids), back: whether they chose to have read less
typed = Signal()  # someone is typing: member, topic of the place
draft_changed = Signal()  # member, draft
