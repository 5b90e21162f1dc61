"""Days late of obligations (KPIs of kind `duty`), from facts `giao.fact.duty`, for credits `per_day`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giao.core.agreement.document.kpi import Duty
from giao.core.agreement.pricing.fact_fields import day_of
from giao.core.agreement.pricing.lateness import days_late
from giao.core.agreement.results import KpiResult

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs


def duty_days_late(inputs: Inputs, result: KpiResult) -> int | None:
    """Days late of the obligations due in a KPI's window, by its `credit`; None when the KPI is no duty.

    An obligation still open counts until the window's last day: what is late then is charged in the window it ran.
    """
    agreement = inputs.versions[inputs.version_index(result.window.first)]
    kpi = agreement.kpis.get(result.kpi)
    if not isinstance(kpi, Duty) or kpi.credit is None:
        return None
    named = set(kpi.obligations) or {duty.name for duty in agreement.obligations if duty.by == "vendor"}
    total = 0
    for fact in inputs.facts.of("fact.duty"):
        due = day_of(fact, "due")
        if str(fact.data["obligation"]) in named and result.window.first <= due <= result.window.last:
            done = day_of(fact, "done") if fact.data.get("done") else result.window.last
            total += days_late(kpi.credit, due, done)
    return total
