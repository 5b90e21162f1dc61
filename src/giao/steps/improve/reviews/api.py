"""Addresses of statements: the months, and one month line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from giao.core.agreement.output import statement_json
from giao.core.agreement.results import Statement
from giao.kernel.api.caller import stand
from giao.kernel.api.paging import asked_page, list_page
from giao.kernel.api.readings import ReadingOut, check_readable, reading_out, tag_reading
from giao.kernel.api.values import Money, money
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.readings.queries import Shown
from giao.steps.improve.reviews.access import may_export
from giao.steps.improve.reviews.excel import statement_workbook
from giao.steps.improve.reviews.head import head_of
from giao.steps.improve.reviews.pdf import statement_pdf
from giao.steps.improve.reviews.queries import Ground, closes_on, ground_on, review_of, statements_of
from giao.steps.improve.reviews.sheet import blocks_of
from giao.steps.improve.reviews.statement_page import EXCEL
from giao.ui.templatetags.giao import language

router = Wing(tags=["statements"])
HERE = "/engagements/{slug}/statements"


class MonthOut(Schema):
    """Credits are positive amounts owed to the client. `review`: provisional, under_review or closed."""

    month: str
    review: str
    closes_on: str
    fees: Money
    at_risk: Money | None
    credits: Money
    earned_back: Money
    tax: Money
    total: Money
    provisional: bool
    closed: bool
    hash: str = Field(description="Seal of the inputs.")


class MonthsOut(Schema):
    items: list[MonthOut]
    next: str | None
    reading: ReadingOut


class StepOut(Schema):
    what: str
    numbers: dict[str, Any]


class LineOut(Schema):
    name: str | None
    kind: str
    quantity: float | int | None
    price: str | None
    amount: Money
    in_fees: bool
    tax_code: str | None
    provisional: bool
    flags: list[str]
    trace: list[StepOut] = Field(description="The arithmetic, step by step.")
    cases: str = Field(description="Address of the cases that the line counted.")


class CreditOut(Schema):
    kpi: str
    window: str
    amount: Money
    uncapped: Money
    points: float | int | None
    repeat: float | int | None
    reason: str | None
    trace: list[StepOut]
    cases: str = Field(description="Address of the cases that the service level counted.")


class AdjustmentOut(Schema):
    month: str
    line: str
    old: Money
    new: Money
    amount: Money


class StatementOut(MonthOut):
    lines: list[LineOut]
    extras: list[LineOut]
    credit_lines: list[CreditOut]
    adjustments: list[AdjustmentOut]
    net: Money
    carried_in: Money
    carried_out: Money
    bonus: Money
    reading: ReadingOut


@router.read(HERE, "statements:read", MonthsOut, as_of=True, paged=True)
def statements(request: HttpRequest, response: HttpResponse, slug: str) -> dict[str, Any]:
    """The statements of all months, the newest first, in totals."""
    asked = asked_page(request)
    ground, shown = _shown(request, slug)
    reading = tag_reading(request, response, shown, Unmasked())
    rows, following = list_page(statements_of(reading), asked, lambda item: [item.month], falling=True)
    return {
        "items": [_month(ground, row) for row in rows],
        "next": following,
        "reading": reading_out(shown),
    }


@router.read(HERE + "/{month}", "statements:read", StatementOut, as_of=True)
def statement(request: HttpRequest, response: HttpResponse, slug: str, month: str) -> dict[str, Any]:
    """One month: charge lines, credits and adjustments, each with its arithmetic and the address of its cases."""
    ground, shown = _shown(request, slug)
    tag_reading(request, response, shown, Unmasked())
    found = statement_of(ground, month)
    raw, currency = statement_json(found), found.currency
    return {
        **_month(ground, found),
        "lines": [_line(ground, month, item, currency) for item in raw["lines"]],
        "extras": [_line(ground, month, item, currency) for item in raw["extras"]],
        "credit_lines": [_credit(ground, item, currency) for item in raw["credits"]],
        "adjustments": [
            item | {name: money(item[name], currency) for name in ("old", "new", "amount")}
            for item in raw["adjustments"]
        ],
        **{name: money(raw[name], currency) for name in ("net", "carried_in", "carried_out", "bonus")},
        "reading": reading_out(shown),
    }


@router.read(HERE + "/{month}/document", "exports:read", {200: None}, as_of=True)
def statement_document(request: HttpRequest, slug: str, month: str, format: str = "pdf") -> HttpResponse:
    """The statement as the page hands it out: pdf or xlsx, in the language of Accept-Language."""
    ground = readable(request, slug)
    check_may(may_export(ground.standing.place), _("export a statement"))
    found = statement_of(ground, month)
    if format not in ("pdf", "xlsx"):
        raise EngagementError(_("The format is one of %(known)s.") % {"known": "pdf, xlsx"})
    head, blocks = head_of(ground, found, language()), blocks_of(found, ground.version_of(month), language())
    pdf = format == "pdf"
    content = (
        statement_pdf(head, found, blocks, language()) if pdf else statement_workbook(head, found, blocks)
    )
    answer = HttpResponse(content, content_type="application/pdf" if pdf else EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{slug}-{month}.{format}"'
    return answer


def readable(request: HttpRequest, slug: str) -> Ground:
    """Where the answer stands, with a reading."""
    return _shown(request, slug)[0]


def _shown(request: HttpRequest, slug: str) -> tuple[Ground, Shown]:
    ground = ground_on(stand(request, slug))
    return ground, check_readable(ground.shown, ground.missing)


def statement_of(ground: Ground, month: str) -> Statement:
    assert ground.reading is not None
    found = next((item for item in statements_of(ground.reading) if item.month == month), None)
    if found is None:
        raise Http404("no statement of this month")
    return found


def _month(ground: Ground, found: Statement) -> dict[str, Any]:
    agreement, currency = ground.version_of(found.month), found.currency
    return {
        "month": found.month,
        "review": review_of(found, agreement, ground.today),
        "closes_on": closes_on(found, agreement).isoformat(),
        "fees": money(found.fees, currency),
        "at_risk": money(found.at_risk, currency),
        "credits": money(found.credit_total, currency),
        "earned_back": money(found.earned_back, currency),
        "tax": money(found.tax, currency),
        "total": money(found.total, currency),
        "provisional": found.provisional,
        "closed": found.closed,
        "hash": found.hash,
    }


def _line(ground: Ground, month: str, item: Mapping[str, Any], currency: str) -> dict[str, Any]:
    return {
        **item,
        "amount": money(item["amount"], currency),
        "cases": _cases(ground, line=item["name"] or "", month=month),
    }


def _credit(ground: Ground, item: Mapping[str, Any], currency: str) -> dict[str, Any]:
    return {
        **item,
        "amount": money(item["amount"], currency),
        "uncapped": money(item["uncapped"], currency),
        "cases": _cases(ground, kpi=item["kpi"], window=item["window"]),
    }


def _cases(ground: Ground, **query: str) -> str:
    slug = ground.standing.engagement.slug
    return f"/api/v1/engagements/{slug}/cases?{urlencode(query | ground.standing.carried)}"
