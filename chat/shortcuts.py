"""The keyboard's shortcuts: the one table that the sheet shows. Those of the whole page are in static/js/shortcuts.js
too, under the same keys; a test compares the two.

Keys are written as scripts read them: `mod` is Ctrl, and ⌘ on a Mac.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN = {
    "mod": "Ctrl", "alt": "Alt", "shift": "Shift", "enter": "Enter", "escape": "Esc", "tab": "Tab",
    "arrowup": "↑", "arrowdown": "↓", "home": "Home", "end": "End",
}  # fmt: skip
ON_A_MAC = {"mod": "⌘", "alt": "⌥", "shift": "⇧", "enter": "↩", "escape": "Esc"}


@dataclass(frozen=True)
class Shortcut:
    """What some keys do, wherever one is on the page unless `everywhere` is false."""

    keys: tuple[str, ...]
    does: Promise
    everywhere: bool = True

    def shown(self, *, mac: bool) -> list[list[str]]:
        """Each way to press it, as the words on the keys."""
        words = SHOWN | (ON_A_MAC if mac else {})
        return [[words.get(key, key.upper()) for key in chord.split("+")] for chord in self.keys]


@dataclass(frozen=True)
class Group:
    title: Promise
    shortcuts: tuple[Shortcut, ...]


GROUPS = (
    Group(
        _("Moving around"),
        (
            Shortcut(("mod+k", "/"), _("Go to a channel, a conversation or a person")),
            Shortcut(("alt+arrowup", "alt+arrowdown"), _("Channel above or below")),
            Shortcut(("alt+shift+arrowup", "alt+shift+arrowdown"), _("Unread channel above or below")),
            Shortcut(("shift+escape",), _("Mark everything as read")),
            Shortcut(("?",), _("Show these shortcuts")),
            Shortcut(("escape",), _("Close what is open, or go back to the message box"), everywhere=False),
        ),
    ),
    Group(
        _("On a message, which Shift+Tab from the message box and the arrows lead to"),
        (
            Shortcut(("arrowup", "arrowdown"), _("Message above or below"), everywhere=False),
            Shortcut(("home", "end"), _("First or newest message"), everywhere=False),
            Shortcut(("enter",), _("Into the message: its links and actions"), everywhere=False),
            Shortcut(("r",), _("Reply in its thread"), everywhere=False),
            Shortcut(("e",), _("Edit it, if it is yours"), everywhere=False),
            Shortcut(("u",), _("Mark unread from here"), everywhere=False),
            Shortcut(("c",), _("Copy its link"), everywhere=False),
            Shortcut(("m",), _("More actions"), everywhere=False),
        ),
    ),
    Group(
        _("Writing"),
        (
            Shortcut(("enter",), _("Send the message"), everywhere=False),
            Shortcut(("shift+enter",), _("Begin a new line"), everywhere=False),
            Shortcut(("arrowup",), _("Edit your last message, when nothing is typed"), everywhere=False),
            Shortcut(("@",), _("Call someone by name"), everywhere=False),
        ),
    ),
)
