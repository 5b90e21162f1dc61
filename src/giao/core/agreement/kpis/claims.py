"""Relief claims that nobody has agreed yet: what each number would be if they were. They change nothing by themselves.

Claims under one relief entry are told together (a pattern may make one a case); a claim alone keeps its own id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.document.clock import Clock
from giao.core.agreement.document.kpi import Composite, KpiBase
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.kpis.relieving import applies
from giao.core.agreement.names import clocks_read, read_condition, with_clocks
from giao.core.agreement.results import Claim, KpiResult

Again = Callable[[frozenset[str], bool], Mapping[str, Measurement]]
"""Measures everything again with these claims taken as agreed; the flag says whether clocks change."""


@dataclass(frozen=True)
class Waiting:
    """The pending claims under one relief entry. `cases` None: all cases."""

    key: str
    kind: str
    effects: frozenset[str]
    ids: tuple[str, ...]
    cases: npt.NDArray[np.int64] | None
    missing: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.ids[0] if len(self.ids) == 1 else self.key


def waiting_claims(ground: Ground) -> list[Waiting]:
    """Pending claims by relief entry, in the document's order."""
    if not any(version.relief for version in ground.inputs.versions):
        return []
    pending = ground.reliefs.pending
    found = []
    for (key,), part in pending.group_by("relief", maintain_order=True):
        everyone = bool(part["all_cases"].any())
        found.append(
            Waiting(
                key=str(key),
                kind=str(part["kind"][0]),
                effects=frozenset(part["effect"].unique().to_list()),
                ids=tuple(part["claim"].unique(maintain_order=True).to_list()),
                cases=None
                if everyone
                else part["case"].drop_nulls().unique().sort().cast(pl.Int64).to_numpy(),
                missing=tuple(sorted(set(part["missing"].explode().drop_nulls().to_list()))),
            )
        )
    return found


def with_claims(ground: Ground, measured: Mapping[str, Measurement], again: Again) -> dict[str, Measurement]:
    """The measurements with the pending claims that concern each result beside it."""
    claims: dict[tuple[str, str], list[Claim]] = {}
    for waiting in waiting_claims(ground):
        other = again(frozenset(waiting.ids), "time" in waiting.effects)
        for name, measurement in measured.items():
            if name not in other or not _concerns(ground, name, waiting):
                continue
            for result in measurement.results:
                would_be = other[name].result(result.window.id)
                claim = _claim(measurement, result, would_be, waiting)
                if claim is not None:
                    claims.setdefault((name, result.window.id), []).append(claim)
    if not claims:
        return dict(measured)
    return {
        name: replace(
            measurement,
            results=tuple(
                replace(result, claims=tuple(claims.get((name, result.window.id), ())))
                for result in measurement.results
            ),
        )
        for name, measurement in measured.items()
    }


def _claim(
    measurement: Measurement, result: KpiResult, would_be: KpiResult | None, waiting: Waiting
) -> Claim | None:
    """None where the claims touch no case of the window and change nothing in it."""
    changed = would_be is None or (would_be.value, would_be.n, would_be.misses, would_be.state) != (
        result.value,
        result.n,
        result.misses,
        result.state,
    )
    members = measurement.members(result.window.id).filter(
        pl.col("role").is_in(["met", "missed", "counted", "open_overdue"])
    )
    if waiting.cases is not None:
        members = members.filter(pl.col("case").is_in(pl.Series(waiting.cases, dtype=pl.UInt32).implode()))
    touched = members.select("case").n_unique() if not members.is_empty() else 0
    if not changed and not touched:
        return None
    return Claim(
        id=waiting.id,
        relief=waiting.key,
        kind=waiting.kind,
        cases=touched,
        would_be=None if would_be is None else would_be.value,
        missing=waiting.missing,
    )


def _concerns(ground: Ground, name: str, waiting: Waiting) -> bool:
    """Whether claims can change a KPI: those for time only through a clock that it measures or reads, the others through its own list; a
    composite through its parts."""
    for version in ground.inputs.versions:
        kpi = version.kpis.get(name)
        if kpi is None:
            continue
        if isinstance(kpi, Composite) and any(_concerns(ground, part, waiting) for part in kpi.of_kpis):
            return True
        if waiting.effects - {"time"} and applies(kpi, waiting.key):
            return True
        if "time" in waiting.effects and any(
            clock in version.clocks and _pauses(version.clocks[clock], waiting.key)
            for clock in (*clocks_of(kpi), *clocks_read_by(kpi, ground))
        ):
            return True
    return False


def clocks_of(kpi: KpiBase) -> list[str]:
    """Clocks that a KPI measures itself."""
    sides: list[Any] = [kpi, getattr(kpi, "numerator", None), getattr(kpi, "denominator", None)]
    return [clock for side in sides if isinstance(clock := getattr(side, "clock", None), str)]


def clocks_read_by(kpi: KpiBase, ground: Ground) -> list[str]:
    """Clocks that a KPI's conditions read."""
    texts = [getattr(kpi, key, None) for key in ("where", "exclude", "good", "bad")]
    schema = with_clocks(ground.matcher.schema, ground.clocks)
    return [clock for text in texts if text for clock, _ in clocks_read(read_condition(text, schema).tree)]


def _pauses(clock: Clock, key: str) -> bool:
    return clock.relief is None or key in clock.relief
