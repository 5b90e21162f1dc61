"""Business time the slow and plain way: walk the clock, step by step, and look at the wall.

An oracle for `giao.core.calendars`, sharing no code with it. It asks of each step: what does the wall clock of this
zone read now, and does that time lie within the hours of the day (or of the shift that began yesterday)? Exact when
all hours and offsets are multiples of the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ONE_DAY = timedelta(days=1)

Pairs = Sequence[Sequence[str]]


@dataclass
class Office:
    """One calendar: weekday keys to pairs of times, and the days that differ."""

    zone: str
    week: Mapping[str, Pairs]
    closed: Set[date] = frozenset()
    open: Mapping[date, Pairs] = field(default_factory=dict)

    def pairs_on(self, day: date) -> Pairs:
        if day in self.open:
            return self.open[day]
        if day in self.closed:
            return []
        return [
            pair
            for key, pairs in self.week.items()
            if WEEKDAYS[day.weekday()] in days_of(key)
            for pair in pairs
        ]


@dataclass
class Together:
    """Several calendars: open when any of them, or all of them, are."""

    kind: str
    offices: Sequence[Office | Together]


def days_of(key: str) -> list[str]:
    found = []
    for part in key.split(","):
        first, _, last = part.partition("-")
        day = WEEKDAYS.index(first)
        found.append(WEEKDAYS[day])
        while last and WEEKDAYS[day] != last:
            day = (day + 1) % 7
            found.append(WEEKDAYS[day])
    return found


def as_offset(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def shift_days(office: Office, wall: datetime, existing: Set[date]) -> list[date]:
    """The days whose hours hold this wall time: today, or yesterday by a shift over midnight."""
    found = []
    for day in (wall.date() - ONE_DAY, wall.date()):
        if day not in existing:
            continue
        midnight = datetime(day.year, day.month, day.day)
        for pair in office.pairs_on(day):
            start, end = as_offset(pair[0]), as_offset(pair[1])
            if end <= start:
                end += ONE_DAY
            if midnight + start <= wall < midnight + end:
                found.append(day)
    return found


def wall_clock(zone: ZoneInfo, moment: int) -> datetime:
    return (EPOCH + timedelta(microseconds=moment)).astimezone(zone).replace(tzinfo=None)


def steps(low: int, high: int, step: timedelta) -> Iterable[int]:
    width = step // timedelta(microseconds=1)
    return range(low - low % width, high + width, width)


def walk_shifts(office: Office, low: int, high: int, step: timedelta) -> list[tuple[int, list[date]]]:
    """Every step of [low, high] with the days whose shift is on then."""
    zone = ZoneInfo(office.zone)
    three_days = 3 * 86_400_000_000
    existing = {
        wall_clock(zone, moment).date() for moment in steps(low - three_days, high, timedelta(hours=1))
    }
    return [
        (moment, shift_days(office, wall_clock(zone, moment), existing)) for moment in steps(low, high, step)
    ]


def open_steps(calendar: Office | Together, low: int, high: int, step: timedelta) -> list[bool]:
    if isinstance(calendar, Office):
        return [bool(days) for _, days in walk_shifts(calendar, low, high, step)]
    columns = [open_steps(office, low, high, step) for office in calendar.offices]
    combine = any if calendar.kind == "any_of" else all
    return [combine(row) for row in zip(*columns, strict=True)]


def walk_intervals(
    calendar: Office | Together, low: int, high: int, step: timedelta
) -> list[tuple[int, int]]:
    """The open intervals of [low, high], found by walking."""
    width = step // timedelta(microseconds=1)
    found: list[tuple[int, int]] = []
    for moment, is_open in zip(steps(low, high, step), open_steps(calendar, low, high, step), strict=True):
        if is_open:
            if found and found[-1][1] == moment:
                found[-1] = (found[-1][0], moment + width)
            else:
                found.append((moment, moment + width))
    return found


def between(intervals: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """Open time in [start, end), by adding up."""
    return sum(max(min(closed, end) - max(opened, start), 0) for opened, closed in intervals)


def add(intervals: Sequence[tuple[int, int]], start: int, duration: int) -> int | None:
    """The first instant with `duration` of open time since `start`; None when the intervals do not reach."""
    if duration == 0:
        return start
    for opened, closed in intervals:
        usable = max(closed - max(opened, start), 0)
        if usable >= duration:
            return max(opened, start) + duration
        duration -= usable
    return None


def business_days(office: Office, low: int, high: int, step: timedelta) -> list[tuple[date, int]]:
    """Business days with their last closing, by walking. The first and the last may be cut off by the walk."""
    width = step // timedelta(microseconds=1)
    closings: dict[date, int] = {}
    for moment, days in walk_shifts(office, low, high, step):
        for day in days:
            closings[day] = max(moment + width, closings.get(day, moment))
    return sorted(closings.items())


def business_day_due(days: Sequence[tuple[date, int]], received: int, n: int) -> int | None:
    """The closing of the n-th business day after that of receipt."""
    counted = [closing for _, closing in days if closing >= received]
    return counted[n] if n < len(counted) else None


def as_document(calendar: Office) -> dict[str, Any]:
    """The same calendar as an agreement writes it."""
    return {
        "zone": calendar.zone,
        "hours": dict(calendar.week),
        "closed": sorted(calendar.closed),
        "open": dict(calendar.open),
    }
