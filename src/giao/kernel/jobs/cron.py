"""The times of a cron line in a zone: minute hour day-of-month month day-of-week, each *, a, a-b, a,b or any of them /n.

Where day of month and day of week are both given, either is enough (POSIX crontab). A time that the change to summer time
skips happens at the change; one that the change back repeats happens once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from giao.kernel.jobs.errors import JobError

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_YEARS = 8
"""29 February comes within 8 years (2096 to 2104)."""


@dataclass(frozen=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def falls_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return of_month and of_week
        return of_month or of_week

    def after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The first time strictly after an instant, in UTC. Raises JobError when none comes (30 February)."""
        day = instant.astimezone(zone).date() - timedelta(days=1)
        for _step in range(366 * _YEARS):
            if self.falls_on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        found = _instant(day, time(hour, minute), zone)
                        if found > instant:
                            return found
            day += timedelta(days=1)
        raise JobError("this schedule never comes: look at its day and month")


def _instant(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """In UTC. A skipped local time is moved to the end of the gap."""
    local = datetime.combine(day, moment, zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    after = local.replace(fold=1).astimezone(UTC)
    low, high = min(found, after), max(found, after)
    offset = (low - timedelta(hours=3)).astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
    return high.replace(microsecond=0)


def parse_cron(text: str) -> Cron:
    """Raises JobError with the field that cannot be read."""
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise JobError(
            f"{text!r} is no cron line: it has {len(parts)} fields of 5 (minute hour day month weekday)"
        )
    sets = [_field(part, *limits) for part, limits in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = sets
    return Cron(
        minutes, hours, days, months, frozenset(day % 7 for day in weekdays),
        any_day=parts[2].startswith("*"), any_weekday=parts[4].startswith("*"),
    )  # fmt: skip


def _field(text: str, name: str, least: int, most: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        try:
            begin = least if span == "*" else int(first)
            end = most if span == "*" or (step and not last) else int(last or first)
            every = int(step) if step else 1
        except ValueError:
            raise JobError(f"{part!r} is no {name} of a cron line; write * or {least}-{most}") from None
        if every < 1 or not least <= begin <= end <= most:
            raise JobError(f"{part!r} is no {name} of a cron line; it goes from {least} to {most}")
        found.update(range(begin, end + 1, every))
    return frozenset(found)
