"""Replay: what would we have owed? The same months under another draft, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation, Progress, evaluate, last_recorded_us
from giao.core.agreement.facts import Facts
from giao.core.agreement.results import KpiResult, Statement
from giao.core.log import EventLog
from giao.core.told import told


@dataclass(frozen=True)
class KpiPair:
    """One KPI and window under both; None where one of the two does not measure it."""

    kpi: str
    window: str
    actual: KpiResult | None
    draft: KpiResult | None

    @property
    def changed(self) -> bool:
        return self._told(self.actual) != self._told(self.draft)

    @staticmethod
    def _told(result: KpiResult | None) -> tuple[Fraction | None, str, int] | None:
        return None if result is None else (result.value, result.state, result.n)


@dataclass(frozen=True)
class MonthPair:
    """One month's statement under both."""

    month: str
    actual: Statement | None
    draft: Statement | None

    def difference(self, field: str) -> Decimal:
        """draft − actual of a money field (``fees``, ``credit_total``, ``net``, ``total``); absent counts as 0."""
        new = getattr(self.draft, field) if self.draft else Decimal(0)
        old = getattr(self.actual, field) if self.actual else Decimal(0)
        return Decimal(new) - Decimal(old)


@dataclass(frozen=True)
class Replay:
    actual: Evaluation
    draft: Evaluation
    kpis: tuple[KpiPair, ...]
    months: tuple[MonthPair, ...]

    def total(self, field: str) -> Decimal:
        return sum((pair.difference(field) for pair in self.months), Decimal(0))


def replay(
    log: EventLog,
    actual: Sequence[Agreement],
    draft: Sequence[Agreement],
    *,
    facts: Facts | None = None,
    as_of: int | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Evaluate the same log and facts, as of the same instant, under the agreement in force and under a draft.

    The draft holds over the whole term, not from today. Raises AgreementError when the currencies differ.
    """
    if actual[0].currency != draft[0].currency:
        raise AgreementError(
            told(
                "agreement.two_currencies",
                "the draft is in {draft}, the agreement in {currency}; sums in two currencies cannot stand "
                "side by side: set the draft's currency",
                draft=draft[0].currency,
                currency=actual[0].currency,
            )
        )
    known = facts if facts is not None else Facts()
    instant = last_recorded_us(log, known) if as_of is None else as_of
    old = evaluate(log, actual, facts=known, as_of=instant, progress=progress)
    new = evaluate(log, draft, facts=known, as_of=instant, progress=progress)
    return Replay(old, new, _kpi_pairs(old, new), _month_pairs(old, new))


def _kpi_pairs(old: Evaluation, new: Evaluation) -> tuple[KpiPair, ...]:
    before = {(result.kpi, result.window.id): result for result in old.kpis.results}
    after = {(result.kpi, result.window.id): result for result in new.kpis.results}
    keys = dict.fromkeys([*before, *after])
    return tuple(
        KpiPair(kpi, window, before.get((kpi, window)), after.get((kpi, window))) for kpi, window in keys
    )


def _month_pairs(old: Evaluation, new: Evaluation) -> tuple[MonthPair, ...]:
    before = {statement.month: statement for statement in old.statements}
    after = {statement.month: statement for statement in new.statements}
    return tuple(MonthPair(month, before.get(month), after.get(month)) for month in sorted({*before, *after}))
