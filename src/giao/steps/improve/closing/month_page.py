"""Close a month: the statement's items beside the vendor's invoice, disputes, who reviewed, and the close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.agreement.invoicing import InvoiceLine, items_of
from giao.core.agreement.results import Statement
from giao.core.report import formats
from giao.kernel.engagements.access import check_may, engagement_for
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.steps.improve.closing.access import may_act, may_close_month, side_of
from giao.steps.improve.closing.actions.close_month import close_month
from giao.steps.improve.closing.actions.pair_line import pair_line
from giao.steps.improve.closing.actions.receive_invoice import receive_invoice
from giao.steps.improve.closing.actions.review_month import review_month
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.evidence import download
from giao.steps.improve.closing.figures import item_titles
from giao.steps.improve.closing.forms import amount_of, share_of
from giao.steps.improve.closing.models import Dispute, VendorInvoice
from giao.steps.improve.closing.queries import Standing, matched, month_of, newest_invoice, standing_of
from giao.steps.improve.reviews.queries import Ground
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language


@dataclass(frozen=True)
class Row:
    """One item beside the invoice. `claim`: what a dispute raised from here would ask for, as the field takes it."""

    key: str
    title: str
    amount: Decimal | None
    invoiced: Decimal | None
    difference: Decimal | None
    outcome: str
    fields: tuple[str, ...]
    lines: tuple[InvoiceLine, ...]
    dispute: Dispute | None
    raise_url: str | None
    suggestion: str = ""

    @property
    def is_agreed(self) -> bool:
        return self.outcome in ("agrees", "within_tolerance")


def month_page(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    ground, statement = month_of(request, slug, month)
    user = person_of(request)
    if request.method == "POST" and statement is not None:
        try:
            _act(request, ground, statement, user)
        except EngagementError as error:
            if error.status == 403:
                raise
            return _answer(request, ground, statement, month, fault=str(error), status=error.status)
        return redirect(_here(ground, month))
    return _answer(request, ground, statement, month)


def _act(request: HttpRequest, ground: Ground, statement: Statement, user: User) -> None:
    place, engagement = ground.standing.place, ground.standing.engagement
    check_may(may_act(place) and not ground.standing.chosen, _("act on a month"))
    side = side_of(place)
    assert side is not None  # may_act says so
    standing = standing_of(ground, statement)
    post = request.POST
    act = post.get("act", "")
    if act == "review":
        review_month(engagement, statement, side, user, post.get("seen", ""), over=standing.over)
    elif act == "close":
        check_may(may_close_month(place), _("close a month"))
        assert ground.reading is not None
        close_month(engagement, standing, ground.reading, user, post.get("seen", ""))
    elif act == "invoice":
        sign = post.get("decimal", "")
        receive_invoice(
            engagement,
            statement.month,
            user,
            request.FILES.get("file"),
            tolerance=amount_of(post.get("tolerance", ""), _("Tolerance")) or Decimal(0),
            tolerance_share=share_of(post.get("tolerance_share", ""), _("Tolerance in percent")),
            decimal=sign if sign in (".", ",") else None,  # type: ignore[arg-type]
        )
    elif act == "pair":
        pair_line(engagement, statement, user, post.get("line", ""), post.get("item", ""))
    else:
        raise BadForm(_("That act is not known here; load the page again."))


def _answer(
    request: HttpRequest,
    ground: Ground,
    statement: Statement | None,
    month: str,
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    engagement = ground.standing.engagement
    context: dict[str, Any] = {
        "engagement": engagement,
        "shown": ground.shown,
        "missing": ground.missing,
        "month": month,
        "fault": fault,
        "typed": request.POST,
    }
    if statement is None:
        return render(request, "closing/month.html", context)
    standing = standing_of(ground, statement)
    invoice = newest_invoice(engagement, month)
    titles = item_titles(statement, ground.version_of(month), language())
    rows, totals = _rows(ground, standing, invoice, titles)
    may = may_act(ground.standing.place) and not ground.standing.chosen
    context |= {
        "statement": statement,
        "standing": standing,
        "title": formats.window(month, language()),
        "invoice": invoice,
        "rows": rows,
        "totals": totals,
        "items": [(item.key, titles[item.key]) for item in items_of(statement)],
        "side": side_of(ground.standing.place),
        "may_act": may,
        "may_close": may and may_close_month(ground.standing.place),
        "reviews": [
            (name, standing.reviews.get(name), name in standing.stale) for name in ("client", "vendor")
        ],
        "crumbs": [
            {
                "label": _("Statements"),
                "url": page_url("statements", ground.standing.carried, slug=engagement.slug),
            },
            {
                "label": formats.window(month, language()),
                "url": page_url("statement", ground.standing.carried, slug=engagement.slug, month=month),
            },
            {"label": _("Review and close"), "url": ""},
        ],
    }
    return render(request, "closing/month.html", context, status=status)


def _rows(
    ground: Ground, standing: Standing, invoice: VendorInvoice | None, titles: Mapping[str, str]
) -> tuple[list[Row], dict[str, Decimal] | None]:
    """Every item (with its invoice lines when there is an invoice), then the lines that match nothing."""
    disputes = {dispute.item: dispute for dispute in standing.disputes}
    statement = standing.statement

    def row(key: str, title: str, amount: Decimal | None, **beside: Any) -> Row:
        difference = beside.get("difference")
        query = {
            "month": statement.month,
            "item": key,
            "claim": "" if difference is None else str(difference),
        }
        url = page_url("dispute_new", query, slug=ground.standing.engagement.slug)
        blank: dict[str, Any] = {
            "invoiced": None,
            "difference": None,
            "outcome": "",
            "fields": (),
            "lines": (),
        }
        return Row(key, title, amount, dispute=disputes.get(key), raise_url=url, **(blank | beside))

    if invoice is None:
        return [row(item.key, titles[item.key], item.amount) for item in items_of(statement)], None
    found = matched(ground, statement, invoice)
    rows = []
    for match in found.matches:
        beside = {
            "difference": match.difference,
            "outcome": match.outcome,
            "fields": match.fields,
            "lines": match.lines,
        }
        if match.item is not None:
            invoiced = match.invoiced if match.lines else None
            rows.append(
                row(match.item.key, titles[match.item.key], match.item.amount, invoiced=invoiced, **beside)
            )
        else:
            name = match.lines[0].name
            key = f"invoice:{name}"[:300]
            rows.append(row(key, name, None, invoiced=match.invoiced, suggestion=match.suggestion, **beside))
    return rows, {"ours": found.total, "invoiced": found.invoiced, "difference": found.difference}


def _here(ground: Ground, month: str) -> str:
    slug = ground.standing.engagement.slug
    return page_url("month_close", ground.standing.carried, slug=slug, month=month) or "/"


def invoice_file(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponseBase:
    """The vendor's invoice as it came."""
    engagement = engagement_for(person_of(request), slug)
    found = VendorInvoice.objects.filter(engagement=engagement, pk=identifier).first()
    if found is None:
        raise Http404("no such invoice")
    return download(found.file, found.name)
