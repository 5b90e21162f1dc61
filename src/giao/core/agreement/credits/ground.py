"""What the credits of a reading are computed from: versions, KPI results in order, fees of months and windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from giao.core.agreement.credits.causes import CauseCounts
from giao.core.agreement.credits.conditions import at_risk_holds
from giao.core.agreement.credits.history import History, MonthRecord
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.credit import AtRisk, Credits
from giao.core.agreement.document.kpi import Kpi
from giao.core.agreement.pricing.currency import exact_decimal
from giao.core.agreement.results import KpiResult, StatementLine, Window
from giao.core.agreement.windows import first_of

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs

DaysLate = Callable[[KpiResult], int | None]
"""Days late within a KPI's window, for credits `per_day`; None where nothing tells."""

Measures = Mapping[str, Decimal | None]


class CreditGround:
    """One reading. `lines` are the charge lines of each month, `results` those of every KPI."""

    def __init__(
        self,
        inputs: Inputs,
        lines: Mapping[str, Sequence[StatementLine]],
        results: Sequence[KpiResult],
        *,
        cause_counts: CauseCounts | None = None,
        days_late: DaysLate | None = None,
        measures: Callable[[Window], Mapping[str, Decimal | None]] | None = None,
    ) -> None:
        self.inputs = inputs
        self.currency = inputs.versions[0].currency
        self.term_start = inputs.versions[0].term.start
        self.lines = lines
        self.cause_counts = cause_counts
        self.days_late = days_late
        self.measures = measures
        self.results: dict[str, list[KpiResult]] = {}
        for result in sorted(results, key=lambda item: (item.window.last, item.window.first)):
            if result.group is None:
                self.results.setdefault(result.kpi, []).append(result)

    def version(self, day: date) -> Agreement:
        return self.inputs.versions[self.inputs.version_index(day)]

    def kpi(self, result: KpiResult) -> Kpi | None:
        """The KPI as the version in force on the window's first measured day has it."""
        return self.version(result.window.first).kpis.get(result.kpi)

    def month_fees(self, month: Window, only: Sequence[str] = ()) -> Fraction:
        """F of a month: its lines in fees, or only those of a tower (with their true-ups and minimums)."""
        return sum(
            (
                Fraction(line.amount)
                for line in self.lines.get(month.id, ())
                if (_belongs(line.name, only) if only else line.in_fees)
            ),
            Fraction(0),
        )

    def at_stake(self, month: Window, only: Sequence[str] = ()) -> Fraction:
        """F as the base of credits, caps and bonus: never below 0 (a true-up can make a month's fees negative)."""
        return max(Fraction(0), self.month_fees(month, only))

    def window_fees(self, result: KpiResult, only: Sequence[str] = ()) -> Fraction:
        """Fees of a KPI's window: each month's by the measured days that the window covers; never below 0.

        A rolling window is judged anew each unit, so only its last unit's fees are at stake.
        """
        window = result.window
        first = window.first
        kpi = self.kpi(result)
        if kpi is not None and kpi.window.rolling is not None:
            first = max(first, first_of(window.last, kpi.window.rolling.of))
        fees = Fraction(0)
        for month in self.inputs.months:
            days = (min(window.last, month.last) - max(first, month.first)).days + 1
            if days > 0:
                fees += self.month_fees(month, only) * Fraction(days, month.days)
        return max(Fraction(0), fees)

    def history(self, month: Window, records: Sequence[MonthRecord]) -> History:
        """Months before (and, at its end, with) this one, and the results whose windows have ended."""
        seen = {
            kpi: [result for result in results if result.window.last <= month.last]
            for kpi, results in self.results.items()
        }
        return History(records, seen)

    def month_measures(self, month: Window) -> dict[str, Decimal | None]:
        """What a condition on the month may read beside the KPIs."""
        known = dict(self.measures(month)) if self.measures else {}
        fees = exact_decimal(self.month_fees(month))
        return {"received": None, "delivered": None, "forecast": None, **known, "fees": fees}

    def share(
        self, shares: Sequence[AtRisk], history: History, measures: Mapping[str, Decimal | None]
    ) -> Fraction:
        """The first entry whose condition holds; else the first without a condition; else nothing is at risk."""
        for entry in shares:
            if entry.when is not None and at_risk_holds(entry.when, history, measures):
                return Fraction(entry.share)
        return next((Fraction(entry.share) for entry in shares if entry.when is None), Fraction(0))

    def at_risk(
        self, terms: Credits, month: Window, history: History, measures: Mapping[str, Decimal | None]
    ) -> Fraction | None:
        """A of the month: share × F, or the sum of the towers' own."""
        if terms.at_risk is not None:
            return self.share(terms.at_risk, history, measures) * self.at_stake(month)
        own = [
            self.share(tower.at_risk, history, measures) * self.at_stake(month, tower.lines)
            for tower in terms.towers.values()
            if tower.at_risk is not None
        ]
        return sum(own, Fraction(0)) if own else None


def _belongs(name: str, lines: Sequence[str]) -> bool:
    return any(name == line or name.startswith(f"{line} · ") for line in lines)
