"""Reads of service levels: stored figures by KPI, the results of a window with its groups and claims, credits that it moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from giao.core.agreement.facts import Fact
from giao.core.agreement.results import TraceStep
from giao.kernel.readings.models import KpiFigure, Reading
from giao.steps.run.monitor.ground import Ground


def figures_of(reading: Reading, kpi: str = "") -> dict[str, list[KpiFigure]]:
    """Figures without groups, the newest window first, in the agreement's order of service levels."""
    rows = KpiFigure.objects.filter(engagement=reading.engagement, reading=reading, group="")
    if kpi:
        rows = rows.filter(kpi=kpi)
    found: dict[str, list[KpiFigure]] = defaultdict(list)
    for figure in rows.order_by("position"):
        found[figure.kpi].append(figure)
    order = {name: place for place, name in enumerate(reading.figures.get("kpis", []))}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def result_of(ground: Ground, kpi: str, window: str) -> Mapping[str, Any]:
    """The stored result of one window as the library wrote it (`output.kpi_json`); empty when there is none."""
    if ground.results is None:
        return {}
    for result in _list(ground.results.summary.get("kpis")):
        if result["kpi"] == kpi and result["window"] == window:
            found: Mapping[str, Any] = result
            return found
    return {}


@dataclass(frozen=True)
class Moved:
    """A credit that a service level moved in a month's statement, with its arithmetic."""

    month: str
    window: str
    amount: Decimal
    currency: str
    steps: tuple[TraceStep, ...]


def credits_of(ground: Ground, kpi: str) -> list[Moved]:
    """The newest month first."""
    if ground.results is None:
        return []
    found = [
        Moved(
            statement["month"],
            credit["window"],
            Decimal(credit["amount"]),
            statement["currency"],
            tuple(TraceStep(step["what"], tuple(step["numbers"].items())) for step in credit["trace"]),
        )
        for statement in _list(ground.results.summary.get("statements"))
        for credit in statement["credits"]
        if credit["kpi"] == kpi
    ]
    return sorted(found, key=lambda item: item.month, reverse=True)


def role_counts(members: pl.LazyFrame) -> dict[tuple[str, str], int]:
    """How many members of each role, and of the excluded ones by reason."""
    reason = pl.when(pl.col("role") == "excluded").then(pl.col("reason")).otherwise(pl.lit("")).fill_null("")
    rows = members.group_by("role", reason.alias("why")).len("n").sort("role", "why").collect()
    return {(role, why): n for role, why, n in rows.iter_rows()}


def reported_facts(ground: Ground) -> list[Fact]:
    """The vendor's own figures, as far as they were known at the page's instant; a later one replaces an earlier one."""
    latest: dict[tuple[str, str], Fact] = {}
    facts = ground.facts.as_of(ground.as_of_us).of("giao.fact.reported")
    for fact in sorted(facts, key=lambda item: item.recorded_us):
        latest[str(fact.data["kpi"]), str(fact.data["window"])] = fact
    return list(latest.values())


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []
