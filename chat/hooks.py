"""What the live stream tells a member's other tabs without its being in the log."""

from django.dispatch import Signal

position_moved = Signal()  # member, channels (their ids), back: whether they chose to have read less
typed = Signal()  # someone is typing: member, topic of the place
draft_changed = Signal()  # member, draft
thread_read = Signal()  # member, root_id, following: None where that stays as it is
shown_otherwise = Signal()  # member, words: the parts of their pages that look otherwise now
