"""The queue: cases with a clock that still runs, by what is left of its budget; the overdue first, the longest first.

A case stands once, with its most urgent clock among those that were asked for, so that the rows are cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from giao.core.agreement.document.clock import Clock
from giao.core.calendars import Calendar
from giao.kernel.readings.figures import (
    clocks_of_open_cases,
    is_at_risk_clock,
    is_open_clock,
    is_overdue_clock,
)
from giao.steps.run.monitor.attributes import CaseAttribute, cases_frame
from giao.steps.run.monitor.business_hours import Hour, business_day_us, calendars_of, next_hours
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.words import is_business

STATES = ("overdue", "at_risk", "running", "paused")


@dataclass(frozen=True)
class Due:
    """How many cases fall due in an hour, by clock state."""

    hour: Hour
    count: int


def open_clocks(ground: Ground, clock: str = "", state: str = "") -> pl.LazyFrame:
    """Instances that still run: columns of the stored clocks, and ``urgency`` (overdue, at_risk, running, paused)."""
    results = ground.results
    assert results is not None
    urgency = (
        pl.when(is_overdue_clock())
        .then(pl.lit("overdue"))
        .when(is_at_risk_clock())
        .then(pl.lit("at_risk"))
        .otherwise(pl.col("state"))
    )
    running = is_open_clock() & pl.col("stopped").is_null()
    frame = clocks_of_open_cases(results.cases, results.clocks).filter(running)
    frame = frame.with_columns(urgency.alias("urgency"))
    if clock:
        frame = frame.filter(pl.col("clock") == clock)
    if state:
        frame = frame.filter(pl.col("urgency") == state)
    return frame


def queue(
    ground: Ground, attributes: Sequence[CaseAttribute], clock: str = "", state: str = ""
) -> pl.LazyFrame:
    """A row a case: its most urgent open clock, with the case's own columns.

    Columns of the clock: c_clock, c_state (urgency), c_due, c_left (budget − consumed, µs), c_used, c_budget, c_version,
    c_target.
    """
    clocks = (
        open_clocks(ground, clock, state)
        .sort("remaining_us", "due", "clock", "instance", nulls_last=True)
        .unique("case", keep="first", maintain_order=True)
        .select(
            "case",
            pl.col("clock").alias("c_clock"),
            pl.col("urgency").alias("c_state"),
            pl.col("due").alias("c_due"),
            pl.col("remaining_us").alias("c_left"),
            pl.col("consumed_us").alias("c_used"),
            pl.col("budget_us").alias("c_budget"),
            pl.col("version").alias("c_version"),
            pl.col("target").alias("c_target"),
        )
    )
    return clocks.join(cases_frame(ground, attributes), on="case", how="left")


def counts(ground: Ground, clock: str = "") -> dict[str, int]:
    """Cases by urgency; a case with two such clocks counts in each."""
    frame = open_clocks(ground, clock).group_by("urgency").agg(pl.col("case").n_unique()).collect()
    found: dict[str, int] = dict(frame.iter_rows())
    return {state: int(found.get(state, 0)) for state in STATES}


def due_by_hour(ground: Ground, clock: str = "") -> list[Due]:
    """Cases whose clock falls due in each open hour of this and the next business day."""
    calendar = main_calendar(ground)
    hours = next_hours(calendar, ground.as_of_us, ground.zone)
    if not hours:
        return []
    dues = (
        open_clocks(ground, clock)
        .filter(pl.col("urgency").is_in(["at_risk", "running"]) & pl.col("due").is_not_null())
        .select("case", pl.col("due").dt.epoch("us").alias("due"))
        .collect()
    )
    return [
        Due(
            hour,
            dues.filter((pl.col("due") >= max(hour.start_us, ground.as_of_us)) & (pl.col("due") < hour.end_us))["case"].n_unique(),
        )
        for hour in hours
    ]  # fmt: skip


def main_calendar(ground: Ground) -> Calendar | None:
    """The calendar that most clocks of the agreement keep; None where none does."""
    if not ground.versions:
        return None
    names = [clock.calendar for clock in ground.agreement.clocks.values() if clock.calendar]
    if not names:
        return None
    most = max(names, key=lambda name: (names.count(name), -names.index(name)))
    return calendars_of(ground.versions, ground.version, ground.today)[most]


class Lengths:
    """How a clock's time is told: open or elapsed, and how long its business day is. Looked up once a page."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[tuple[str, int, int], tuple[bool, int | None]] = {}

    def of(self, clock: str, version: int, target: int) -> tuple[bool, int | None]:
        """(business, µs of a business day)."""
        key = (clock, version, target)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, name: str, version: int, target: int) -> tuple[bool, int | None]:
        versions = self._ground.versions
        if not 0 <= version < len(versions):
            return False, None
        agreement = versions[version]
        clock: Clock | None = agreement.clocks.get(name)
        if clock is None or not is_business(clock, target):
            return False, None
        own = clock.targets[target].calendar if 0 <= target < len(clock.targets) else None
        calendars: Mapping[str, Calendar] = calendars_of(versions, version, self._ground.today)
        return True, business_day_us(calendars.get(own or clock.calendar or ""), self._ground.today)
