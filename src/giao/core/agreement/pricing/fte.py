"""`fte`: role × day rate × staff days (attendance, or the plan), from facts `giao.fact.staff_days`."""

from __future__ import annotations

from typing import cast

from giao.core.agreement.document.charge import Fte
from giao.core.agreement.pricing.book import Book, Draft, Named
from giao.core.agreement.pricing.staff import staff_draft
from giao.core.agreement.results import Window


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    """Facts that say the line's `basis` count; where a role has none of them in a month, those that say no basis."""
    return staff_draft(
        book,
        named,
        month,
        fact="staff_days",
        field="days",
        rates=lambda line: cast("Fte", line).fte,
        basis=lambda line: cast("Fte", line).basis,
    )
