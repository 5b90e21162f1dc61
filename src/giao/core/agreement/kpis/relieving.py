"""What an agreed relief takes out of a KPI: cases, intervals, whole windows. (Effect `time` is a pause of the clocks.)

Claims by facts and patterns hold when they are approved (`giao.core.agreement.relief`). A condition on measures
(`received > 1.10 * forecast`, `per: day`) was agreed with the document and is measured, not claimed: it holds by
itself. Its measures are `received`, `delivered`, `cancelled` and `forecast` of the interval (or of the window, without
`per`). A case belongs to the interval in which it was received; what was never received, to that of its counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.document.clock import Relief
from giao.core.agreement.document.kpi import KpiBase, WindowSpec
from giao.core.agreement.kpis.forecast import forecast_of
from giao.core.agreement.kpis.ground import NEVER, Ground, Integers
from giao.core.agreement.kpis.rows import NOBODY, Rows
from giao.core.agreement.quantity import HOUR
from giao.core.agreement.relief import ENDLESS
from giao.core.agreement.results import Window
from giao.core.agreement.windows import local_day, windows
from giao.core.rules import compile_rule

Mask = npt.NDArray[np.bool_]

MEASURES = ("received", "delivered", "cancelled", "forecast")
"""Names that a relief's condition on an interval or window may use."""


def reason_of(key: str) -> str:
    return f"relief:{key}"


def applies(kpi: KpiBase, key: str) -> bool:
    """Whether a relief entry applies to a KPI: all do unless it names some."""
    return kpi.relief is None or key in kpi.relief


def relieved(ground: Ground, version: int, kpi: KpiBase, rows: Rows) -> Rows:
    """Rows with the cases and intervals that are excused taken out, each with the relief as its reason."""
    if not len(rows) or not any(entry.relief for entry in ground.inputs.versions):
        return rows
    for key, cases in ground.kept("relieved cases", lambda: _relieved_cases(ground)).items():
        if applies(kpi, key):
            rows = rows.excluding((rows.case != NOBODY) & cases[rows.case], reason_of(key))
    for spell in ground.kept(("intervals", version), lambda: _intervals(ground, version)):
        if applies(kpi, spell.relief):
            rows = rows.excluding(_within(ground, version, rows, spell), reason_of(spell.relief))
    return rows


def blocked_windows(ground: Ground, version: int, kpi: KpiBase, listed: Sequence[Window]) -> dict[str, str]:
    """Windows without a result by a relief of effect `window`: id to reason."""
    found: dict[str, str] = {}
    agreement = ground.inputs.versions[version]
    if not any(entry.relief for entry in ground.inputs.versions):
        return found
    for key, start, until in ground.kept(("claimed", "window"), lambda: _claimed(ground, "window")):
        if applies(kpi, key):
            for window in listed:
                if start < window.end_us and window.start_us < max(until, start + 1):
                    found.setdefault(window.id, reason_of(key))
    for entry in agreement.relief:
        if entry.effect == "window" and entry.when is not None and applies(kpi, entry.key):
            starts = np.array([window.start_us for window in listed], dtype=np.int64)
            ends = np.array([window.end_us for window in listed], dtype=np.int64)
            days = [(window.first, window.last) for window in listed]
            forecasts = [forecast_of(agreement.work.forecast, first, last) for first, last in days]
            flags = _flagged(ground, version, entry, starts, ends, forecasts)
            for window in (listed[int(at)] for at in np.flatnonzero(flags)):
                found.setdefault(window.id, reason_of(entry.key))
    return found


@dataclass(frozen=True)
class Excused:
    """Intervals [starts, ends) that a relief takes out, sorted and disjoint; `cases`: only those, else all."""

    relief: str
    starts: Integers
    ends: Integers
    cases: Mask | None = None


def _relieved_cases(ground: Ground) -> dict[str, Mask]:
    """By relief, the cases that are out."""
    found: dict[str, Mask] = {}
    frame = ground.reliefs.cases()
    for (key,), part in frame.group_by("relief", maintain_order=True):
        mask = np.zeros(ground.n_cases, dtype=bool)
        mask[part["case"].to_numpy()] = True
        found[str(key)] = mask
    return found


