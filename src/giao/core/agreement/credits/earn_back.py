"""Earn-back: a credit returns when the service has recovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.credits.ground import CreditGround
from giao.core.agreement.credits.paying import Direction, is_miss, worse
from giao.core.agreement.document.credit import EarnBack
from giao.core.agreement.document.work import Phase
from giao.core.agreement.phases import phase_days
from giao.core.agreement.results import EarnedBack, KpiResult, Window
from giao.core.agreement.windows import ONE_DAY


def recovered_by(results: Sequence[KpiResult], missed: int, windows: int) -> int | None:
    """Position of the result that completes `windows` measured ones at or above expected after a miss.

    No data is skipped; a miss ends the chance; None while the chance is open or lost.
    """
    good = 0
    for position in range(missed + 1, len(results)):
        result = results[position]
        if is_miss(result):
            return None
        good += result.state == "met"
        if good == windows:
            return position
    return None


def average_recovered(results: Sequence[KpiResult], direction: Direction) -> bool:
    """Whether the mean of the measured results reaches the level (expected, else minimum) of the last of them."""
    known = [result for result in results if result.value is not None]
    if not known:
        return False
    level = known[-1].expected if known[-1].expected is not None else known[-1].minimum
    values = [result.value for result in known if result.value is not None]
    return level is not None and not worse(sum(values, Fraction(0)) / len(values), level, direction)


def may_return(rule: EarnBack, window: Window, phases: Sequence[Phase], term_start: date) -> bool:
    """Not for the windows that touch an excepted phase."""
    return not any(
        item.phase.name in rule.except_phases and item.touches(window)
        for item in phase_days(phases, term_start)
    )


Credited = Mapping[tuple[str, str], Mapping[str, Decimal]]
"""What was credited for a (KPI, window), by the month that credited it."""


def earned_back(
    ground: CreditGround, month: Window, credited: Credited, returned: set[tuple[str, str]]
) -> tuple[EarnedBack, ...]:
    """Credits that return in this month, whole, never twice; their keys are added to `returned`."""
    found: list[EarnedBack] = []
    for key, by_month in credited.items():
        if key in returned or not any(by_month.values()) or not _returns(ground, *key, month):
            continue
        returned.add(key)
        found += [
            EarnedBack(key[0], credited_in, amount) for credited_in, amount in by_month.items() if amount
        ]
    return tuple(found)


def _returns(ground: CreditGround, kpi: str, window_id: str, month: Window) -> bool:
    results = ground.results.get(kpi, [])
    at = next((index for index, result in enumerate(results) if result.window.id == window_id), None)
    if at is None:
        return False
    window = results[at].window
    agreement = ground.version(window.first)
    rule = agreement.credits.earn_back if agreement.credits else None
    if rule is None or not may_return(rule, window, agreement.phases, ground.term_start):
        return False
    if rule.windows is not None:
        back = recovered_by(results, at, rule.windows)
        return back is not None and month.first <= results[back].window.last <= month.last
    closing = month.last == ground.inputs.term_end or (month.last + ONE_DAY).year > month.last.year
    done = [
        result
        for result in results
        if result.window.last.year == month.last.year and result.window.last <= month.last
    ]
    model = agreement.kpis.get(kpi)
    in_year = window.last.year == month.last.year
    return closing and in_year and model is not None and average_recovered(done, model.direction)
