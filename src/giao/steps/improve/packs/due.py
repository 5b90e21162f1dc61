"""When a mail is due: the n-th business day of each month, by the agreement's calendar, at a time of the engagement's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement
from giao.core.calendars import compile_calendars

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """The month that is reported, and when its pack goes out."""

    month: str
    at: datetime


@dataclass(frozen=True)
class Rule:
    """`calendar`: of the agreement; empty: its first one. Without any, Monday to Friday count."""

    business_day: int
    hour: int
    minute: int
    calendar: str
    zone: ZoneInfo


def due_in(rule: Rule, agreement: Agreement | None, first: date) -> Due:
    """The due instant of the calendar month that begins on `first`; the last business day of a month with fewer."""
    last = next_month(first) - ONE_DAY
    days = business_days(rule, agreement, first, last)
    day = days[min(rule.business_day, len(days)) - 1] if days else last
    at = datetime.combine(day, time(rule.hour, rule.minute), rule.zone)
    return Due(f"{first - ONE_DAY:%Y-%m}", at)


def business_days(rule: Rule, agreement: Agreement | None, first: date, last: date) -> list[date]:
    specs = agreement.calendars if agreement else {}
    name = rule.calendar if rule.calendar in specs else next(iter(specs), "")
    if not name:
        span = (first + index * ONE_DAY for index in range((last - first).days + 1))
        return [day for day in span if day.isoweekday() <= 5]
    return list(compile_calendars(specs, first, last)[name].business_days(first, last))


def last_due(rule: Rule, agreement: Agreement | None, now: datetime) -> Due:
    """The latest one that has come."""
    first = now.astimezone(rule.zone).date().replace(day=1)
    found = due_in(rule, agreement, first)
    return found if found.at <= now else due_in(rule, agreement, (first - ONE_DAY).replace(day=1))


def next_due(rule: Rule, agreement: Agreement | None, now: datetime) -> Due:
    """The next one to come."""
    first = now.astimezone(rule.zone).date().replace(day=1)
    found = due_in(rule, agreement, first)
    return found if found.at > now else due_in(rule, agreement, next_month(first))


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
