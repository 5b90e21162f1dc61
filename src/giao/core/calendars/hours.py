"""Hours of a week: `mon-fri: [["08:00", "12:00"], ["13:00", "17:30"]]` read into microseconds of the local day.

An interval is half-open. Its end may be `24:00`; an end at or before the start is on the next day, so
`["22:00", "06:00"]` is a night shift and `["08:00", "08:00"]` a whole turn of the clock. A shift belongs to the
local day on which it starts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise
from typing import Any

from giao.core.told import told

HOUR = 3_600_000_000
DAY = 24 * HOUR
MINUTE = 60_000_000
SECOND = 1_000_000

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Span = tuple[int, int]
"""[start, end) in microseconds from local midnight; end may pass 24 h (a shift over midnight), up to 48 h."""

Week = tuple[tuple[Span, ...], ...]
"""Seven days, Monday first, each with its sorted, disjoint spans."""

ALL_DAY: tuple[Span, ...] = ((0, DAY),)
ALL_WEEK: Week = (ALL_DAY,) * 7

_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")


def read_clock(value: Any, where: str) -> int:
    """A time of day (`"08:00"`, `"24:00"`, `"08:00:30"`, a `time`) as microseconds from midnight, 0 to 24 h.

    YAML 1.1 reads an unquoted 13:00 as the number 780 (base 60): such a number is read back as minutes, and one
    above 24 h of minutes as seconds (13:00:00).
    """
    if isinstance(value, time):
        if value.tzinfo is not None:
            raise ValueError(
                told(
                    "calendar.hour_zone",
                    "{where}: {value!s} has a zone, but hours are local to the calendar's zone; drop it.",
                    where=where,
                    value=value,
                )
            )
        return ((value.hour * 60 + value.minute) * 60 + value.second) * SECOND + value.microsecond
    if isinstance(value, int) and not isinstance(value, bool):
        if 60 <= value <= 1440:
            return value * MINUTE
        if 3600 <= value <= 86_400:
            return value * SECOND
    if isinstance(value, str) and (found := _CLOCK.fullmatch(value.strip())):
        hour, minute, second = (int(part or 0) for part in found.groups())
        moment = ((hour * 60 + minute) * 60 + second) * SECOND
        if moment <= DAY:
            return moment
    raise ValueError(
        told(
            "calendar.no_hour",
            '{where}: {value!r} is not a time of day; write it as "HH:MM", from "00:00" to "24:00".',
            where=where,
            value=value,
        )
    )


def write_clock(moment: int) -> str:
    """Microseconds from midnight as `HH:MM` (or `HH:MM:SS`, with a fraction where there is one)."""
    seconds, fraction = divmod(moment, SECOND)
    minutes, second = divmod(seconds, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    if fraction:
        return f"{text}:{second:02d}.{fraction:06d}"
    return f"{text}:{second:02d}" if second else text


def read_spans(value: Any, where: str) -> tuple[Span, ...]:
    """A list of [start, end] pairs as sorted spans. Raises ValueError naming both intervals of an overlap."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError(
            told(
                "calendar.no_intervals",
                '{where}: {value!r} is not a list of intervals; write for example [["08:00", "12:00"], '
                '["13:00", "17:00"]].',
                where=where,
                value=value,
            )
        )
    spans = [
        _read_span(pair, told("word.interval", "{where}, interval {number}", where=where, number=number))
        for number, pair in enumerate(value, start=1)
    ]
    return check_disjoint(spans, where)


def _read_span(pair: Any, where: str) -> Span:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise ValueError(
            told(
                "calendar.no_interval",
                '{where}: {pair!r} is not an interval; write two times, opening and closing, as ["08:00", '
                '"12:00"].',
                where=where,
                pair=pair,
            )
        )
    start, end = read_clock(pair[0], where), read_clock(pair[1], where)
    if start == DAY:
        raise ValueError(
            told(
                "calendar.opens_at_24",
                '{where}: opening at 24:00 is the next day\'s 00:00; write "00:00" under that weekday.',
                where=where,
            )
        )
    return start, end if end > start else end + DAY


def check_disjoint(spans: Sequence[Span], where: str) -> tuple[Span, ...]:
    """The spans in order. Raises ValueError when two of one day overlap."""
    ordered = sorted(spans)
    for one, other in pairwise(ordered):
        if other[0] < one[1]:
            raise ValueError(
                told(
                    "calendar.overlap",
                    "{where}: {one} and {other} overlap; join them into one interval or move one.",
                    where=where,
                    one=write_span(one),
                    other=write_span(other),
                )
            )
    return tuple(ordered)


def write_span(span: Span) -> str:
    """A span for a reader: `22:00-06:00`."""
    return "-".join(write_span_pair(span))


def write_span_pair(span: Span) -> tuple[str, str]:
    """A span as the document writes it: `("22:00", "06:00")`."""
    start, end = span
    return write_clock(start), write_clock(end if end <= DAY else end - DAY)


def read_weekdays(key: Any, where: str) -> tuple[int, ...]:
    """`mon-fri`, `sat`, `mon,wed` or `sun-tue` (over the week's end) as weekday numbers, Monday 0."""
    if not isinstance(key, str) or not key.strip():
        raise ValueError(
            told(
                "calendar.no_weekday",
                "{where}: {key!r} is not a weekday; write mon, tue, … sun, mon-fri or mon,wed.",
                where=where,
                key=key,
            )
        )
    days: list[int] = []
    for part in key.lower().split(","):
        ends = [end.strip() for end in part.split("-")]
        for end in ends:
            if end not in WEEKDAYS:
                raise ValueError(
                    told(
                        "calendar.no_weekday_part",
                        "{where}: {end!r} in {key!r} is not a weekday; use {names}, a range (mon-fri) or a list "
                        "(mon,wed).",
                        where=where,
                        end=end,
                        key=key,
                        names=", ".join(WEEKDAYS),
                    )
                )
        if len(ends) > 2:
            raise ValueError(
                told(
                    "calendar.two_ends",
                    "{where}: {value!r} has more than two ends; write a range as mon-fri.",
                    where=where,
                    value=part.strip(),
                )
            )
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        days.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
    return tuple(days)


def read_week(hours: Mapping[Any, Any], where: str) -> Week:
    """The mapping of weekday keys to intervals as a week. A weekday named by several keys has the hours of all."""
    days: list[list[Span]] = [[] for _ in WEEKDAYS]
    for key, intervals in hours.items():
        weekdays = read_weekdays(key, where)
        spans = read_spans(intervals, f"{where} {key}")
        for weekday in weekdays:
            days[weekday].extend(spans)
    return tuple(
        check_disjoint(spans, f"{where}, {WEEKDAY_NAMES[weekday]}") for weekday, spans in enumerate(days)
    )
