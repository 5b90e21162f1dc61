"""Dates, times and durations: reading, writing, fields and the arithmetic between them.

Reading gives None for what FEEL does not accept. Source: DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8 and table 60.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.rules.calendar_algebra import (
    DAY_NS,
    MAX_YEAR,
    civil_from_days,
    days_from_civil,
    days_in_month,
    is_civil,
)
from giao.core.rules.values import FarDate, FarDateTime, NanoDuration, NanoTime, YearsMonthsDuration

AnyDate = date | FarDate
AnyTime = time | NanoTime
AnyDateTime = datetime | FarDateTime
DaysTime = timedelta | NanoDuration

SECOND_NS = 1_000_000_000
_MAX_DURATION_US = (timedelta.max.days * 86_400 + timedelta.max.seconds) * 1_000_000
_DATE = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
    r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]+)?"
)
_DATE_RE = re.compile(_DATE, re.ASCII)
_TIME_RE = re.compile(_TIME, re.ASCII)
_DATE_TIME_RE = re.compile(f"{_DATE}(?:T{_TIME})?", re.ASCII)
_MONTHS_RE = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_SECONDS_RE = re.compile(
    r"(-)?P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?",
    re.ASCII,
)


# ---- reading -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """The IANA zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def read_offset(text: str) -> tzinfo | None:
    """`Z`, `+hh:mm[:ss]` up to 18 hours, or `@Zone/Name`; None when there is no such zone."""
    if text == "Z":
        return UTC
    if text[0] == "@":
        return zone_named(text[1:])
    parts = [int(part) for part in text[1:].split(":")]
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    if parts[1] > 59 or (len(parts) > 2 and parts[2] > 59):
        return None
    return offset_zone(seconds if text[0] == "+" else -seconds)


def offset_zone(seconds: int) -> tzinfo | None:
    """A fixed offset; None beyond 18 hours (the widest that common implementations accept)."""
    if abs(seconds) > 18 * 3600:
        return None
    return UTC if seconds == 0 else timezone(timedelta(seconds=seconds))


def read_date(text: str) -> AnyDate | None:
    found = _DATE_RE.fullmatch(text)
    return make_date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None


def _time_of(found: re.Match[str]) -> AnyTime | None:
    zone: tzinfo | None = None
    if found["zone"]:
        zone = read_offset(found["zone"])
        if zone is None:
            return None
    nanosecond = int((found["fraction"] or "0")[:9].ljust(9, "0"))
    return make_time(int(found["hour"]), int(found["minute"]), int(found["second"]), nanosecond, zone)


def read_time(text: str) -> AnyTime | None:
    found = _TIME_RE.fullmatch(text)
    return _time_of(found) if found else None


def read_date_time(text: str) -> AnyDateTime | None:
    """`2016-05-12T18:00:00Z`; a date alone means its midnight, without zone."""
    found = _DATE_TIME_RE.fullmatch(text)
    if not found:
        return None
    day = make_date(int(found["year"]), int(found["month"]), int(found["day"]))
    clock = _time_of(found) if found["hour"] else time()
    return None if day is None or clock is None else join(day, clock)


def read_duration(text: str) -> YearsMonthsDuration | DaysTime | None:
    """`P1Y2M` or `P1DT2H3M4.5S`, one or the other kind."""
    if len(text) > 64:
        return None
    found = _SECONDS_RE.fullmatch(text)
    if found and any(found.group(2, 3, 4, 5)):
        sign, days, hours, minutes, seconds, fraction = found.groups()
        whole = int(days or 0) * 86_400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
        total = whole * SECOND_NS + int((fraction or "0")[:9].ljust(9, "0"))
        return make_days_time(-total if sign else total)
    found = _MONTHS_RE.fullmatch(text)
    if found and any(found.group(2, 3)):
        months = int(found.group(2) or 0) * 12 + int(found.group(3) or 0)
        return YearsMonthsDuration(-months if found.group(1) else months)
    return None


def read_literal(text: str) -> Any:
    """The value of `@"…"`: whichever kind reads it; None when none does."""
    for read in (read_date, read_time, read_date_time, read_duration):
        value = read(text)
        if value is not None:
            return value
    return None


