"""When it all was: the working days before the moment of loading, in UTC.

The last of them may be today, and then it isn't over: what was said that day is moved together, so that nothing is in
the future.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from chat.demo.transcript import When

BACK = 25  # working days
BEGIN, END = time(7), time(15)  # between them lies all that is said on the last day
DAWN = time(9)  # before it, today isn't a day with something to read
WEEKDAY = re.compile(r"\{weekday (\d+)\}")


class WorkingDays:
    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)
        today = self.now.date()
        self.days = _weekdays_back_from(today if self.now.time() >= DAWN else today - timedelta(days=1))

    def moment(self, when: When) -> datetime:
        """When that was; never later than now."""
        moment = datetime.combine(self.days[when.day], when.clock, UTC)
        begin, end = (datetime.combine(self.days[0], clock, UTC) for clock in (BEGIN, END))
        if when.day or self.now >= end:
            return moment
        return begin + (moment - begin) * ((self.now - begin) / (end - begin))

    def named(self, text: str) -> str:
        """A text with the names of the weekdays in it."""
        return WEEKDAY.sub(lambda found: f"{self.days[int(found[1])]:%A}", text)


def _weekdays_back_from(day: date) -> list[date]:
    candidates = (day - timedelta(days=back) for back in range(2 * BACK))
    return [candidate for candidate in candidates if candidate.weekday() < 5][:BACK]
