"""Reads: where a page stands, and the statements of its reading as values of the library."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from django.http import HttpRequest

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.results import Statement
from giao.core.agreement.stored_statement import read_statement
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.readings.compute import results_of
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import KpiFigure, Reading
from giao.kernel.readings.queries import Shown, shown_reading

Review = Literal["provisional", "under_review", "closed"]


@dataclass(frozen=True)
class Ground:
    """`shown` is None while there is nothing to read; `missing` says what has to come first."""

    standing: Standing
    shown: Shown | None
    missing: str
    versions: tuple[Agreement, ...]

    @property
    def reading(self) -> Reading | None:
        return self.shown.reading if self.shown else None

    @property
    def today(self) -> date:
        """The local day at which the numbers stand."""
        moment = self.reading.as_of if self.reading else self.standing.instant
        return moment.astimezone(self.standing.zone).date()

    def version_of(self, month: str) -> Agreement:
        """The version in force at a month's end (the first one before the service began)."""
        last = last_day(month)
        return next((item for item in reversed(self.versions) if item.starts <= last), self.versions[0])


def ground_for(request: HttpRequest, slug: str) -> Ground:
    """Raises Http404 for a stranger, BadInstant for an instant that is none."""
    return ground_on(standing_for(request, slug))


def ground_on(standing: Standing) -> Ground:
    """The same for whoever was let in already: a person or a service token."""
    shown, missing = None, ""
    try:
        shown = shown_reading(standing.engagement, standing.as_of if standing.chosen else None, whole=True)
    except NothingToRead as error:
        missing = error.missing
    rows = versions_in_force(standing.engagement)
    return Ground(standing, shown, missing, tuple(_document(row.text, row.number) for row in rows))


@lru_cache(maxsize=64)
def _document(text: str, number: int) -> Agreement:
    return parse_agreement(text, f"v{number}")[0]


def last_day(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def statements_of(reading: Reading) -> list[Statement]:
    """Every month's statement of a ready reading, in order of time."""
    found = results_of(reading).summary.get("statements")
    return [read_statement(item) for item in found] if isinstance(found, list) else []


def review_of(statement: Statement, agreement: Agreement, today: date) -> Review:
    """Provisional until the month is over or while a fact is missing; then under review until it closes."""
    if statement.closed:
        return "closed"
    over = last_day(statement.month) < today
    missing = any(line.provisional for line in (*statement.lines, *statement.extras))
    return "under_review" if over and not missing else "provisional"


def closes_on(statement: Statement, agreement: Agreement) -> date:
    return agreement.close.after(last_day(statement.month))


def windows_with_misses(ground: Ground) -> frozenset[tuple[str, str]]:
    """(KPI, window) of numbers that name the cases that missed; others are made of all their cases."""
    rows = KpiFigure.objects.filter(
        engagement=ground.standing.engagement, reading=ground.reading, group="", misses__gt=0
    )
    return frozenset(rows.values_list("kpi", "window"))
