"""Several (target, share) pairs of one KPI: all must hold, and those that do not are one miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.results import KpiState

_SEVERITY: Mapping[KpiState, int] = {"no_data": 0, "met": 0, "expected_default": 1, "minimum_default": 2}


def join_tiers(passes: Sequence[Measurement]) -> Measurement:
    """One measurement from those of the tiers. The first of those that miss worst decides a window: its value, levels
    and cases stand for it; where none misses, the first tier does."""
    results, judged, meters = [], [], []
    for at in range(len(passes[0].results)):
        by_tier = {one.results[at].levels_from: one for one in reversed(passes)}
        found = [(one.results[at], one) for one in reversed(by_tier.values())]
        worst = max(_SEVERITY[result.state] for result, _ in found)
        deciding, measurement = next(pair for pair in found if _SEVERITY[pair[0].state] == worst)
        shares = tuple(
            (result.value, result.state == "met")
            for result, _ in found
            if result.value is not None and result.levels_from.startswith("tier:")
        )
        results.append(replace(deciding, tiers=shares))
        judged.append(measurement.judged[at])
        meters.append(measurement.meters[at])
    return Measurement(passes[0].kpi, tuple(results), tuple(judged), tuple(meters))
