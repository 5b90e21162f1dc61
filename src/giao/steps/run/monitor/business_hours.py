"""The agreement's calendars for the pages: how long a business day is, and the hours of the next business days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement
from giao.core.calendars import Calendar, compile_calendars
from giao.core.report.formats import EPOCH, HOUR

LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Hour:
    """A local hour [start, end) of a day, in UTC microseconds."""

    day: date
    hour: int
    start_us: int
    end_us: int


def all_calendars(versions: Sequence[Agreement], today: date) -> tuple[Mapping[str, Calendar], ...]:
    """Every version's calendars over the term so far; they extend themselves where a question goes further."""
    return _compiled(_Versions(tuple(versions)), today.replace(day=1))


def calendars_of(versions: Sequence[Agreement], version: int, today: date) -> Mapping[str, Calendar]:
    """One version's calendars."""
    return all_calendars(versions, today)[version]


@dataclass(frozen=True, eq=False)
class _Versions:
    """Documents that are kept by the process, told apart by identity (a hash of their content would cost more)."""

    items: tuple[Agreement, ...]

    @property
    def key(self) -> tuple[int, ...]:
        return tuple(id(item) for item in self.items)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Versions) and other.key == self.key


@lru_cache(maxsize=32)
def _compiled(versions: _Versions, month: date) -> tuple[Mapping[str, Calendar], ...]:
    first = min(versions.items[0].term.start, month) - LOOK_AHEAD
    last = month + 3 * LOOK_AHEAD
    return tuple(compile_calendars(item.calendars, first, last) for item in versions.items)


def business_day_us(calendar: Calendar | None, day: date) -> int | None:
    """Open time of the usual business day: the most frequent one of the four weeks before; None without a calendar."""
    if calendar is None:
        return None
    zone = ZoneInfo(calendar.zone)
    lengths: list[int] = []
    for back in range(28):
        start, end = _bounds(day - timedelta(days=back), zone)
        opened = calendar.between(start, end)
        if opened:
            lengths.append(opened)
    return max(set(lengths), key=lambda length: (lengths.count(length), length)) if lengths else None


def next_hours(calendar: Calendar | None, now_us: int, zone: ZoneInfo, days: int = 2) -> list[Hour]:
    """The open local hours that are left of this and the following business days, `days` in all.

    Without a calendar: the next 48 hours' worth of whole days, every hour.
    """
    today = (EPOCH + timedelta(microseconds=now_us)).astimezone(zone).date()
    found: list[Hour] = []
    seen: set[date] = set()
    for ahead in range(LOOK_AHEAD.days):
        day = today + timedelta(days=ahead)
        hours = [hour for hour in _hours(day, zone) if hour.end_us > now_us and _is_open(calendar, hour)]
        if hours:
            found += hours
            seen.add(day)
        if len(seen) == days:
            break
    return found


def _is_open(calendar: Calendar | None, hour: Hour) -> bool:
    return calendar is None or calendar.between(hour.start_us, hour.end_us) > 0


def _bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    return _us(start), _us(datetime(after.year, after.month, after.day, tzinfo=zone))


def _hours(day: date, zone: ZoneInfo) -> list[Hour]:
    """Hours of a local day by the wall clock: 23 or 25 when the clock changes."""
    start, end = _bounds(day, zone)
    return [
        Hour(day, (EPOCH + timedelta(microseconds=at)).astimezone(zone).hour, at, min(at + HOUR, end))
        for at in range(start, end, HOUR)
    ]


def _us(moment: datetime) -> int:
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
