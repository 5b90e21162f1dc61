"""A statement as a flat list of signed items, each with a key that stays: what is matched, and what is disputed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from giao.core.agreement.results import Statement

ItemKind = Literal["line", "credit", "carried", "earned_back", "bonus", "adjustment", "extra", "tax"]


@dataclass(frozen=True)
class Item:
    """One item of a statement. `amount` bears its sign: what the client owes is positive, credits are negative.

    key   names the item inside its month for good: ``line:Paid claims``, ``credit:p1_in_time:2024-03``, ``tax:standard``
    name  what a vendor would call it on an invoice: the charge line's name, the KPI, the tax code
    """

    key: str
    kind: ItemKind
    name: str
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None


def items_of(statement: Statement) -> tuple[Item, ...]:
    """Every item, in the order of the invoice; their amounts sum to the statement's total."""
    found = [
        Item(f"line:{line.name}", "line", line.name, line.amount, line.quantity, line.price)
        for line in statement.lines
    ]
    found += [
        Item(f"credit:{credit.kpi}:{credit.window}", "credit", credit.kpi, -credit.amount)
        for credit in statement.credits
    ]
    carried = sum((credit.amount for credit in statement.credits), Decimal(0)) - statement.settled_credits
    if carried:  # settled in another month, or carried in from one
        found.append(Item("carried", "carried", "carried", carried))
    found += [
        Item(f"earned_back:{back.kpi}:{back.credit_month}", "earned_back", back.kpi, back.amount)
        for back in statement.earned_back_lines
    ]
    if statement.bonus:
        found.append(Item("bonus", "bonus", "bonus", statement.bonus))
    found += [
        Item(f"adjustment:{item.month}:{item.line}", "adjustment", item.line, item.amount)
        for item in statement.adjustments
    ]
    found += [
        Item(f"extra:{line.name}", "extra", line.name, line.amount, line.quantity, line.price)
        for line in statement.extras
    ]
    found += [Item(f"tax:{tax.code}", "tax", tax.code, tax.amount) for tax in statement.tax_lines]
    return _once(found)


def _once(items: list[Item]) -> tuple[Item, ...]:
    """Keys made unique: a second item of the same key gets ``#2``."""
    seen: dict[str, int] = {}
    found = []
    for item in items:
        seen[item.key] = seen.get(item.key, 0) + 1
        number = seen[item.key]
        key = item.key if number == 1 else f"{item.key}#{number}"
        found.append(Item(key, item.kind, item.name, item.amount, item.quantity, item.price))
    return tuple(found)
