"""Spans: a month cut where a version, an anniversary of the term or a phase changes, so that one price holds in each.

Also the periods (month, quarter, year) of fixed prices and minimum commitments, in days.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from giao.core.agreement.document.charge import Every
from giao.core.agreement.document.work import Phase
from giao.core.agreement.phases import phase_days
from giao.core.agreement.pricing.index import anniversaries
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY, first_of, midnight_us, next_first

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs


@dataclass(frozen=True)
class Span:
    """Days `first`..`last` (both included) under one version, one anniversary and one set of phases."""

    first: date
    last: date
    start_us: int
    end_us: int
    version: int
    phases: tuple[Phase, ...] = ()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def price_factor(self) -> Fraction:
        """Product of the price factors of the phases that hold; 1 without any."""
        result = Fraction(1)
        for phase in self.phases:
            if phase.price_factor is not None:
                result *= Fraction(phase.price_factor)
        return result


@dataclass(frozen=True)
class Period:
    """A month, quarter or calendar year: its whole days, and those within the service (first to last measured)."""

    full_first: date
    full_last: date
    first: date
    last: date

    @property
    def full_days(self) -> int:
        return (self.full_last - self.full_first).days + 1

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def spans(inputs: Inputs, first: date, last: date) -> list[Span]:
    """The days `first`..`last` cut into spans."""
    cuts = {first, last + ONE_DAY}
    term_start = inputs.versions[0].term.start
    cuts |= {version.starts for version in inputs.versions}
    cuts |= set(anniversaries(term_start, last))
    for version in inputs.versions:
        for phase in phase_days(version.phases, term_start):
            cuts |= {phase.first, phase.last + ONE_DAY}
    edges = sorted(cut for cut in cuts if first <= cut <= last + ONE_DAY)
    found = []
    for start, end in itertools.pairwise(edges):
        number = inputs.version_index(start)
        found.append(
            Span(
                first=start,
                last=end - ONE_DAY,
                start_us=midnight_us(start, inputs.zone),
                end_us=midnight_us(end, inputs.zone),
                version=number,
                phases=tuple(
                    item.phase
                    for item in phase_days(inputs.versions[number].phases, term_start)
                    if item.holds(start)
                ),
            )
        )
    return found


def period_of(day: date, every: Every, service_start: date, term_end: date) -> Period:
    """The period that holds a day. A year is the calendar year, as in the windows; cut to the service."""
    full_first = first_of(day, every)
    full_last = next_first(full_first, every) - timedelta(days=1)
    return Period(full_first, full_last, max(full_first, service_start), min(full_last, term_end))


def period_ending(month: Window, every: Every, service_start: date, term_end: date) -> Period | None:
    """The period whose last measured day lies in the month; None when none ends there."""
    period = period_of(month.last, every, service_start, term_end)
    return period if period.last == month.last else None


def days_of(period: Period) -> Iterator[date]:
    day = period.first
    while day <= period.last:
        yield day
        day += ONE_DAY
