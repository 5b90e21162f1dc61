"""Addresses of the month's close: see it, review it, close it; the vendor's invoice. Disputes and exclusions stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Schema, Status, UploadedFile
from pydantic import Field

from giao.core.agreement.results import Statement
from giao.kernel.api.caller import person_of
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.tags import check_same, check_unchanged, tag_of
from giao.kernel.api.values import Money, instant, money
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import Side, check_may
from giao.kernel.parties.models import User
from giao.steps.improve.closing.access import may_act, may_close_month, side_of
from giao.steps.improve.closing.actions.close_month import close_month
from giao.steps.improve.closing.actions.pair_line import pair_line
from giao.steps.improve.closing.actions.receive_invoice import receive_invoice
from giao.steps.improve.closing.actions.review_month import review_month
from giao.steps.improve.closing.dispute_api import router as disputes
from giao.steps.improve.closing.evidence import download
from giao.steps.improve.closing.exclusion_api import router as exclusions
from giao.steps.improve.closing.forms import amount_of, share_of
from giao.steps.improve.closing.models import VendorInvoice
from giao.steps.improve.closing.queries import Standing, matched, newest_invoice, standing_of
from giao.steps.improve.reviews.api import readable, statement_of
from giao.steps.improve.reviews.queries import Ground

router = Wing(tags=["month close"])
router.add_router("", disputes, tags=["disputes"])
router.add_router("", exclusions, tags=["exclusions"])
HERE = "/engagements/{slug}"


class ReviewOut(Schema):
    side: str
    by: str
    at: str
    total: Money
    stale: bool = Field(description="The figures are no longer those that were reviewed.")


class CloseOut(Schema):
    by: str
    at: str
    total: Money
    figures: str
    agreement_hash: str
    ledger_hash: str


class StandingOut(Schema):
    """`figures`: the hash of every amount; who reviews or closes sends it back, so that nobody signs what they did not see."""

    month: str
    figures: str
    total: Money
    over: bool
    ready: bool = Field(description="Both sides have reviewed exactly these figures: it can be closed.")
    reviews: list[ReviewOut]
    close: CloseOut | None
    open_disputes: int


class FiguresIn(Schema):
    figures: str = Field(description="`figures` of the month as you saw it.", min_length=64, max_length=64)


class InvoiceOut(Schema):
    id: str
    month: str
    name: str
    sha256: str
    lines: int
    set_aside: int
    stated_total: Money | None
    received: str
    by: str


class InvoicesOut(Schema):
    items: list[InvoiceOut]
    next: str | None


class InvoiceLineOut(Schema):
    row: int
    name: str
    amount: Money


class MatchOut(Schema):
    """One item of the statement beside the lines of the invoice that mean it; `item` null: a line that matches nothing."""

    outcome: str
    item: str | None
    ours: Money | None
    invoiced: Money | None
    difference: Money
    fields: list[str]
    suggestion: str
    lines: list[InvoiceLineOut]


class MatchedOut(Schema):
    invoice: InvoiceOut
    matches: list[MatchOut]
    ours: Money
    invoiced: Money
    difference: Money


class PairIn(Schema):
    line: str = Field(min_length=1, max_length=300, description="The vendor's name of a line.")
    item: str = Field(
        max_length=300, description="Key of the statement's item; empty takes the pairing back."
    )


@router.read(HERE + "/statements/{month}/close", "statements:read", StandingOut, as_of=True)
def month_close(request: HttpRequest, response: HttpResponse, slug: str, month: str) -> dict[str, Any]:
    """How far a month is: who has reviewed which figures, whether it is closed."""
    _ground, standing = _standing(request, slug, month)
    found = _standing_out(standing)
    check_unchanged(request, response, _tag(standing))
    return found


@router.write(
    HERE + "/statements/{month}/review",
    "statements:write",
    StandingOut,
    if_match=True,
    summary="Review month",
)
def month_review(request: HttpRequest, slug: str, month: str, body: FiguresIn) -> dict[str, Any]:
    """Your side agrees with the month's figures. 409 when they are no longer those that you saw. Doing it twice changes nothing."""
    ground, standing = _standing(request, slug, month)
    side, person = acting(request, ground, _("act on a month"))
    check_same(request, _tag(standing))
    engagement = ground.standing.engagement
    review_month(engagement, standing.statement, side, person, body.figures, over=standing.over)
    return _standing_out(standing_of(ground, standing.statement))


@router.write(
    HERE + "/statements/{month}/close", "statements:write", StandingOut, if_match=True, summary="Close month"
)
def month_closed(request: HttpRequest, slug: str, month: str, body: FiguresIn) -> dict[str, Any]:
    """Freeze a month that both sides have reviewed. It binds both; what comes later is an adjustment. A second time is 409."""
    ground, standing = _standing(request, slug, month)
    _side, person = acting(request, ground, _("act on a month"))
    check_may(may_close_month(ground.standing.place), _("close a month"))
    check_same(request, _tag(standing))
    assert ground.reading is not None
    close_month(ground.standing.engagement, standing, ground.reading, person, body.figures)
    return _standing_out(standing_of(ground, standing.statement))


