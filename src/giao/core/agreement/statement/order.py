"""The order of an invoice: lines, F, credits, what comes after them, tax, total. One month at a time.

1 quantities as of the close → 2 each line by its version, exact → 3 index → 4 currency → 5 round each line →
6 F → 7 credits and caps → 8 earned back, carried, adjustments, bonus, pass-through, one-off, gain share, interest,
settlements → 9 tax by code on the net → 10 total; below zero it is a credit note. Steps 1 to 5 are the room `pricing`, 7 `credits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from giao.core.agreement.credits.month import MonthCredits
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.pricing.currency import exact_decimal, money, total
from giao.core.agreement.pricing.lines import EXTRAS
from giao.core.agreement.results import Adjustment, Statement, StatementLine, TraceStep
from giao.core.agreement.statement.settling import Settled
from giao.core.agreement.statement.tax import spread, tax_lines


@dataclass(frozen=True)
class Item:
    """One amount that a statement books: what an adjustment of the month is measured against."""

    name: str
    amount: Decimal
    tax_code: str | None = None


@dataclass(frozen=True)
class Drafted:
    """A month's statement before adjustments and tax (see `finish`), the amounts it books and its tax point."""

    statement: Statement
    items: tuple[Item, ...]
    tax_point: date
    agreement: Agreement

    def booked(self) -> dict[str, Item]:
        """Amounts by name; equal names (one line under two kinds, a credit carried) add up."""
        found: dict[str, Item] = {}
        for item in self.items:
            old = found.get(item.name)
            found[item.name] = replace(item, amount=item.amount + old.amount) if old else item
        return found


def draft_month(
    month: str,
    agreement: Agreement,
    tax_point: date,
    charged: Sequence[StatementLine],
    credits: MonthCredits,
    settled: Settled,
    further: Sequence[StatementLine] = (),
    flags: Sequence[str] = (),
) -> Drafted:
    """A month's statement from its parts. `agreement`: the version in force at its end (tax codes, currency)."""
    currency = agreement.currency
    zero = money(0, currency)
    lines = tuple(line for line in charged if line.kind not in EXTRAS)
    extras = (*(line for line in charged if line.kind in EXTRAS), *further)
    statement = Statement(
        month=month,
        currency=currency,
        lines=lines,
        fees=zero + total(line.amount for line in (*lines, *extras) if line.in_fees),
        at_risk=None if credits.at_risk is None else exact_decimal(credits.at_risk),
        credits=credits.credits,
        credit_total=zero + credits.total,
        earned_back=zero + total(item.amount for item in credits.earned_back),
        earned_back_lines=credits.earned_back,
        settled_credits=zero + settled.amount,
        carried_in=zero + credits.carried_in,
        carried_out=zero + credits.carried_out,
        bonus=zero + credits.bonus,
        extras=extras,
        triggers=credits.triggers,
        flags=(*credits.flags, *flags),
        trace=credits.trace,
    )
    items = [Item(line.name, line.amount, line.tax_code) for line in (*lines, *extras)]
    items += [Item(f"credit {line.kpi} {line.window}", -line.amount) for line in settled.credits]
    items += [
        Item(f"earned back {item.kpi} {item.credit_month}", item.amount) for item in credits.earned_back
    ]
    items += [Item("bonus", credits.bonus)] if credits.bonus else []
    return Drafted(statement, tuple(items), tax_point, agreement)


def finish(drafted: Drafted, adjustments: Sequence[Adjustment]) -> Statement:
    """Steps 8 to 10: the net with adjustments, tax by code, the total."""
    statement, agreement = drafted.statement, drafted.agreement
    currency = statement.currency
    loose = statement.bonus + statement.earned_back - statement.settled_credits
    coded = [(line.tax_code, line.amount) for line in (*statement.lines, *statement.extras)]
    coded += [(item.tax_code, item.amount) for item in adjustments if item.tax_code is not None]
    loose += total(item.amount for item in adjustments if item.tax_code is None)
    default = agreement.tax[0].code if agreement.tax else None
    weights: dict[str, Decimal] = {}
    for line in (*statement.lines, *statement.extras):
        if line.in_fees and line.tax_code is not None:
            weights[line.tax_code] = weights.get(line.tax_code, Decimal(0)) + line.amount
    bases: dict[str | None, Decimal] = {}
    for code, amount in [*coded, *spread(loose, weights, default, currency).items()]:
        bases[code] = bases.get(code, money(0, currency)) + amount
    net = money(0, currency) + total(bases.values())
    taxes, missing = tax_lines(bases, agreement.tax, drafted.tax_point, currency)
    tax = money(0, currency) + total(line.amount for line in taxes)
    whole = net + tax
    return replace(
        statement,
        adjustments=tuple(adjustments),
        net=net,
        tax=tax,
        tax_lines=tuple(taxes),
        total=whole,
        document="credit_note" if whole < 0 else "invoice",
        flags=(*statement.flags, *missing),
        trace=(*statement.trace, *_steps(statement, adjustments, net, tax, whole)),
    )


def _steps(
    statement: Statement, adjustments: Sequence[Adjustment], net: Decimal, tax: Decimal, whole: Decimal
) -> list[TraceStep]:
    outside = total(line.amount for line in statement.lines if not line.in_fees)
    inside = total(line.amount for line in statement.extras if line.in_fees)
    numbers = (
        ("fees", str(statement.fees)),
        ("outside_fees", str(outside)),
        ("settled_credits", str(statement.settled_credits)),
        ("earned_back", str(statement.earned_back)),
        ("adjustments", str(total(item.amount for item in adjustments))),
        ("bonus", str(statement.bonus)),
        ("extras", str(total(line.amount for line in statement.extras) - inside)),
        ("net", str(net)),
    )
    return [
        TraceStep("statement.net", numbers),
        TraceStep("statement.total", (("net", str(net)), ("tax", str(tax)), ("total", str(whole)))),
    ]
