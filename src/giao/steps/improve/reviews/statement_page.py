"""One month's statement: the page, and the same as PDF and Excel (`?file=pdf`, `?file=xlsx`)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from giao.core.agreement.results import Statement
from giao.kernel.engagements.access import check_may
from giao.steps.improve.reviews.access import may_export
from giao.steps.improve.reviews.excel import statement_workbook
from giao.steps.improve.reviews.head import head_of
from giao.steps.improve.reviews.pdf import statement_pdf
from giao.steps.improve.reviews.queries import Ground, ground_for, statements_of, windows_with_misses
from giao.steps.improve.reviews.sheet import Block, Row, blocks_of
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COUNTS_CASES = ("per_unit", "arc_rrc", "outcome", "pass_through", "minimum", "true_up")
"""Kinds of charge lines that follow from cases; the others follow from days, people or milestones."""


def statement_page(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    ground = ground_for(request, slug)
    found = statements_of(ground.reading) if ground.reading else []
    statement = next((item for item in found if item.month == month), None)
    if statement is None and found:
        raise Http404(_("There is no statement of this month."))
    context: dict[str, Any] = {
        "engagement": ground.standing.engagement,
        "shown": ground.shown,
        "missing": ground.missing,
        "month": month,
    }
    if statement is None:
        return render(request, "reviews/statement.html", context)
    head = head_of(ground, statement, language())
    blocks = blocks_of(statement, ground.version_of(month), language())
    file = request.GET.get("file", "")
    if file in ("pdf", "xlsx"):
        check_may(may_export(ground.standing.place), _("export a statement"))
        body = statement_pdf(head, statement, blocks, language()) if file == "pdf" else None
        name = f"{slug}-{month}.{file}"
        made = body or statement_workbook(head, statement, blocks)
        response = HttpResponse(made, content_type="application/pdf" if file == "pdf" else EXCEL)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    months = [item.month for item in found]
    place = months.index(month)
    context |= {
        "statement": statement,
        "head": head,
        "blocks": [(block, _with_links(ground, statement, block)) for block in blocks],
        "before": months[place - 1] if place else "",
        "after": months[place + 1] if place + 1 < len(months) else "",
        "may_export": may_export(ground.standing.place),
        "crumbs": [
            {"label": _("Statements"), "url": page_url("statements", ground.standing.carried, slug=slug)},
            {"label": head.title, "url": ""},
        ],
    }
    return render(request, "reviews/statement.html", context)


def _with_links(ground: Ground, statement: Statement, block: Block) -> list[tuple[Row, str | None]]:
    """Each row with the address of the cases behind it (None: no cases stand behind it)."""
    slug, carried = ground.standing.engagement.slug, ground.standing.carried
    missed = windows_with_misses(ground) if block.name == "credits" else frozenset()
    kinds = {line.name: line.kind for line in (*statement.lines, *statement.extras)}
    found = []
    for row in block.rows:
        query: dict[str, str] = {}
        if row.kpi:
            role = "missed" if (row.kpi, row.window) in missed else ""
            query = {"kpi": row.kpi, "window": row.window, "role": role}
        elif row.line and kinds.get(row.line) in COUNTS_CASES and row.quantity is not None:
            query = {"line": row.line, "month": statement.month}
        found.append((row, page_url("cases", {**query, **carried}, slug=slug) if query else None))
    return found