@router.write(
    HERE + "/statements/{month}/invoices", "statements:write", {201: InvoiceOut}, once=True
)  # fmt: skip
def invoice_handed_in(
    request: HttpRequest,
    slug: str,
    month: str,
    file: File[UploadedFile],
    tolerance: Form[str] = "",
    tolerance_percent: Form[str] = "",
    decimal: Form[Literal[".", ",", ""]] = "",
) -> Status:
    """Hand in the vendor's invoice of a month: CSV or Excel, as a form with the part `file`. The newest of a month counts."""
    ground = readable(request, slug)
    statement = statement_of(ground, month)
    _side, person = acting(request, ground, _("act on a month"))

    def act() -> dict[str, Any]:
        row = receive_invoice(
            ground.standing.engagement,
            statement.month,
            person,
            file,
            tolerance=amount_of(tolerance, "tolerance") or Decimal(0),
            tolerance_share=share_of(tolerance_percent, "tolerance_percent"),
            decimal=decimal or None,
        )
        return _invoice(row, statement.currency)

    return once(request, ground.standing.engagement, 201, act)


@router.read(HERE + "/invoices", "statements:read", InvoicesOut, paged=True)
def invoices(request: HttpRequest, slug: str, month: str = "") -> dict[str, Any]:
    """Invoices that were handed in, the newest first."""
    asked = asked_page(request)
    ground = readable(request, slug)
    rows = VendorInvoice.objects.filter(engagement=ground.standing.engagement).select_related("by")
    found, following = page_of(rows.filter(month=month) if month else rows, asked)
    currency = ground.versions[0].currency
    return {"items": [_invoice(row, currency) for row in found], "next": following}


@router.read(HERE + "/invoices/{uuid:identifier}/file", "statements:read", {200: None})
def invoice_content(request: HttpRequest, slug: str, identifier: UUID) -> Any:
    """The invoice's file as it came, for download."""
    ground = readable(request, slug)
    row = VendorInvoice.objects.filter(engagement=ground.standing.engagement, pk=identifier).first()
    if row is None:
        raise Http404("no such invoice")
    return download(row.file, row.name)


@router.read(HERE + "/statements/{month}/invoice", "statements:read", MatchedOut, as_of=True)
def invoice_matched(request: HttpRequest, slug: str, month: str) -> dict[str, Any]:
    """The newest invoice of the month beside the statement, line by line, with what differs."""
    ground = readable(request, slug)
    statement = statement_of(ground, month)
    row = newest_invoice(ground.standing.engagement, month)
    if row is None:
        raise Http404("no invoice of this month")
    found, currency = matched(ground, statement, row), statement.currency
    return {
        "invoice": _invoice(row, currency),
        "matches": [
            {
                "outcome": match.outcome,
                "item": match.item.key if match.item else None,
                "ours": money(match.item.amount, currency) if match.item else None,
                "invoiced": money(match.invoiced, currency) if match.lines else None,
                "difference": money(match.difference, currency),
                "fields": list(match.fields),
                "suggestion": match.suggestion,
                "lines": [
                    {"row": line.row, "name": line.name, "amount": money(line.amount, currency)}
                    for line in match.lines
                ],
            }
            for match in found.matches
        ],
        "ours": money(found.total, currency),
        "invoiced": money(found.invoiced, currency),
        "difference": money(found.difference, currency),
    }


@router.write(HERE + "/statements/{month}/pairings", "statements:write", {204: None}, method="PUT")
def invoice_line_paired(request: HttpRequest, slug: str, month: str, body: PairIn) -> Status:
    """Say which item of the statement a line of the vendor's invoice means; the next invoice is paired by itself."""
    ground = readable(request, slug)
    _side, person = acting(request, ground, _("act on a month"))
    pair_line(ground.standing.engagement, statement_of(ground, month), person, body.line, body.item)
    return Status(204, None)


def acting(request: HttpRequest, ground: Ground, act: str) -> tuple[Side, User]:
    """The side for which the caller acts, and who answers for it. Raises NotAllowed."""
    check_may(may_act(ground.standing.place) and not ground.standing.chosen, act)
    side = side_of(ground.standing.place)
    assert side is not None  # may_act says so
    return side, person_of(request)


def _standing(request: HttpRequest, slug: str, month: str) -> tuple[Ground, Standing]:
    ground = readable(request, slug)
    return ground, standing_of(ground, _statement(ground, month))


def _statement(ground: Ground, month: str) -> Statement:
    return statement_of(ground, month)


def _tag(standing: Standing) -> str:
    reviews: Mapping[str, Any] = standing.reviews
    return tag_of(
        standing.figures,
        sorted((side, row.figures_hash) for side, row in reviews.items()),
        standing.close is not None,
        len(standing.open_disputes),
    )


def _standing_out(standing: Standing) -> dict[str, Any]:
    statement, close = standing.statement, standing.close
    return {
        "month": statement.month,
        "figures": standing.figures,
        "total": money(statement.total, statement.currency),
        "over": standing.over,
        "ready": standing.ready and close is None,
        "reviews": [
            {
                "side": side,
                "by": row.by.name,
                "at": instant(row.at),
                "total": money(row.total, statement.currency),
                "stale": side in standing.stale,
            }
            for side, row in sorted(standing.reviews.items())
        ],
        "close": None
        if close is None
        else {
            "by": close.by.name,
            "at": instant(close.at),
            "total": money(close.total, close.currency),
            "figures": close.figures_hash,
            "agreement_hash": close.agreement_hash,
            "ledger_hash": close.ledger_hash,
        },
        "open_disputes": len(standing.open_disputes),
    }


def _invoice(row: VendorInvoice, currency: str) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "month": row.month,
        "name": row.name,
        "sha256": row.sha256,
        "lines": len(row.lines),
        "set_aside": len(row.set_aside),
        "stated_total": money(row.stated_total, currency),
        "received": instant(row.at),
        "by": row.by.name,
    }
