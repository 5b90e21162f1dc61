"""What conditions of triggers and of the amount at risk may ask about the past months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.credits.paying import is_miss, streak
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.results import KpiResult
from giao.core.told import told


@dataclass(frozen=True)
class MonthRecord:
    """One past month: fees, its cap on credits (None without one), credits after caps."""

    month: str
    last: date
    fees: Decimal
    cap: Decimal | None
    credits: Decimal


@dataclass(frozen=True)
class History:
    """Months and KPI results (by KPI, in order) up to and including one month."""

    months: Sequence[MonthRecord]
    results: Mapping[str, Sequence[KpiResult]]

    def of(self, kpi: str) -> Sequence[KpiResult]:
        if kpi not in self.results:
            known = ", ".join(self.results) or "none"
            raise AgreementError(
                told(
                    "agreement.condition_not_measured",
                    "a condition asks about KPI {kpi!r}, which is not measured; measured: {known}",
                    kpi=kpi,
                    known=known,
                )
            )
        return self.results[kpi]

    def missed(self, kpi: str, k: int, n: int) -> bool:
        """At least k misses in the last n windows."""
        return sum(is_miss(result) for result in self.of(kpi)[-n:]) >= k

    def minimum_missed(self, kpi: str, k: int, n: int) -> bool:
        """At least k windows below minimum in the last n."""
        return sum(result.state == "minimum_default" for result in self.of(kpi)[-n:]) >= k

    def streak(self, kpi: str) -> int:
        """Consecutive misses up to now."""
        results = self.of(kpi)
        return streak(results, len(results) - 1)

    def mean(self, kpi: str, n: int) -> Fraction | None:
        """Mean of the last n windows that have data, None without any; a share is a share (0.97)."""
        values = [result.value for result in self.of(kpi) if result.value is not None][-n:]
        return sum(values, Fraction(0)) / len(values) if values else None

    def value(self, kpi: str) -> Fraction | None:
        """The latest result."""
        results = self.of(kpi)
        return results[-1].value if results else None

    def credit_share(self, k: int, n: int, share: Fraction) -> bool:
        """Credits of at least `share` of the month's fees in at least k of the last n months."""
        return (
            sum(
                record.fees > 0 and Fraction(record.credits) >= share * Fraction(record.fees)
                for record in self.months[-n:]
            )
            >= k
        )

    def capped(self, k: int, n: int) -> bool:
        """Credits that reached the month's cap in at least k of the last n months."""
        return (
            sum(
                record.cap is not None and record.cap > 0 and record.credits >= record.cap
                for record in self.months[-n:]
            )
            >= k
        )
