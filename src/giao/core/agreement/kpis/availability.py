"""`availability`: 1 − unplanned ÷ (agreed − planned), in time of the service calendar.

Outages are facts `giao.fact.outage` {from, until, service, planned, users}. Planned ones leave numerator and
denominator, also where an unplanned one overlaps them; overlapping unplanned ones count once, or, weighed by users, as
all users that are hit, never more than there are. An outage without `until` goes on. As long as no outage of the
service was ever reported there is no data: silence is not availability (report one of zero length to say "none").
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from giao.core.agreement.document.kpi import Availability
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Fact
from giao.core.agreement.kpis.fact_rows import past_facts
from giao.core.agreement.kpis.measured import Measured, Unit
from giao.core.agreement.kpis.roles import EXCLUDED, MISSED
from giao.core.agreement.kpis.rows import frame_of, make_rows
from giao.core.agreement.kpis.task import Task
from giao.core.agreement.quantity import SECOND
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY, midnight_us
from giao.core.calendars import Calendar
from giao.core.told import told

PLANNED = "planned"


@dataclass(frozen=True)
class Outage:
    """[start, end) in UTC microseconds; `users` hit, when told."""

    start: int
    end: int
    planned: bool
    users: Fraction | None


@dataclass(frozen=True)
class Downtime:
    """Time in a window, in microseconds (weighed by users: user-microseconds over all users)."""

    agreed: int
    planned: int
    lost: Fraction


def downtime(
    calendar: Calendar, start: int, end: int, outages: list[Outage], users: Fraction | None
) -> Downtime:
    """What of [start, end) was agreed, planned and lost. `users`: how many there are, to weigh by those hit."""
    cuts = sorted(
        {start, end, *(at for outage in outages for at in (outage.start, outage.end) if start < at < end)}
    )
    planned, lost = 0, Fraction(0)
    for low, high in itertools.pairwise(cuts):
        here = [outage for outage in outages if outage.start <= low and high <= outage.end]
        if not here:
            continue
        length = calendar.between(low, high)
        if any(outage.planned for outage in here):
            planned += length
        elif users is None:
            lost += length
        else:
            hit = sum((users if outage.users is None else outage.users for outage in here), Fraction(0))
            lost += length * min(hit, users) / users
    return Downtime(calendar.between(start, end), planned, lost)


@dataclass(frozen=True)
class AvailabilityMeter:
    task: Task[Availability]
    calendar: Calendar
    outages: tuple[Outage, ...]
    users: Fraction | None
    known: bool
    labels: tuple[str, ...] = ()
    unit: Unit = "share"
    counted: bool = False

    def measure(self, window: Window, group: str | None = None) -> Measured:
        start, end = self._bounds(window)
        here = self._touching(start, end)
        if not self.known or end <= start:
            return Measured()
        found = downtime(self.calendar, start, end, here, self.users)
        base = Fraction(found.agreed - found.planned)
        counted = [outage for outage in here if not outage.planned]
        planned = len(here) - len(counted)
        return Measured(
            value=(base - found.lost) / base if base else None,
            n=len(counted),
            misses=len(counted),
            numerator=(base - found.lost) / SECOND,
            denominator=base / SECOND,
            excluded={PLANNED: planned} if planned else {},
        )

    def members(self, window: Window, judged_from: int | None, handed_on: bool) -> pl.DataFrame:
        start, end = self._bounds(window)
        here = self._touching(start, end)
        at = np.array([max(outage.start, start) for outage in here], dtype=np.int64)
        until = [min(outage.end, end) for outage in here]
        lost = np.array(
            [self.calendar.between(int(low), high) for low, high in zip(at, until, strict=True)],
            dtype=np.int64,
        )
        planned = np.array([outage.planned for outage in here], dtype=bool)
        rows = make_rows(
            at=at,
            role=MISSED,
            instance=np.arange(len(here), dtype=np.int64),
            value=lost,
            scale=SECOND,
        )
        return frame_of(rows.moved(planned, EXCLUDED, PLANNED), window.id)

    def _bounds(self, window: Window) -> tuple[int, int]:
        """The window, up to now; with `partial: full` the whole of its unit."""
        start, end = window.start_us, window.end_us
        if self.task.kpi.partial == "full":
            zone = self.task.ground.inputs.zone
            start = midnight_us(window.full_first, zone)
            end = midnight_us(window.full_last + ONE_DAY, zone)
        return start, min(end, self.task.ground.inputs.as_of_us)

    def _touching(self, start: int, end: int) -> list[Outage]:
        return [
            outage
            for outage in self.outages
            if outage.start < end and start < outage.end and outage.start < outage.end
        ]


def availability_meter(task: Task[Availability]) -> AvailabilityMeter:
    kpi = task.kpi
    if kpi.weigh is not None and not kpi.users:
        raise AgreementError(
            told(
                "kpi_error.users",
                "kpis.{name}: weigh: users needs users, how many there are, e.g. users: 1000",
                name=task.name,
            )
        )
    outages = tuple(_outage(task, fact) for fact in _facts(task))
    users = Fraction(kpi.users) if kpi.weigh is not None and kpi.users else None
    calendar = task.ground.calendar(task.version, kpi.calendar)
    return AvailabilityMeter(task, calendar, outages, users, bool(outages))


def _facts(task: Task[Availability]) -> list[Fact]:
    service = task.kpi.service
    return [
        fact
        for fact in past_facts(task.ground, "fact.outage")
        if service is None or str(fact.data.get("service", service)) == service
    ]


def _outage(task: Task[Availability], fact: Fact) -> Outage:
    inputs = task.ground.inputs
    start = fact.instant("from", inputs.zone)
    end = fact.instant("until", inputs.zone) if fact.data.get("until") is not None else inputs.as_of_us
    users = fact.data.get("users")
    return Outage(
        start, end, _true(fact.data.get("planned")), None if users is None else Fraction(fact.number("users"))
    )


def _true(value: object) -> bool:
    return str(value).strip().lower() in ("true", "yes", "1")
