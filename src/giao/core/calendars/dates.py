"""Local dates of the calendars' documents: a day, or a span of days written `2017-12-24..2018-01-01`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from giao.core.calendars.hours import Span, read_spans
from giao.core.told import told


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


def read_date(value: Any, where: str) -> date:
    """A date, or its ISO text. Raises ValueError otherwise (also for a date with a time of day)."""
    if isinstance(value, datetime):
        raise ValueError(
            told(
                "calendar.time_of_day",
                "{where}: {value} has a time of day; write the date alone, as {day}.",
                where=where,
                value=value,
                day=value.date(),
            )
        )
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError(
        told(
            "calendar.no_date",
            "{where}: {value!r} is not a date; write it as 2026-02-17.",
            where=where,
            value=value,
        )
    )


def read_date_span(value: Any, where: str) -> DateSpan:
    """A date or `first..last`. Raises ValueError when the last day is before the first."""
    if isinstance(value, DateSpan):
        return value
    if isinstance(value, str) and ".." in value:
        first, last = (read_date(end, where) for end in value.split("..", 1))
        if last < first:
            raise ValueError(
                told(
                    "calendar.span_backwards",
                    "{where}: {value!r} ends before it begins; swap the two dates.",
                    where=where,
                    value=value,
                )
            )
        return DateSpan(first, last)
    day = read_date(value, where)
    return DateSpan(day, day)


def read_open_days(value: Any, where: str) -> dict[date, tuple[Span, ...]]:
    """`{2026-02-14: [["08:00", "12:00"]]}` as dates with spans."""
    if not isinstance(value, Mapping):
        raise ValueError(
            told(
                "calendar.open_mapping",
                "{where}: {value!r} is not a mapping; write each open day with its hours, as 2026-02-14: "
                '[["08:00", "12:00"]].',
                where=where,
                value=value,
            )
        )
    days: dict[date, tuple[Span, ...]] = {}
    for key, intervals in value.items():
        day = read_date(key, where)
        if day in days:
            raise ValueError(
                told(
                    "calendar.day_twice",
                    "{where}: {day} stands twice; join its hours under one key.",
                    where=where,
                    day=day,
                )
            )
        days[day] = read_spans(intervals, f"{where} {day}")
        if not days[day]:
            raise ValueError(
                told(
                    "calendar.open_without_hours",
                    "{where} {day}: an open day without hours; list its intervals, or put it under closed.",
                    where=where,
                    day=day,
                )
            )
    return days
