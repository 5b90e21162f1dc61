"""Statements: a row a month, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.core.agreement.results import Statement
from giao.steps.improve.reviews.access import may_export
from giao.steps.improve.reviews.queries import Ground, Review, ground_for, review_of, statements_of
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.states import state_named
from giao.ui.table import Column, Filter, Row, Table, build_table
from giao.ui.templatetags.giao import window

REVIEWS = ("provisional", "under_review", "closed")


@dataclass(frozen=True)
class Month:
    statement: Statement
    review: Review
    url: str | None
    share_of_cap: float


def statements_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    carried = ground.standing.carried
    months = [
        Month(
            statement,
            review_of(statement, ground.version_of(statement.month), ground.today),
            page_url("statement", carried, slug=slug, month=statement.month),
            float(statement.credit_total / statement.at_risk) if statement.at_risk else 0.0,
        )
        for statement in statements_of(ground.reading)
    ] if ground.reading else []  # fmt: skip
    table = _table(request, ground, months) if months else None
    if table is not None and table.export:
        return export_table(table, f"{slug}-statements", ground.standing.zone)
    context = {
        "engagement": ground.standing.engagement,
        "shown": ground.shown,
        "missing": ground.missing,
        "table": table,
        "may_export": may_export(ground.standing.place),
    }
    return render(request, "reviews/statements.html", context)


def _table(request: HttpRequest, ground: Ground, months: list[Month]) -> Table:
    by_month = {item.statement.month: item for item in months}
    currency = months[0].statement.currency

    def credits(row: Row) -> SafeString:
        return render_to_string("reviews/credits.html", {"row": by_month[row["month"]]}, request)

    def link(row: Row) -> str | None:
        return by_month[row["month"]].url

    columns = [
        Column("month", _("Month"), head=True, link=link, text=lambda row: window(row["month"])),
        Column("review", _("State"), "state"),
        Column("fees", _("Fees"), "money", currency=currency),
        Column("credits", _("Credits"), "markup", numeric=True, text=credits, file=lambda row: row["credits"]),
        Column("tax", _("Tax"), "money", currency=currency),
        Column("total", _("Total"), "money", currency=currency, link=link),
        Column("at_risk", _("Amount at risk"), "money", currency=currency, shown=False),
        Column("earned_back", _("Earned back"), "money", currency=currency, shown=False),
        Column("hash", _("Seal of the inputs"), shown=False, sortable=False, text=lambda row: row["hash"][:12]),
    ]  # fmt: skip
    statements = [item.statement for item in months]
    frame = pl.DataFrame(
        {
            "month": [item.month for item in statements],
            "review": [item.review for item in months],
            "fees": [float(item.fees) for item in statements],
            "credits": [float(item.credit_total) for item in statements],
            "tax": [float(item.tax) for item in statements],
            "total": [float(item.total) for item in statements],
            "at_risk": [None if item.at_risk is None else float(item.at_risk) for item in statements],
            "earned_back": [float(item.earned_back) for item in statements],
            "hash": [item.hash for item in statements],
        },
        schema_overrides={"at_risk": pl.Float64},
    )
    return build_table(
        request,
        frame,
        columns,
        name="statements",
        search=("month",),
        filters=(Filter("review", _("State"), [(name, state_named(name).word) for name in REVIEWS]),),
        sort="-month",
        exportable=may_export(ground.standing.place),
    )
