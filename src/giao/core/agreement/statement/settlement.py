"""Disputes: which part of a statement is in dispute, and what a settled one books.

``giao.decision.dispute {month, line, outcome, amount?, settlement?}``; of the decisions on a line the latest counts.
outcome     `open` (or anything else): in dispute, `amount` of the line or all of it · `rejected`, `withdrawn`: the line was owed
            · `settled`: over, by `settlement`
settlement  signed, in the agreement's currency: what the client owes more (negative: less) than the line said. It is booked once, in the
            statement of the month in which the decision was recorded, with the tax code of the disputed line
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from giao.core.agreement.facts import Fact
from giao.core.agreement.pricing.currency import money
from giao.core.agreement.pricing.fact_fields import month_of, number_of
from giao.core.agreement.results import Statement, StatementLine, TraceStep
from giao.core.agreement.windows import local_day

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs

OWED = frozenset({"rejected", "withdrawn"})
SETTLED = "settled"


def last_decisions(inputs: Inputs) -> dict[tuple[str, str], Fact]:
    """The latest decision on each disputed (month, line)."""
    found: dict[tuple[str, str], Fact] = {}
    for fact in sorted(
        inputs.facts.of("decision.dispute"), key=lambda fact: (fact.recorded_us, fact.canonical())
    ):
        found[month_of(fact), str(fact.data["line"])] = fact
    return found


def disputed(statement: Statement, inputs: Inputs) -> Decimal:
    """The part of a statement that is not owed for now: open disputes, and what settled ones took off."""
    amounts = {line.name: line.amount for line in (*statement.lines, *statement.extras)}
    total = Decimal(0)
    for (month, line), fact in last_decisions(inputs).items():
        outcome = str(fact.data["outcome"]).lower()
        if month != statement.month or outcome in OWED:
            continue
        if outcome == SETTLED:
            total -= number_of(fact, "settlement") if "settlement" in fact.data else Decimal(0)
        elif "amount" in fact.data:
            total += number_of(fact, "amount")
        else:
            total += amounts.get(line, Decimal(0))
    return total


def settlement_lines(
    inputs: Inputs, first: date, last: date, issued: Mapping[str, Statement]
) -> list[StatementLine]:
    """Settlements recorded between two local days, in the order of month and line."""
    currency = inputs.versions[0].currency
    found = []
    for (month, line), fact in sorted(last_decisions(inputs).items()):
        if str(fact.data["outcome"]).lower() != SETTLED or "settlement" not in fact.data:
            continue
        if not first <= local_day(fact.recorded_us, inputs.zone) <= last:
            continue
        amount = money(number_of(fact, "settlement"), currency)
        if amount:
            numbers = (("month", month), ("line", line), ("amount", str(amount)))
            found.append(
                StatementLine(
                    name=f"settlement {month} {line}",
                    kind="settlement",
                    quantity=None,
                    price=None,
                    amount=amount,
                    in_fees=False,
                    tax_code=_tax_code(inputs, issued.get(month), line),
                    trace=(TraceStep("charge.settlement", numbers),),
                )
            )
    return found


def _tax_code(inputs: Inputs, statement: Statement | None, line: str) -> str | None:
    """The disputed line's own; that of a credit, or of a line that is not there, is the agreement's first."""
    if statement is not None:
        for item in (*statement.lines, *statement.extras):
            if item.name == line:
                return item.tax_code
    codes = inputs.agreement.tax
    return codes[0].code if codes else None
