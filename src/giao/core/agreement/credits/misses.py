"""Which misses pay in a month, and how much, before caps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.credits.caps import Owed
from giao.core.agreement.credits.causes import dearest_only, sole_causes
from giao.core.agreement.credits.ground import CreditGround, Measures
from giao.core.agreement.credits.history import History
from giao.core.agreement.credits.paying import in_grace, is_miss, payment_reason, repeat_factor, streak
from giao.core.agreement.credits.regimes import (
    at_risk_credit,
    miss_points,
    percent_credit,
    points_percent,
)
from giao.core.agreement.document.kpi import Kpi
from giao.core.agreement.pricing.currency import money, share_out, text
from giao.core.agreement.results import KpiResult, TraceStep, Window


class MonthMisses:
    """The misses of one month: the results whose windows end in it."""

    def __init__(self, ground: CreditGround, month: Window, history: History, measures: Measures) -> None:
        self.ground = ground
        self.month = month
        self.history = history
        self.measures = measures

    def owed(self) -> list[Owed]:
        """Every credit of the month, priced by its regime and rounded; what one cause made miss pays once."""
        found: list[Owed] = []
        exact: list[Fraction] = []
        causes: list[frozenset[str]] = []
        pooled: dict[tuple[int, str | None], list[Owed]] = {}
        for results in self.ground.results.values():
            for at, result in enumerate(results):
                if not self.month.first <= result.window.last <= self.month.last:
                    continue
                costed = self._one(results, at)
                if costed is None:
                    continue
                line, amount, by_points = costed
                found.append(line)
                exact.append(amount)
                causes.append(self._causes(result))
                if by_points:
                    key = (self.ground.inputs.version_index(result.window.first), line.tower)
                    pooled.setdefault(key, []).append(line)
        for (version, tower), lines in pooled.items():
            self._price_points(version, tower, lines)
        for line, amount in zip(found, exact, strict=True):
            if not any(line in lines for lines in pooled.values()):
                self._round(line, amount)
        worth = [Fraction(line.uncapped) for line in found]
        for position, cause in dearest_only(worth, causes).items():
            step = TraceStep(
                "credit.same_cause", (("cause", cause), ("dropped", str(found[position].amount)))
            )
            found[position].steps.append(step)
            found[position].amount = Decimal(0)
        return [line for line in found if line.uncapped]

    def _one(
        self,
        results: Sequence[KpiResult],
        at: int,
    ) -> tuple[Owed, Fraction, bool] | None:
        """The credit of one result: the line, its exact amount (0 when points decide later), whether by points."""
        result = results[at]
        agreement, kpi = self.ground.version(result.window.first), self.ground.kpi(result)
        terms = agreement.credits
        if terms is None or kpi is None or in_grace(result.window, agreement.phases, self.ground.term_start):
            return None
        reason = payment_reason(results, at, terms.expected_default, kpi.credit, kpi.direction)
        if reason is None:
            return None
        tower = terms.towers.get(kpi.tower) if kpi.tower else None
        regime = (tower.regime if tower and tower.regime else None) or terms.regime
        only = tower.lines if tower else []
        in_a_row = max(streak(results, at), 1)
        repeat = repeat_factor([Fraction(item) for item in terms.repeat], in_a_row)
        steps = [
            _level_step(result, reason),
            TraceStep("credit.repeat", (("in_a_row", str(in_a_row)), ("repeat", text(repeat)))),
        ]
        line = Owed(
            kpi=result.kpi,
            window=result.window.id,
            uncapped=Decimal(0),
            amount=Decimal(0),
            repeat=repeat,
            reason=reason,
            tower=kpi.tower,
            credit=kpi.credit,
            steps=steps,
        )
        if regime == "points":
            points = miss_points(kpi.credit, kpi.points, result.value, kpi.direction)
            if points is None:
                return None
            line.points = points * repeat
            steps.append(
                TraceStep(
                    "credit.points",
                    (("points", text(points)), ("repeat", text(repeat)), ("total", text(line.points))),
                )
            )
            return line, Fraction(0), True
        fees = self.ground.window_fees(result, only)
        if regime == "at_risk":
            if kpi.points is None:
                return None
            shares = tower.at_risk if tower and tower.at_risk else terms.at_risk or []
            share = self.ground.share(shares, self.history, self.measures)
            category = Fraction(terms.category.get(kpi.category, Decimal(1))) if kpi.category else Fraction(1)
            at_risk = share * fees
            line.points = Fraction(kpi.points)
            amount = at_risk_credit(at_risk, line.points, repeat, category)
            steps.append(
                TraceStep(
                    "credit.at_risk",
                    (
                        ("fees", text(fees)),
                        ("share", text(share)),
                        ("at_risk", text(at_risk)),
                        ("points", text(line.points)),
                        ("category", text(category)),
                        ("repeat", text(repeat)),
                        ("amount", text(amount)),
                    ),
                )
            )
            return line, amount, False
        return self._percent(line, results, at, kpi, fees, only, repeat)

    def _percent(
        self,
        line: Owed,
        results: Sequence[KpiResult],
        at: int,
        kpi: Kpi,
        fees: Fraction,
        only: Sequence[str],
        repeat: Fraction,
    ) -> tuple[Owed, Fraction, bool] | None:
        result, credit = results[at], kpi.credit
        if credit is None:
            return None
        if credit.streak is not None:
            in_a_row = streak(results, at)
            if in_a_row == 0 or in_a_row % credit.streak:
                return None
            misses = [item for item in results[: at + 1] if is_miss(item)][-credit.streak :]
            fees = sum((self.ground.window_fees(item, only) for item in misses), Fraction(0))
            windows = ", ".join(item.window.id for item in misses)
            line.steps.append(TraceStep("credit.streak", (("windows", windows), ("fees", text(fees)))))
        level = result.expected if line.reason == "expected_repeated" else result.minimum
        if credit.level is not None:
            level = result.expected if credit.level == "expected" else result.minimum
        if level is None:
            level = result.expected if result.expected is not None else result.minimum
        days = self.ground.days_late(result) if self.ground.days_late and credit.per_day is not None else None
        exact, steps = percent_credit(credit, result, level, kpi.direction, fees, days)
        line.steps += steps
        if repeat != 1:
            exact *= repeat
            line.steps.append(
                TraceStep("credit.repeated", (("repeat", text(repeat)), ("amount", text(exact))))
            )
        return line, exact, False

    def _price_points(self, version: int, tower_name: str | None, lines: list[Owed]) -> None:
        """Σ points of a tower → percent of its fees in the month, shared over the lines by their points."""
        terms = self.ground.inputs.versions[version].credits
        assert terms is not None
        tower = terms.towers.get(tower_name) if tower_name else None
        own_price = tower is not None and (tower.table is not None or tower.rate is not None)
        table, rate = (tower.table, tower.rate) if own_price and tower else (terms.table, terms.rate)
        points = sum((line.points or Fraction(0) for line in lines), Fraction(0))
        percent = points_percent(points, table, rate)
        fees = self.ground.at_stake(self.month, tower.lines if tower else [])
        amount = money(percent * fees, self.ground.currency)
        weights = [line.points or Fraction(0) for line in lines]
        shares = share_out(weights, amount, self.ground.currency) if points else [Decimal(0)] * len(lines)
        for line, share in zip(lines, shares, strict=True):
            line.uncapped = line.amount = share
            numbers = (
                ("points", text(line.points or Fraction(0))),
                ("all_points", text(points)),
                ("percent", text(percent)),
                ("fees", text(fees)),
                ("total", str(amount)),
                ("amount", str(share)),
            )
            line.steps.append(TraceStep("credit.points_percent", numbers))

    def _round(self, line: Owed, exact: Fraction) -> None:
        line.uncapped = line.amount = money(exact, self.ground.currency)
        line.steps.append(TraceStep("credit.rounded", (("exact", text(exact)), ("amount", str(line.amount)))))

    def _causes(self, result: KpiResult) -> frozenset[str]:
        terms, kpi = self.ground.version(result.window.first).credits, self.ground.kpi(result)
        if terms is None or kpi is None or terms.same_cause != "one" or self.ground.cause_counts is None:
            return frozenset()
        return sole_causes(result, self.ground.cause_counts(result), kpi.direction)


def _level_step(result: KpiResult, reason: str) -> TraceStep:
    numbers = (
        ("kpi", result.kpi),
        ("window", result.window.id),
        ("value", "" if result.value is None else text(result.value)),
        ("unit", result.unit),
        ("expected", "" if result.expected is None else text(result.expected)),
        ("minimum", "" if result.minimum is None else text(result.minimum)),
        ("state", result.state),
        ("reason", reason),
    )
    return TraceStep("credit.miss", numbers)
