"""The control tower as a table: its columns, what sorts them, and what a file of it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.ui.states import state_named
from giao.ui.table import Column, Filter, Table, build_table
from giao.ui.table import Row as Cells

if TYPE_CHECKING:
    from giao.portal.tower import Row

STATES = ("minimum_default", "expected_default", "met", "no_data")


def tower_table(request: HttpRequest, rows: list[Row]) -> Table:
    """`rows` in the order that is shown at first: the worst one on top."""
    by_slug = {row.engagement.slug: row for row in rows}

    def drawn(template: str) -> Callable[[Cells], SafeString]:
        def cell(cells: Cells) -> SafeString:
            return render_to_string(f"portal/tower/{template}.html", {"row": by_slug[cells["slug"]]}, request)

        return cell

    def said(give: Callable[[Row], Any]) -> Callable[[Cells], Any]:
        return lambda cells: give(by_slug[cells["slug"]])

    columns = [
        Column("name", _("Engagement"), "markup", head=True, css="tower-name", text=drawn("name"), file=said(lambda row: row.name)),
        Column("rank", _("Service levels"), "markup", css="tower-levels", text=drawn("levels"), file=said(levels_in_words)),
        Column("open", _("Open"), "markup", numeric=True, text=drawn("open"), file=said(lambda row: row.open)),
        Column("at_risk", _("At risk"), "markup", numeric=True, text=drawn("at_risk"), file=said(lambda row: row.at_risk)),
        Column("credits", _("Credits"), "markup", numeric=True, text=drawn("credits"), file=said(lambda row: row.credits)),
        Column("due", _("Next"), "markup", css="tower-next", text=drawn("next"), file=said(lambda row: row.next_words)),
        Column("state", _("State"), "state", shown=False),
        Column("overdue", _("Overdue"), "number", shown=False, link=lambda cells: by_slug[cells["slug"]].urls["overdue"]),
        Column("cap", _("Amount at risk"), "number", shown=False),
        Column("currency", _("Currency"), shown=False),
        Column("month", _("Month of the credits"), shown=False),
        Column("client", _("Client"), shown=False),
        Column("vendor", _("Vendor"), shown=False),
    ]  # fmt: skip
    return build_table(
        request,
        _frame(rows),
        columns,
        name="tower",
        search=("name", "client", "vendor"),
        filters=(Filter("state", _("State"), [(name, state_named(name).word) for name in STATES]),),
        sort="rank",
        key="slug",
        css="tower",
        row_class=lambda cells: f"tower-row tower-{cells['state']}",
    )


def levels_in_words(row: Row) -> str:
    """``P1 in time: 61.2% (n 214); …``."""
    from giao.ui.templatetags.giao import in_words

    return "; ".join(
        f"{in_words(cell.title)}: {cell.text} (n {cell.figure.n})" for cell in [*row.kpis, *row.more]
    )


def _frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "slug": [row.engagement.slug for row in rows],
            "rank": list(range(len(rows))),
            "name": [row.name for row in rows],
            "client": [row.engagement.client.name for row in rows],
            "vendor": [row.engagement.vendor.name for row in rows],
            "state": [row.state for row in rows],
            "open": [row.open for row in rows],
            "at_risk": [row.at_risk for row in rows],
            "overdue": [row.overdue for row in rows],
            "credits": [None if row.credits is None else float(row.credits) for row in rows],
            "cap": [None if row.cap is None else float(row.cap) for row in rows],
            "currency": [row.currency for row in rows],
            "month": [row.month for row in rows],
            "due": [row.next_due for row in rows],
        },
        schema={
            "slug": pl.String, "rank": pl.Int64, "name": pl.String, "client": pl.String, "vendor": pl.String, "state": pl.String,
            "open": pl.Int64, "at_risk": pl.Int64, "overdue": pl.Int64, "credits": pl.Float64, "cap": pl.Float64,
            "currency": pl.String, "month": pl.String, "due": pl.String,
        },
    )  # fmt: skip
