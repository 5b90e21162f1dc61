"""Reads: how far a month is, its invoice matched, its disputes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from giao.core.agreement.invoicing import InvoiceLine, Matched, Tolerance, match_invoice
from giao.core.agreement.invoicing import VendorInvoice as InvoiceValue
from giao.core.agreement.results import Statement
from giao.kernel.engagements.access import engagement_for
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.improve.closing.figures import figures_hash, other_names
from giao.steps.improve.closing.models import (
    OPEN_STATES,
    Dispute,
    Exclusion,
    MonthClose,
    MonthReview,
    Pairing,
    VendorInvoice,
)
from giao.steps.improve.reviews.queries import Ground, ground_for, last_day, statements_of


@dataclass(frozen=True)
class Standing:
    """How far a month is decided.

    reviews   by side; `stale` are those whose figures are no longer the statement's
    ready     both sides have reviewed exactly these figures, the month is over, and nobody has closed it
    """

    statement: Statement
    figures: str
    over: bool
    reviews: Mapping[str, MonthReview]
    close: MonthClose | None
    disputes: tuple[Dispute, ...]

    @property
    def stale(self) -> frozenset[str]:
        return frozenset(side for side, row in self.reviews.items() if row.figures_hash != self.figures)

    @property
    def reviewed(self) -> frozenset[str]:
        return frozenset(self.reviews) - self.stale

    @property
    def ready(self) -> bool:
        return self.over and not self.statement.closed and self.reviewed == {"client", "vendor"}

    @property
    def open_disputes(self) -> tuple[Dispute, ...]:
        return tuple(dispute for dispute in self.disputes if dispute.is_open)

    @property
    def changed_after_close(self) -> bool:
        """The frozen statement is no longer what both signed: this must never be."""
        return self.close is not None and self.statement.closed and self.close.figures_hash != self.figures


def month_of(request: HttpRequest, slug: str, month: str) -> tuple[Ground, Statement | None]:
    """Where the page stands, and the month's statement. Raises Http404 for a month that there is not."""
    ground = ground_for(request, slug)
    found = statements_of(ground.reading) if ground.reading else []
    statement = next((item for item in found if item.month == month), None)
    if statement is None and found:
        raise Http404(_("There is no statement of this month."))
    return ground, statement


def standing_of(ground: Ground, statement: Statement) -> Standing:
    engagement = ground.standing.engagement
    reviews = MonthReview.objects.filter(engagement=engagement, month=statement.month).select_related("by")
    return Standing(
        statement,
        figures_hash(statement),
        last_day(statement.month) < ground.today,
        {row.side: row for row in reviews},
        MonthClose.objects.filter(engagement=engagement, month=statement.month).select_related("by").first(),
        tuple(Dispute.objects.filter(engagement=engagement, month=statement.month).order_by("created")),
    )


def newest_invoice(engagement: Engagement, month: str) -> VendorInvoice | None:
    found = VendorInvoice.objects.filter(engagement=engagement, month=month).select_related("by")
    return found.order_by("-at", "-id").first()


def matched(ground: Ground, statement: Statement, row: VendorInvoice) -> Matched:
    """The stored lines of an invoice beside the statement as it is now."""
    value = InvoiceValue(tuple(_line(item) for item in row.lines), (), row.stated_total)
    pairings = dict(Pairing.objects.filter(engagement=ground.standing.engagement).values_list("name", "item"))
    return match_invoice(
        value,
        statement,
        tolerance=Tolerance(row.tolerance, row.tolerance_share),
        titles=other_names(statement, ground.version_of(statement.month)),
        pairings=pairings,
    )


def _line(stored: Mapping[str, Any]) -> InvoiceLine:
    quantity, price = (
        None if stored[name] is None else Decimal(stored[name]) for name in ("quantity", "price")
    )
    return InvoiceLine(stored["name"], Decimal(stored["amount"]), quantity, price, stored["row"])


def dispute_for(user: User, slug: str, identifier: UUID | str) -> Dispute:
    """A dispute through its engagement, or Http404."""
    engagement = engagement_for(user, slug)
    found = Dispute.objects.filter(engagement=engagement, pk=identifier).first()
    if found is None:
        raise Http404("no such dispute")
    return found


def exclusion_for(user: User, slug: str, identifier: UUID | str) -> Exclusion:
    engagement = engagement_for(user, slug)
    found = Exclusion.objects.filter(engagement=engagement, pk=identifier).first()
    if found is None:
        raise Http404("no such exclusion")
    return found


def open_disputes(engagement: Engagement) -> int:
    return Dispute.objects.filter(engagement=engagement, state__in=OPEN_STATES).count()
