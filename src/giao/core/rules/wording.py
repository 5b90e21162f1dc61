"""Values as text: what the built-in `string` gives and what reading it back understands."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.rules.errors import RuleLimitError
from giao.core.rules.temporal import (
    SECOND_NS,
    AnyDate,
    AnyDateTime,
    AnyTime,
    date_of,
    duration_nanoseconds,
    nanosecond_of,
    offset_seconds,
    time_of,
)
from giao.core.rules.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    FUNCTION,
    LIST,
    NULL,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_MONTHS,
    Range,
    YearsMonthsDuration,
    charge,
    kind_of,
)

#: Longest text a rule may build, in characters.
MAX_STRING = 10_000_000


def number_text(value: Decimal) -> str:
    """Plain decimal digits, without exponent and without trailing zeros after the point."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def date_text(value: AnyDate) -> str:
    return f"{'-' if value.year < 0 else ''}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def zone_text(zone: tzinfo | None, value: AnyTime | AnyDateTime) -> str:
    """`Z`, `+07:00` or `@Asia/Ho_Chi_Minh`; nothing for local time."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo) and zone.key:
        return f"@{zone.key}"
    seconds = offset_seconds(value) or 0
    if seconds == 0:
        return "Z"
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{tail}"


def time_text(value: AnyTime) -> str:
    return _clock_text(value) + zone_text(value.tzinfo, value)


def _clock_text(value: AnyTime) -> str:
    fraction = f".{nanosecond_of(value):09d}".rstrip("0").rstrip(".")
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}"


def date_time_text(value: AnyDateTime) -> str:
    clock = time_of(value)
    zone = value.tzinfo if isinstance(value, datetime) else value.time.tzinfo
    return f"{date_text(date_of(value))}T{_clock_text(clock)}{zone_text(zone, value)}"


def months_text(value: YearsMonthsDuration) -> str:
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if value.months < 0 else ''}P{text or '0M'}"


def days_time_text(value: Any) -> str:
    nanoseconds = duration_nanoseconds(value)
    seconds, fraction = divmod(abs(nanoseconds), SECOND_NS)
    days, rest = divmod(seconds, 86_400)
    second_text = f"{rest % 60}.{fraction:09d}".rstrip("0").rstrip(".") if fraction else str(rest % 60)
    clock = "".join(
        part
        for part, shown in (
            (f"{rest // 3600}H", rest // 3600),
            (f"{rest // 60 % 60}M", rest // 60 % 60),
            (f"{second_text}S", rest % 60 or fraction),
        )
        if shown
    )
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if nanoseconds < 0 else ''}P{text or 'T0S'}"


def range_text(value: Range) -> str:
    low = "" if value.low is None else quoted(value.low)
    high = "" if value.high is None else quoted(value.high)
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def quoted(value: Any) -> str:
    """The value as it stands inside a list or context: strings in quotes."""
    if type(value) is str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text_of(value)


def text_of(value: Any) -> str:
    """The text of any value but null (which is written `null` inside a list)."""
    parts: list[str] = []
    _write(value, parts, [0], top=True)
    return "".join(parts)


def _write(value: Any, parts: list[str], size: list[int], *, top: bool = False) -> None:
    kind = kind_of(value)
    if kind == LIST:
        _put("[", parts, size)
        for index, item in enumerate(value):
            if index:
                _put(", ", parts, size)
            _write(item, parts, size)
        _put("]", parts, size)
    elif kind == CONTEXT:
        _put("{", parts, size)
        for index, (key, item) in enumerate(value.items()):
            _put(f"{', ' if index else ''}{key}: ", parts, size)
            _write(item, parts, size)
        _put("}", parts, size)
    elif kind == STRING:
        _put(value if top else quoted(value), parts, size)
    else:
        _put(_ATOMS[kind](value), parts, size)


def _put(text: str, parts: list[str], size: list[int]) -> None:
    size[0] += len(text)
    charge(1)
    if size[0] > MAX_STRING:
        raise RuleLimitError(f"The rule builds a text longer than {MAX_STRING:,} characters.")
    parts.append(text)


_ATOMS: dict[str, Any] = {
    NULL: lambda _: "null",
    NUMBER: number_text,
    BOOLEAN: lambda value: "true" if value else "false",
    DATE: date_text,
    TIME: time_text,
    DATE_TIME: date_time_text,
    DAYS_TIME: days_time_text,
    YEARS_MONTHS: months_text,
    RANGE: range_text,
    FUNCTION: lambda value: f"function {value.name}",
}
