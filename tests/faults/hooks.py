"""Places in the server at which a test can stop it; an app that tests.settings adds for a server told so by FAULTS.

Named by FAULTS, separated by commas: `delivery=<file>`, where nothing committed is handed to streams while the file is
there; `window=<n>`, a log of which only the newest n entries are replayed.
"""

import os
import threading
from pathlib import Path

from django.apps import AppConfig


class Faults(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        told = dict(one.split("=", 1) for one in os.environ["FAULTS"].split(","))
        if "delivery" in told:
            hold_delivery(Path(told["delivery"]))
        if "window" in told:
            shorten_window(int(told["window"]))


def hold_delivery(file: Path) -> None:
    from chat.live.tailer import Tailer

    look = Tailer.look

    def look_when_allowed(self: Tailer) -> None:
        while file.exists():
            threading.Event().wait(0.01)
        look(self)

    Tailer.look = look_when_allowed  # type: ignore[method-assign]


def shorten_window(entries: int) -> None:
    from chat.live import feed

    feed.WARM = feed.FAR = entries // 2
