"""KPIs: what was promised, measured window by window, every number traceable to its cases."""

from giao.core.agreement.kpis.evaluate import evaluate_kpis
from giao.core.agreement.kpis.explaining import KpiExplanation, explain_kpi
from giao.core.agreement.kpis.missing import Why, why_not_in
from giao.core.agreement.kpis.outcome import KpiOutcome
from giao.core.agreement.kpis.ratchet import RatchetProposal, ratchet_proposals

__all__ = [
    "KpiExplanation",
    "KpiOutcome",
    "RatchetProposal",
    "Why",
    "evaluate_kpis",
    "explain_kpi",
    "ratchet_proposals",
    "why_not_in",
]
