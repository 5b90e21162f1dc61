"""Levels of a window, where they come from, and the state of a value against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.kpi import Baseline, KpiBase, Score
from giao.core.agreement.kpis.statistics import mean
from giao.core.agreement.phases import phase_days
from giao.core.agreement.quantity import Level
from giao.core.agreement.results import KpiState

Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class Levels:
    """`origin` is `document`, `phase:<name>`, `baseline`, `tier:<number>` or `none`."""

    expected: Fraction | None
    minimum: Fraction | None
    origin: str

    @property
    def none(self) -> bool:
        return self.expected is None and self.minimum is None


NO_LEVELS = Levels(None, None, "none")


def worse(value: Fraction, level: Fraction, direction: Direction) -> bool:
    """Whether a value misses a level; equality reaches it."""
    return value < level if direction == "higher" else value > level


def state(value: Fraction | None, levels: Levels, direction: Direction) -> KpiState:
    """met, between (expected_default), below minimum, or no data. With one level, below it is minimum_default."""
    if value is None:
        return "no_data"
    if levels.minimum is not None and worse(value, levels.minimum, direction):
        return "minimum_default"
    if levels.expected is not None and worse(value, levels.expected, direction):
        return "expected_default" if levels.minimum is not None else "minimum_default"
    return "met"


def document_levels(version: Agreement, name: str, day: date) -> Levels:
    """What the document says for a day: the phase's own levels, else the KPI's. Baselines are not looked at."""
    kpi = version.kpis[name]
    for item in phase_days(version.phases, version.term.start):
        own = item.phase.levels.get(name)
        if own is not None and item.holds(day):
            return Levels(_number(own.expected, kpi), _number(own.minimum, kpi), f"phase:{item.phase.name}")
    levels = Levels(_number(kpi.expected, kpi), _number(kpi.minimum, kpi), "document")
    return NO_LEVELS if levels.none else levels


def baseline_levels(baseline: Baseline, measured: Sequence[Fraction], direction: Direction) -> Levels:
    """From the first so many measured results: expected is their mean, minimum their worst. None before they exist."""
    first = list(measured[: baseline.months])
    if len(first) < baseline.months:
        return NO_LEVELS
    return Levels(mean(first), min(first) if direction == "higher" else max(first), "baseline")


def _number(level: Level | None, kpi: KpiBase) -> Fraction | None:
    if level is None:
        return None
    points = isinstance(kpi, Score) and kpi.method == "nps" and level.unit == "share"
    return Fraction(level.value) * (100 if points else 1)
