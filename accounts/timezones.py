"""The time zones that people may choose."""

import zoneinfo
from functools import cache

NO_PLACES = {"Factory", "localtime", "posixrules"}


@cache
def timezones() -> tuple[str, ...]:
    """The IANA names this machine knows, sorted; read from disk once."""
    return tuple(sorted(zoneinfo.available_timezones() - NO_PLACES))
