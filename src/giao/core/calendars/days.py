"""What a calendar says about one local day: its hours, or why it is closed."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from giao.core.calendars.dates import DateSpan
from giao.core.calendars.hours import WEEKDAY_NAMES, Span, Week
from giao.core.calendars.public_days import known_years, public_days
from giao.core.calendars.spec import CalendarSpec

MONDAY = 0
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds from local day `start` on: a version with the fields that it did not name filled in."""

    start: date
    week: Week
    codes: tuple[str, ...]
    closed: tuple[DateSpan, ...]
    open: Mapping[date, tuple[Span, ...]]
    cut_off: int | None
    any_of: tuple[str, ...]
    all_of: tuple[str, ...]


def terms_of(spec: CalendarSpec) -> tuple[Terms, ...]:
    """The calendar's terms in order of their first day; the first hold from the beginning of time."""
    terms = [
        Terms(
            start=date.min,
            week=spec.hours or (),
            codes=spec.holidays,
            closed=spec.closed,
            open=spec.open,
            cut_off=spec.cut_off,
            any_of=spec.any_of or (),
            all_of=spec.all_of or (),
        )
    ]
    for version in spec.versions:
        before, named = terms[-1], version.model_fields_set
        recombined = bool(version.any_of or version.all_of)
        terms.append(
            Terms(
                start=version.start,
                week=(version.hours or ()) if "hours" in named else before.week,
                codes=version.holidays if "holidays" in named else before.codes,
                closed=version.closed if "closed" in named else before.closed,
                open=version.open if "open" in named else before.open,
                cut_off=version.cut_off if "cut_off" in named else before.cut_off,
                any_of=(version.any_of or ()) if recombined else before.any_of,
                all_of=(version.all_of or ()) if recombined else before.all_of,
            )
        )
    return tuple(terms)


def terms_on(terms: tuple[Terms, ...], day: date) -> Terms:
    """The terms in force on a local day."""
    return terms[bisect_right(terms, day, key=lambda one: one.start) - 1]


def terms_hash(zone: str, terms: tuple[Terms, ...], members: Mapping[str, str]) -> str:
    """SHA-256 of the content, members' hashes included. The same hours spelled in another way hash the same."""
    content = {
        "zone": zone,
        "terms": [
            {
                "start": str(one.start),
                "week": one.week,
                "codes": one.codes,
                "closed": [str(span) for span in one.closed],
                "open": {str(day): spans for day, spans in one.open.items()},
                "cut_off": one.cut_off,
                "any_of": sorted(members[name] for name in one.any_of),
                "all_of": sorted(members[name] for name in one.all_of),
            }
            for one in terms
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Open spans of a local day, or the reason why there are none."""

    spans: tuple[Span, ...]
    why_closed: str | None


def plan_day(terms: Terms, day: date) -> DayPlan:
    """Hours of a local day under the terms in force on it. The year's holidays must be known."""
    if (own := terms.open.get(day)) is not None:
        return DayPlan(own, None)
    if any(day in span for span in terms.closed):
        return DayPlan((), "closed by the agreement")
    public = [public_days(code, day.year) for code in terms.codes]
    for one in public:
        if (name := one.holidays.get(day)) is not None:
            return DayPlan((), f"holiday: {name}")
    weekday = day.weekday()
    for one in public:
        if day in one.workdays:
            replaced = one.workdays[day]
            spans = (replaced and terms.week[replaced.weekday()]) or terms.week[MONDAY] or terms.week[weekday]
            if spans:
                return DayPlan(spans, None)
    if spans := terms.week[weekday]:
        return DayPlan(spans, None)
    return DayPlan((), "weekend" if weekday >= SATURDAY else f"no hours on {WEEKDAY_NAMES[weekday]}s")


def is_always(terms: tuple[Terms, ...]) -> bool:
    """Whether it never closes."""
    return all(
        one.week
        and all(spans == ((0, 86_400_000_000),) for spans in one.week)
        and not (one.codes or one.closed or one.open)
        for one in terms
    )


def known_days(terms: tuple[Terms, ...]) -> tuple[date, date]:
    """First and last local day for which hours can be known: the holiday data's years, else years 3 to 9997.

    Only terms that use public holidays are bound by their years. A few days at either end are kept back: to know a
    day, the shifts of its neighbours must be known.
    """
    first, last = 3, 9997
    starts = [one.start.year for one in terms]
    for one, begun, ended in zip(terms, starts, [*starts[1:], date.max.year], strict=True):
        for low, high in map(known_years, one.codes):
            if begun < low:
                first = max(first, low)
            if ended > high:
                last = min(last, high)
    return date(first, 1, 4), date(last, 12, 28)
