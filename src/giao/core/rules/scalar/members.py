"""What stands after a dot: entries of contexts and the parts of dates, times, durations and ranges.

Source: DMN 1.5, tables 60 and 61.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.rules import temporal
from giao.core.rules.builtins.temporals import weekday_number
from giao.core.rules.values import (
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    LIST,
    RANGE,
    TIME,
    YEARS_MONTHS,
    FarDateTime,
    kind_of,
    note,
)


def member(value: Any, name: str) -> Any:
    """`value.name`; of a list, the list of its elements' members."""
    kind = kind_of(value)
    if kind == CONTEXT:
        return value[name] if name in value else note(f"The context has no entry {name!r}.")
    if kind == LIST:
        return [member(item, name) for item in value]
    part = _PARTS.get(kind, {}).get(name)
    return note(f"A {kind} has no {name!r}.") if part is None else part(value)


def _clock(value: Any) -> Any:
    return temporal.time_of(value) if isinstance(value, (datetime, FarDateTime)) else value


def _second(value: Any) -> Decimal:
    clock = _clock(value)
    fraction = temporal.nanosecond_of(clock)
    return Decimal(clock.second) + (Decimal(fraction).scaleb(-9).normalize() if fraction else 0)


def _offset(value: Any) -> Any:
    seconds = temporal.offset_seconds(value)
    return None if seconds is None else timedelta(seconds=seconds)


def _zone(value: Any) -> str | None:
    zone = temporal.zone_of(value)
    return zone.key if isinstance(zone, ZoneInfo) else None


def _unit(size: int, wrap: int) -> Callable[[Any], Decimal]:
    """A component of a duration: its sign, and its size in `size` nanoseconds below the next larger unit."""

    def component(value: Any) -> Decimal:
        total = temporal.duration_nanoseconds(value)
        count = abs(total) // size
        if wrap:
            count %= wrap
        return Decimal(-count if total < 0 else count)

    return component


def _duration_seconds(value: Any) -> Decimal:
    total = temporal.duration_nanoseconds(value)
    rest = abs(total) % (60 * temporal.SECOND_NS)
    seconds = Decimal(rest).scaleb(-9)
    seconds = Decimal(int(seconds)) if seconds == int(seconds) else seconds.normalize()
    return -seconds if total < 0 and rest else seconds


_DATE_PARTS: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: Decimal(temporal.date_of(value).year),
    "month": lambda value: Decimal(temporal.date_of(value).month),
    "day": lambda value: Decimal(temporal.date_of(value).day),
    "weekday": lambda value: Decimal(weekday_number(value)),
}
_TIME_PARTS: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: Decimal(_clock(value).hour),
    "minute": lambda value: Decimal(_clock(value).minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}
_PARTS: dict[str, dict[str, Callable[[Any], Any]]] = {
    DATE: _DATE_PARTS,
    TIME: _TIME_PARTS,
    DATE_TIME: {**_DATE_PARTS, **_TIME_PARTS},
    DAYS_TIME: {
        "days": _unit(86_400 * temporal.SECOND_NS, 0),
        "hours": _unit(3600 * temporal.SECOND_NS, 24),
        "minutes": _unit(60 * temporal.SECOND_NS, 60),
        "seconds": _duration_seconds,
    },
    YEARS_MONTHS: {
        "years": lambda value: Decimal(
            int(value.months / 12) if abs(value.months) < 2**50 else value.months // 12
        ),
        "months": lambda value: Decimal(abs(value.months) % 12 * (-1 if value.months < 0 else 1)),
    },
    RANGE: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}
