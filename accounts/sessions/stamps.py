"""When to note that a session is in use: a stamp that isn't worth a write, or even a question, with each page."""

import time

APART = 900  # seconds between two stamps of a session, in each process
MOST = 50_000  # sessions remembered

_next: dict[str, float] = {}


def touch_due(key: str) -> bool:
    """Whether the session of this key hasn't been stamped here for a while; from now on it has."""
    now = time.monotonic()
    if _next.get(key, 0.0) > now:
        return False
    if len(_next) >= MOST:
        _next.clear()
    _next[key] = now + APART
    return True


def touch_again(key: str) -> None:
    """The stamp couldn't be written."""
    _next.pop(key, None)


def forget() -> None:
    """Begin anew, as a process does."""
    _next.clear()
