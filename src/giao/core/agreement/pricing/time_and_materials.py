"""`time_and_materials`: hours × rate card, from facts `giao.fact.timesheet`; `cap` over the whole order."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from giao.core.agreement.document.charge import TimeAndMaterials
from giao.core.agreement.pricing.book import Book, Draft, Named
from giao.core.agreement.pricing.staff import staff_draft
from giao.core.agreement.results import TraceStep, Window


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    return staff_draft(
        book,
        named,
        month,
        fact="timesheet",
        field="hours",
        rates=lambda line: cast("TimeAndMaterials", line).time_and_materials,
    )


def within_cap(amount: Decimal, billed: Decimal, cap: Decimal) -> Decimal:
    """What may still be charged of `amount` when `billed` was charged before and the order ends at `cap`."""
    return min(amount, max(cap - billed, Decimal(0)))


def capped(book: Book, named: Named, month: Window, amount: Decimal) -> tuple[Decimal, TraceStep | None]:
    """The rounded amount of a month under the order's cap."""
    line = named.latest(book.inputs.version_index(month.last), TimeAndMaterials)
    if line.cap is None:
        return amount, None
    billed = book.billed_between(named.name, book.inputs.service_start, month.last)
    allowed = within_cap(amount, billed, line.cap)
    if allowed == amount:
        return amount, None
    numbers = (
        ("cap", str(line.cap)),
        ("billed", str(billed)),
        ("amount", str(amount)),
        ("allowed", str(allowed)),
    )
    return allowed, TraceStep("charge.order_cap", numbers)
