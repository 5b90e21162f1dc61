"""Which cases of a KPI result belong to which incident: the attribute that `credits.cause` names, as last set in the case."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from giao.core.agreement.credits.causes import CauseCount, CauseCounts
from giao.core.agreement.results import KpiResult

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs

_COUNTED = ("met", "missed", "counted")


def cause_counts_of(inputs: Inputs, kpis: Any) -> CauseCounts | None:
    """Counts by incident from the members of a KPI outcome; None when nothing can tell (no members, no attribute)."""
    log = inputs.log
    wanted = {
        version.credits.cause
        for version in inputs.versions
        if version.credits is not None and version.credits.same_cause == "one"
    }
    if not wanted & set(log.columns) or not hasattr(kpis, "members"):
        return None

    @lru_cache(maxsize=8)
    def causes(name: str) -> pl.Series:
        """The incident of each case, null for none."""
        column = log.current([name])[name] if name in log.attributes else log.events([name])[name]
        return column.cast(pl.String).gather(log.offsets[1:] - 1)

    def counts(result: KpiResult) -> Iterable[CauseCount]:
        terms = inputs.versions[inputs.version_index(result.window.first)].credits
        if terms is None or terms.cause not in log.columns:
            return []
        members = kpis.members(result.kpi, result.window.id)
        rows = members.filter(pl.col("role").cast(pl.String).is_in(_COUNTED) & pl.col("case").is_not_null())
        told = rows.select(
            cause=causes(terms.cause).gather(rows["case"]), missed=pl.col("role").cast(pl.String) == "missed"
        ).drop_nulls("cause")
        grouped = told.group_by("cause").agg(pl.len().alias("n"), pl.col("missed").sum()).sort("cause")
        return [CauseCount(cause, n, missed) for cause, n, missed in grouped.iter_rows()]

    return counts
