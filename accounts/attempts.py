"""Counting attempts, so that what can be guessed can't be tried often."""

import hashlib

from django.core.cache import cache


def first_within(what: str, *who: str, seconds: int) -> bool:
    """Whether nothing of the kind `what` came from `who` in the last `seconds`."""
    return bool(cache.add(_key(what, who), 1, seconds))


def too_many(what: str, *who: str, limit: int, seconds: int) -> bool:
    """Count one attempt; whether it's past the `limit` that `who` has in `seconds`."""
    key = _key(what, who)
    if cache.add(key, 1, seconds):
        return False
    try:
        return cache.incr(key) > limit
    except ValueError:  # it expired just now
        return False


def _key(what: str, who: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\0".join(who).encode()).hexdigest()
    return f"attempts:{what}:{digest}"
