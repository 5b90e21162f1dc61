"""All that the two sides asked each other about cases: what waits for an answer first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from giao.kernel.engagements.standing import Standing, standing_for
from giao.steps.run.handling.access import may_export
from giao.steps.run.handling.addresses import handling_url
from giao.steps.run.handling.models import Nudge, Side
from giao.steps.run.handling.queries import nudges_of
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.table import Column, Filter, Table


def nudges_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    table = _table(request, standing)
    if table.export:
        return export_table(table, f"{slug}-nudges", standing.zone)
    return render(request, "handling/nudges.html", {"engagement": standing.engagement, "table": table})


def _table(request: HttpRequest, standing: Standing) -> Table:
    states = {"waiting": _("waits for an answer"), "answered": _("answered")}
    rows = sorted(nudges_of(standing.engagement), key=lambda row: row.answered is not None)

    def state(row: Nudge) -> str:
        return "waiting" if row.answered is None else "answered"

    columns = [
        Column("case", _("Case"), link=lambda row: handling_url(standing.engagement, row["case"]), head=True),
        Column("reason", _("Asked")),
        Column("by", _("By")),
        Column("at", _("Since"), "instant"),
        Column("state", _("State")),
        Column("answer", _("Answer")),
        Column("answered_by", _("Answered by")),
        Column("answered", _("Answered"), "instant", shown=False),
    ]
    return list_table(
        request,
        rows,
        columns,
        lambda row: {
            "case": row.case,
            "reason": row.reason,
            "by": f"{row.by.name} ({row.get_side_display()})",
            "at": row.at,
            "state": states[state(row)],
            "state_name": state(row),
            "side": row.side,
            "answer": row.answer or None,
            "answered_by": row.answered_by.name if row.answered_by else None,
            "answered": row.answered,
        },
        name="nudges",
        search=("case", "reason", "by", "answer", "answered_by"),
        filters=(
            Filter("state", _("State"), list(states.items()), column="state_name"),
            Filter("side", _("Asked by"), Side.choices),
        ),
        exportable=may_export(standing.place),
    )