# ---- making: one form for each value -------------------------------------------------------------------------------


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    if not is_civil(year, month, day):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def make_time(hour: int, minute: int, second: int, nanosecond: int, zone: tzinfo | None) -> AnyTime | None:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nanosecond < SECOND_NS):
        return None
    if nanosecond % 1000:
        return NanoTime(hour, minute, second, nanosecond, zone)
    return time(hour, minute, second, nanosecond // 1000, zone)


def join(day: AnyDate, clock: AnyTime) -> AnyDateTime:
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return FarDateTime(day, clock)


def make_days_time(nanoseconds: int) -> DaysTime:
    if nanoseconds % 1000 == 0 and abs(nanoseconds // 1000) <= _MAX_DURATION_US:
        return timedelta(microseconds=nanoseconds // 1000)
    return NanoDuration(nanoseconds)


# ---- fields --------------------------------------------------------------------------------------------------------


def date_of(value: AnyDate | AnyDateTime) -> AnyDate:
    """The day, without time and zone."""
    if isinstance(value, datetime):
        return value.date()
    return value.date if isinstance(value, FarDateTime) else value


def time_of(value: AnyDateTime) -> AnyTime:
    return value.timetz() if isinstance(value, datetime) else value.time


def zone_of(value: AnyTime | AnyDateTime) -> tzinfo | None:
    return value.time.tzinfo if isinstance(value, FarDateTime) else value.tzinfo


def nanosecond_of(value: AnyTime) -> int:
    """The fraction of the second, in nanoseconds."""
    return value.nanosecond if isinstance(value, NanoTime) else value.microsecond * 1000


def day_nanoseconds(value: AnyTime) -> int:
    """Nanoseconds since that day's midnight, zone aside."""
    return (value.hour * 3600 + value.minute * 60 + value.second) * SECOND_NS + nanosecond_of(value)


def day_number(value: AnyDate) -> int:
    return days_from_civil(value.year, value.month, value.day)


def duration_nanoseconds(value: DaysTime) -> int:
    if isinstance(value, NanoDuration):
        return value.nanoseconds
    return ((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000


def offset_seconds(value: AnyTime | AnyDateTime) -> int | None:
    """Seconds east of UTC; None without a zone. A time of day in a named zone counts as on 1 January 2000."""
    zone = zone_of(value)
    if zone is None:
        return None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, FarDateTime):
        clock = value.time
        # The Gregorian calendar repeats every 400 years: a far year has the rules of its like near 2000.
        year = value.date.year if 1900 <= value.date.year <= 9998 else 2000 + value.date.year % 400
        moment = datetime(
            year, value.date.month, value.date.day, clock.hour, clock.minute, clock.second, tzinfo=zone
        )
    else:
        moment = datetime(2000, 1, 1, value.hour, value.minute, value.second, tzinfo=zone)
    offset = moment.utcoffset()
    return None if offset is None else offset.days * 86_400 + offset.seconds


def instant(value: AnyDateTime) -> int:
    """Nanoseconds since 1970-01-01T00:00 in UTC, or in local time when there is no zone."""
    local = day_number(date_of(value)) * DAY_NS + day_nanoseconds(time_of(value))
    return local - (offset_seconds(value) or 0) * SECOND_NS


def time_instant(value: AnyTime) -> int:
    """Nanoseconds since midnight in UTC (may be negative), or local without a zone."""
    return day_nanoseconds(value) - (offset_seconds(value) or 0) * SECOND_NS


# ---- arithmetic ----------------------------------------------------------------------------------------------------


def date_from_number(days: int) -> AnyDate | None:
    if abs(days) > (MAX_YEAR + 1) * 366:
        return None
    return make_date(*civil_from_days(days))


def from_instant(nanoseconds: int, zone: tzinfo | None) -> AnyDateTime | None:
    """The date and time of an instant, shown in `zone` (local when None)."""
    if zone is None or zone is UTC:
        return _from_local(nanoseconds, zone)
    in_utc = _from_local(nanoseconds, UTC)
    if isinstance(in_utc, datetime):
        try:
            return in_utc.astimezone(zone)
        except OverflowError:
            pass
    if in_utc is None:
        return None
    # Beyond Python's years: one step with the offset of the neighbouring local time is exact outside changes.
    guess = _from_local(nanoseconds, zone)
    return (
        None if guess is None else _from_local(nanoseconds + (offset_seconds(guess) or 0) * SECOND_NS, zone)
    )


def _from_local(nanoseconds: int, zone: tzinfo | None) -> AnyDateTime | None:
    days, rest = divmod(nanoseconds, DAY_NS)
    day = date_from_number(days)
    seconds, fraction = divmod(rest, SECOND_NS)
    clock = make_time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction, zone)
    return None if day is None or clock is None else join(day, clock)


def add_duration(value: AnyDateTime, nanoseconds: int) -> AnyDateTime | None:
    """Exact elapsed time later, shown in the value's own zone."""
    return from_instant(instant(value) + nanoseconds, zone_of(value))


def add_days_time(value: AnyDate, nanoseconds: int) -> AnyDate | None:
    """The day on which midnight plus the duration falls."""
    return date_from_number((day_number(value) * DAY_NS + nanoseconds) // DAY_NS)


def add_to_time(value: AnyTime, nanoseconds: int) -> AnyTime | None:
    """Round the clock: past midnight it starts again."""
    total = (day_nanoseconds(value) + nanoseconds) % DAY_NS
    seconds, fraction = divmod(total, SECOND_NS)
    return make_time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction, zone_of(value))


def add_months(value: AnyDate, months: int) -> AnyDate | None:
    """The same day so many months later, or the month's last day when it is shorter."""
    if abs(months) > (MAX_YEAR + 1) * 24:
        return None
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return make_date(year, month + 1, min(value.day, days_in_month(year, month + 1)))


def add_months_to_moment(value: AnyDateTime, months: int) -> AnyDateTime | None:
    day = add_months(date_of(value), months)
    return None if day is None else join(day, time_of(value))


def months_between(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> YearsMonthsDuration:
    """Whole months from `start` to `end`, towards zero; times count when both have them."""
    first, last = date_of(start), date_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    first_rest: tuple[int, int] = (first.day, 0)
    last_rest: tuple[int, int] = (last.day, 0)
    if isinstance(start, (datetime, FarDateTime)) and isinstance(end, (datetime, FarDateTime)):
        first_rest = (first.day, day_nanoseconds(time_of(start)))
        last_rest = (last.day, day_nanoseconds(time_of(end)))
    if months > 0 and last_rest < first_rest:
        months -= 1
    elif months < 0 and last_rest > first_rest:
        months += 1
    return YearsMonthsDuration(months)
