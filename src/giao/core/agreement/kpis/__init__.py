"""KPIs: what was promised, measured window by window, every number traceable to its cases."""

from giao.core.agreement.kpis.evaluate import evaluate_kpis
from giao.core.agreement.kpis.outcome import KpiOutcome
from giao.core.agreement.kpis.ratchet import RatchetProposal, ratchet_proposals

__all__ = ["KpiOutcome", "RatchetProposal", "evaluate_kpis", "ratchet_proposals"]
