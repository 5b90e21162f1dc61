"""Built-in functions that look at a date or at the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from giao.core.rules import temporal
from giao.core.rules.builtins.registry import builtin
from giao.core.rules.calendar_algebra import days_from_civil

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def weekday_number(value: Any) -> int:
    """1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday."""
    return (temporal.day_number(temporal.date_of(value)) + 3) % 7 + 1


@builtin("day of week(date: date | date and time) -> string")
def day_of_week(value: Any) -> str:
    return DAY_NAMES[weekday_number(value) - 1]


@builtin("day of year(date: date | date and time) -> number")
def day_of_year(value: Any) -> Decimal:
    day = temporal.date_of(value)
    return Decimal(temporal.day_number(day) - days_from_civil(day.year, 1, 1) + 1)


@builtin("month of year(date: date | date and time) -> string")
def month_of_year(value: Any) -> str:
    return MONTH_NAMES[temporal.date_of(value).month - 1]


@builtin("week of year(date: date | date and time) -> number")
def week_of_year(value: Any) -> Decimal:
    """The ISO week. The calendar repeats every 400 years, so a far year takes its like."""
    day = temporal.date_of(value)
    near = day if isinstance(day, date) else date(2000 + day.year % 400, day.month, day.day)
    return Decimal(near.isocalendar().week)


@builtin("now() -> date and time")
def now() -> datetime:
    return datetime.now(UTC)


@builtin("today() -> date")
def today() -> date:
    return datetime.now(UTC).date()
