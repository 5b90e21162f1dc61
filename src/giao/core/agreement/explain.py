"""Explain any figure of a reading, down to its cases: the one door to the explanations of each room.

All give plain values with message ids and parameters; `core/report` puts them in words (vi, en).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from giao.core.agreement.clocks import ClockExplanation, explain_clock
from giao.core.agreement.context import Inputs
from giao.core.agreement.credits.explain import CreditExplanation
from giao.core.agreement.credits.explain import explain_credit as _explain_credit
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.kpis.explaining import KpiExplanation
from giao.core.agreement.kpis.explaining import explain_kpi as _explain_kpi
from giao.core.agreement.kpis.missing import Why, why_not_in
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.pricing.explain import ChargeExplanation
from giao.core.agreement.pricing.explain import explain_charge as _explain_charge
from giao.core.agreement.statement.explain import AdjustmentExplanation
from giao.core.agreement.statement.explain import explain_adjustments as _explain_adjustments
from giao.core.log import EventLog
from giao.core.told import told


@dataclass(frozen=True)
class CaseExplanation:
    """One case: every clock of the version in force, or the one that was asked for."""

    case_id: str
    clocks: tuple[ClockExplanation, ...]


def only_case(log: EventLog, case_id: str) -> EventLog:
    """The log with just this case. Clocks belong to a case, so explaining one needs no other.

    Raises LogError when the log has no such case.
    """
    code = log.case_code(case_id)
    keep = np.zeros(log.n_events, dtype=np.bool_)
    keep[int(log.offsets[code]) : int(log.offsets[code + 1])] = True
    return log.take(keep, f"case {case_id}")


def explain_case(inputs: Inputs, case_id: str, clock: str | None = None) -> CaseExplanation:
    """Each clock of a case, interval by interval. Raises AgreementError (unknown clock), LogError (unknown case)."""
    names = list(dict.fromkeys(name for version in inputs.versions for name in version.clocks))
    if clock is not None and clock not in names:
        raise AgreementError(
            told(
                "agreement.no_clock_here",
                "the agreement has no clock {clock!r}; it has {known}",
                clock=clock,
                known=", ".join(names) or "none",
            )
        )
    alone = Inputs(
        inputs.versions, only_case(inputs.log, case_id), inputs.facts, inputs.as_of_us, inputs.calendars
    )
    matcher = Matcher(alone.log, alone.agreement.work)
    chosen = names if clock is None else [clock]
    return CaseExplanation(case_id, tuple(explain_clock(alone, matcher, name, case_id) for name in chosen))


def explain_kpi(evaluation: Evaluation, kpi: str, window: str) -> KpiExplanation:
    """One KPI window: how its value came about, with each case in, out or carried."""
    return _explain_kpi(evaluation.kpis, kpi, window)


def why_not(evaluation: Evaluation, kpi: str, window: str, case_id: str) -> list[Why]:
    """Why a case is missing from a number (or how it counts, when it does)."""
    return why_not_in(evaluation.kpis, kpi, window, case_id)


def explain_credit(evaluation: Evaluation, month: str, kpi: str) -> CreditExplanation:
    """A credit of a month: regime, points, streak, caps and what they cut, earn-back, triggers."""
    return _explain_credit(evaluation.statements, month, kpi)


def explain_charge(evaluation: Evaluation, month: str, line: str) -> ChargeExplanation:
    """A charge line of a month: quantity × price by band and version, index, rate, minimum."""
    return _explain_charge(evaluation.statements, month, line)


def explain_adjustments(evaluation: Evaluation, month: str) -> AdjustmentExplanation:
    """What was booked later for a closed month, and why."""
    return _explain_adjustments(evaluation.statements, month)
