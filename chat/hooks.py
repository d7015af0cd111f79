"""The signal that a member has read further in a channel; the live stream tells their other tabs."""

from django.dispatch import Signal

position_moved = Signal()  # member, channel