def _claimed(ground: Ground, effect: str) -> list[tuple[str, int, int]]:
    """(relief, start, until) of the claims of an effect that hold. An event without `until` is an instant."""
    frame = ground.reliefs.claims.filter(pl.col("active") & (pl.col("effect") == effect))
    found = []
    for row in frame.select(
        "relief", "start_event", pl.col("start").to_physical(), pl.col("until").to_physical()
    ).iter_rows():
        key, event, start, until = row
        found.append(
            (key, start, until if until is not None else start + 1 if event is not None else ENDLESS)
        )
    return found


def _intervals(ground: Ground, version: int) -> list[Excused]:
    agreement = ground.inputs.versions[version]
    found = []
    for entry in agreement.relief:
        if entry.effect == "interval" and entry.when is not None:
            starts, ends, forecasts = _grid(ground, version, entry)
            flags = _flagged(ground, version, entry, starts, ends, forecasts)
            found.append(Excused(entry.key, starts[flags], ends[flags]))
    claims = ground.reliefs.claims.filter(pl.col("active") & (pl.col("effect") == "interval"))
    for row in claims.select(
        "relief", "case", "all_cases", pl.col("start").to_physical(), pl.col("until").to_physical()
    ).iter_rows():
        key, case, everyone, start, until = row
        only = None
        if not everyone:
            only = np.zeros(ground.n_cases, dtype=bool)
            only[case] = True
        bounds = np.array([start]), np.array([ENDLESS if until is None else until])
        found.append(Excused(key, *bounds, only))
    return found


def _within(ground: Ground, version: int, rows: Rows, spell: Excused) -> Mask:
    """Rows whose case was received (or which are counted) within the intervals."""
    if not len(spell.starts):
        return np.zeros(len(rows), dtype=bool)
    instant = rows.at
    if ground.n_cases:
        received = ground.life(ground.inputs.versions[version]).received[np.maximum(rows.case, 0)]
        instant = np.where((rows.case != NOBODY) & (received != NEVER), received, rows.at)
    at = np.searchsorted(spell.starts, instant, side="right") - 1
    found: Mask = (at >= 0) & (instant < spell.ends[np.maximum(at, 0)])
    if spell.cases is not None:
        found &= (rows.case != NOBODY) & spell.cases[np.maximum(rows.case, 0)]
    return found


def _grid(ground: Ground, version: int, entry: Relief) -> tuple[Integers, Integers, list[Decimal | None]]:
    """The intervals of a relief `per` day, hour, week or month over the log, with the forecast of each."""
    inputs = ground.inputs
    received = ground.life(inputs.versions[version]).received
    known = received[received != NEVER]
    if not len(known):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, []
    first, last = (local_day(int(at), inputs.zone) for at in (known.min(), known.max()))
    unit = "day" if entry.per == "hour" else entry.per or "day"
    listed = windows(WindowSpec(unit=unit), first, last, inputs.zone, until=last)
    forecast = inputs.versions[version].work.forecast
    # A week or month at the log's edge is still judged whole: its forecast is for all of its days.
    starts = np.array([window.start_us for window in listed], dtype=np.int64)
    ends = np.array([window.end_us for window in listed], dtype=np.int64)
    numbers = [forecast_of(forecast, window.full_first, window.full_last) for window in listed]
    if entry.per != "hour":
        return starts, ends, numbers
    hours = [np.arange(start, end, HOUR) for start, end in zip(starts, ends, strict=True)]
    by_hour = [
        None if number is None else number / len(of_day)
        for of_day, number in zip(hours, numbers, strict=True)
        for _ in of_day
    ]
    begun = np.concatenate(hours)
    return begun, np.minimum(begun + HOUR, np.repeat(ends, [len(of_day) for of_day in hours])), by_hour


def _flagged(
    ground: Ground,
    version: int,
    entry: Relief,
    starts: Integers,
    ends: Integers,
    forecasts: Sequence[Decimal | None],
) -> Mask:
    """Intervals in which the condition on the measures is true."""
    life = ground.life(ground.inputs.versions[version])
    counts = {}
    for name, instants in (
        ("received", life.received),
        ("delivered", life.delivered),
        ("cancelled", life.cancelled),
    ):
        known = np.sort(instants[instants != NEVER])
        counts[name] = np.searchsorted(known, ends) - np.searchsorted(known, starts)
    rule = compile_rule(entry.when or "", names=MEASURES)
    found = np.zeros(len(starts), dtype=bool)
    for at in range(len(starts)):
        context: dict[str, Decimal | None] = {
            name: Decimal(int(number[at])) for name, number in counts.items()
        }
        found[at] = rule.evaluate(context | {"forecast": forecasts[at]}) is True
    return found
