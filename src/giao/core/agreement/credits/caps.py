"""Caps in their order: KPI, tower, month, year, law. What is cut is shared pro rata over the lines of the cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from giao.core.agreement.document.credit import KpiCredit
from giao.core.agreement.pricing.currency import cut_to, money_down, text, total
from giao.core.agreement.results import TraceStep

CapKind = Literal["kpi", "tower", "month", "year", "law"]
Reason = Literal["minimum", "expected_repeated", "amount", "carried"]


@dataclass
class Owed:
    """One credit on its way through the caps. `amount` is what is left, `cut` what may be carried on."""

    kpi: str
    window: str
    uncapped: Decimal
    amount: Decimal
    points: Fraction | None = None
    repeat: Fraction = Fraction(1)
    reason: Reason = "minimum"
    tower: str | None = None
    credit: KpiCredit | None = None
    cut: Decimal = Decimal(0)
    steps: list[TraceStep] = field(default_factory=list)


def apply_cap(
    lines: Sequence[Owed],
    kind: CapKind,
    limit: Fraction,
    currency: str,
    *,
    carry: bool = False,
    name: str = "",
) -> Decimal:
    """Cut lines to a limit (in money, rounded down). Returns what was cut; with `carry` it is noted on the lines."""
    cap = max(money_down(limit, currency), Decimal(0))
    before = [line.amount for line in lines]
    if total(before) <= cap:
        return Decimal(0)
    after = cut_to(before, cap, currency)
    for line, new in zip(lines, after, strict=True):
        if new == line.amount:
            continue
        numbers = (
            ("cap", kind),
            ("name", name),
            ("limit", text(limit)),
            ("of", str(total(before))),
            ("before", str(line.amount)),
            ("after", str(new)),
        )
        line.steps.append(TraceStep("credit.cap", numbers))
        if carry:
            line.cut += line.amount - new
        line.amount = new
    return total(before) - cap
