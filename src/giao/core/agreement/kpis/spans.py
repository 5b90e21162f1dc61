"""Over which windows a KPI is measured, and by which version of the agreement.

The version in force on a window's first measured day gives levels and definition. A KPI that exists only in some
versions is measured only there: the days of the others are cut away. So are they where a new version counts other
windows (months, then quarters): no day is counted twice, none is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from giao.core.agreement.context import Inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.kpi import KpiBase
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY, windows

_LEVELS = {
    "title",
    "expected",
    "minimum",
    "baseline",
    "ratchet",
    "points",
    "critical",
    "category",
    "tower",
    "credit",
}
"""Fields that say how a number is judged and paid, not how it is measured."""


@dataclass(frozen=True)
class Span:
    """Consecutive windows of one KPI, measured in the same way. `versions` are positions, one a window."""

    kpi: str
    windows: tuple[Window, ...]
    versions: tuple[int, ...]


def kpi_names(inputs: Inputs) -> list[str]:
    """Every KPI of every version, as the latest document orders them; dropped ones after it."""
    return list(dict.fromkeys(name for version in reversed(inputs.versions) for name in version.kpis))


def spans(inputs: Inputs, name: str, like: KpiBase | None = None) -> list[Span]:
    """The windows of a KPI that have begun, in order; those of another KPI when `like` is one."""
    found: list[Span] = []

    def alike(one: int, other: int) -> bool:
        """Whether two versions measure the KPI in the same way."""
        return one == other or _measure_key(inputs.versions[one], name) == _measure_key(
            inputs.versions[other], name
        )

    for first, last in _runs(inputs, name):
        definition = like or inputs.versions[inputs.version_index(first)].kpis[name]
        listed = windows(
            definition.window,
            first,
            last,
            inputs.zone,
            until=inputs.today,
            partial=definition.partial,
            anniversary=inputs.versions[0].term.start,
        )
        for window in listed:
            version = inputs.version_index(window.first)
            before = found[-1] if found else None
            same_run = before is not None and before.windows[0].first >= first
            if before is not None and same_run and alike(before.versions[0], version):
                found[-1] = Span(name, (*before.windows, window), (*before.versions, version))
            else:
                found.append(Span(name, (window,), (version,)))
    return found


def _runs(inputs: Inputs, name: str) -> Iterator[tuple[date, date]]:
    """Days over which the KPI exists and counts the same windows: (first, last), both included."""
    versions = inputs.versions
    open_run: tuple[date, Any] | None = None
    for index, version in enumerate(versions):
        begins = inputs.service_start if index == 0 else max(version.starts, inputs.service_start)
        key = _window_key(version.kpis.get(name))
        if open_run is not None and key != open_run[1]:
            if open_run[0] < begins:
                yield open_run[0], begins - ONE_DAY
            open_run = None
        if open_run is None and key is not None:
            open_run = (begins, key)
    if open_run is not None and open_run[0] <= inputs.term_end:
        yield open_run[0], inputs.term_end


def _window_key(kpi: KpiBase | None) -> Any:
    return None if kpi is None else (kpi.window, kpi.partial)


def _measure_key(version: Agreement, name: str) -> str:
    """Text that is equal for two versions exactly when they measure the KPI in the same way."""
    kpi = version.kpis[name]
    parts: list[Any] = [
        kpi.model_dump(mode="json", exclude=_LEVELS),
        version.work.model_dump(mode="json"),
        version.where,
        [relief.model_dump(mode="json") for relief in version.relief],
        [
            duty.model_dump(mode="json")
            for duty in (*version.obligations, *version.risk_controls, *version.exit)
        ],
        {key: spec.model_dump(mode="json") for key, spec in version.calendars.items()},
    ]
    clock = getattr(kpi, "clock", None)
    if clock in version.clocks:
        parts.append(version.clocks[clock].model_dump(mode="json"))
    return json.dumps(parts, sort_keys=True, default=str)
