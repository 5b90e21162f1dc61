"""Proposals of an engagement: which change waits for whom, and what became of the others."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing, standing_for
from giao.steps.agree.contracts.access import may_change_agreement
from giao.steps.agree.proposals.access import may_export
from giao.steps.agree.proposals.models import Proposal, ProposalState, Side
from giao.steps.agree.proposals.queries import changes_between, current_version, proposals_of, state_of
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table, build_table

SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "name": pl.String,
    "order": pl.Int64,
    "what": pl.String,
    "side": pl.String,
    "author": pl.String,
    "effective": pl.Date,
    "state": pl.String,
    "updated": pl.Datetime("us", "UTC"),
}


def proposals_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    standing = standing_for(request, slug)
    engagement = standing.engagement
    current = current_version(engagement)
    rows = list(proposals_of(engagement))
    table = _table(request, standing, rows)
    if table.export:
        check_may(may_export(standing.place), _("export proposals"))
        return export_table(table, f"{slug}-proposals", standing.zone)
    context = {
        "engagement": engagement,
        "table": table,
        "any": bool(rows),
        "current": current,
        "may_change": may_change_agreement(standing.place),
    }
    return render(request, "proposals/proposals.html", context)


def what_of(proposal: Proposal) -> str:
    """The first change in words, and how many more."""
    changes = changes_between(proposal.base.text, proposal.text)
    if not changes:
        return _("Nothing but its day.")
    more = len(changes) - 1
    if not more:
        return changes[0]
    return ngettext("%(first)s, and %(n)s more", "%(first)s, and %(n)s more", more) % {
        "first": changes[0],
        "n": more,
    }


def _table(request: HttpRequest, standing: Standing, rows: list[Proposal]) -> Table:
    slug, current = standing.engagement.slug, current_version(standing.engagement)
    frame = pl.DataFrame(
        {
            "id": [str(row.pk) for row in rows],
            "name": [row.name for row in rows],
            "order": [row.thread * 10_000 + row.number for row in rows],
            "what": [what_of(row) for row in rows],
            "side": [str(row.side) for row in rows],
            "author": [row.author.name for row in rows],
            "effective": [row.effective for row in rows],
            "state": [str(state_of(row, current)) for row in rows],
            "updated": [row.updated for row in rows],
        },
        schema=SCHEMA,
    )
    states = dict(ProposalState.choices)
    sides = dict(Side.choices)
    columns = [
        Column(
            "order",
            _("Proposal"),
            text=lambda row: row["name"],
            link=lambda row: page_url("proposal", standing.carried, slug=slug, identifier=row["id"]),
            head=True,
        ),
        Column("what", _("What it changes")),
        Column("side", _("Proposed by"), text=lambda row: sides[row["side"]]),
        Column("author", _("Person")),
        Column("effective", _("In force from"), "day", css="proposal-word"),
        Column("state", _("State"), text=lambda row: states[row["state"]], css="proposal-word"),
        Column("updated", _("Last act"), "instant"),
    ]
    return build_table(
        request,
        frame,
        columns,
        name="proposals",
        search=("name", "what", "author"),
        filters=(
            Filter("state", _("State"), ProposalState.choices),
            Filter("side", _("Proposed by"), Side.choices),
        ),
        sort="-order",
        key="id",
    )
