"""Match a vendor's invoice with the statement, line by line, within a tolerance.

A line is matched by its name (letters and spaces aside), by a title of the line in either language, or by a pairing that
people made before. Nothing is paired by amount alone: two different lines of 300 are two different lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal

from giao.core.agreement.invoicing.items import Item, items_of
from giao.core.agreement.invoicing.reading import InvoiceLine, VendorInvoice
from giao.core.agreement.results import Statement

Outcome = Literal["agrees", "within_tolerance", "differs", "not_invoiced", "not_in_statement"]


@dataclass(frozen=True)
class Tolerance:
    """A difference of an amount is let pass up to the larger of `amount` and `share` × the statement's amount."""

    amount: Decimal = Decimal(0)
    share: Decimal = Decimal(0)

    def lets_pass(self, difference: Decimal, ours: Decimal) -> bool:
        return abs(difference) <= max(self.amount, self.share * abs(ours))


@dataclass(frozen=True)
class Match:
    """One item of the statement beside the lines of the invoice that name it (none, one, or several that are summed).

    difference  invoiced − ours, in the statement's currency
    fields      which of quantity, price, amount differ, where both sides tell them
    suggestion  for a line that matches nothing: the key of the item whose name is closest, for a person to confirm
    """

    outcome: Outcome
    item: Item | None
    lines: tuple[InvoiceLine, ...]
    difference: Decimal
    fields: tuple[str, ...] = ()
    suggestion: str = ""

    @property
    def invoiced(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def needs_dispute(self) -> bool:
        """Whether the client would pay what is not owed, or the vendor left out a credit: not what a tolerance covers."""
        return self.outcome in ("differs", "not_invoiced", "not_in_statement") and self.difference != 0


@dataclass(frozen=True)
class Matched:
    matches: tuple[Match, ...]
    total: Decimal
    invoiced: Decimal

    @property
    def difference(self) -> Decimal:
        return self.invoiced - self.total

    @property
    def open(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if match.needs_dispute)


def same_name(name: str) -> str:
    """A name as it is compared: no case, no marks, no punctuation, one space between words."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("đ", "d"))
    kept = (ch if ch.isalnum() else " " for ch in plain if not unicodedata.combining(ch))
    return " ".join("".join(kept).split())


def match_invoice(
    invoice: VendorInvoice,
    statement: Statement,
    *,
    tolerance: Tolerance | None = None,
    titles: Mapping[str, tuple[str, ...]] | None = None,
    pairings: Mapping[str, str] | None = None,
) -> Matched:
    """Every item of the statement and every line of the invoice exactly once.

    titles    by item key: other names of the item (titles in the languages of the agreement)
    pairings  by `same_name` of an invoice line: the item key that people paired it with before
    """
    allowed = tolerance or Tolerance()
    items = items_of(statement)
    known = {item.key: item for item in items}
    names: dict[str, str] = {}
    for item in items:
        for name in (item.key, item.name, *(titles or {}).get(item.key, ())):
            names.setdefault(same_name(name), item.key)
    taken: dict[str, list[InvoiceLine]] = {}
    loose: list[InvoiceLine] = []
    for line in invoice.lines:
        name = same_name(line.name)
        paired = (pairings or {}).get(name, "")
        key = paired if paired in known else names.get(name, "")
        if key:
            taken.setdefault(key, []).append(line)
        else:
            loose.append(line)
    found = [_beside(item, tuple(taken.get(item.key, ())), allowed) for item in items]
    missing = {key: name for name, key in names.items() if key not in taken}
    for line in loose:
        close = get_close_matches(same_name(line.name), list(missing.values()), n=1, cutoff=0.6)
        suggestion = names[close[0]] if close else ""
        found.append(Match("not_in_statement", None, (line,), line.amount, (), suggestion))
    return Matched(tuple(found), sum((item.amount for item in items), Decimal(0)), invoice.total)


def _beside(item: Item, lines: tuple[InvoiceLine, ...], tolerance: Tolerance) -> Match:
    difference = sum((line.amount for line in lines), Decimal(0)) - item.amount
    if not lines:
        return Match("not_invoiced" if item.amount else "agrees", item, (), difference)
    fields = []
    if len(lines) == 1:
        line = lines[0]
        if None not in (line.quantity, item.quantity) and line.quantity != item.quantity:
            fields.append("quantity")
        if None not in (line.price, item.price) and line.price != item.price:
            fields.append("price")
    if difference:
        fields.append("amount")
    outcome: Outcome = "agrees"
    if difference:
        outcome = "within_tolerance" if tolerance.lets_pass(difference, item.amount) else "differs"
    elif fields:
        outcome = "differs"
    return Match(outcome, item, lines, difference, tuple(fields))
