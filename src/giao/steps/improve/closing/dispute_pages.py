"""Disputes of an engagement, one dispute with its thread, and raising one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.invoicing import items_of
from giao.core.report import formats
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.steps.improve.closing.access import may_act, may_export, side_of
from giao.steps.improve.closing.actions.answer_dispute import acts_of, answer_dispute
from giao.steps.improve.closing.actions.raise_dispute import raise_dispute
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.evidence import download
from giao.steps.improve.closing.figures import item_titles
from giao.steps.improve.closing.forms import amount_of
from giao.steps.improve.closing.models import Dispute, DisputeEntry, DisputeState, Side
from giao.steps.improve.closing.queries import dispute_for, month_of
from giao.steps.improve.reviews.queries import Ground, ground_for, statements_of
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, build_table
from giao.ui.templatetags.giao import language


def disputes_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    engagement = ground.standing.engagement
    rows = list(Dispute.objects.filter(engagement=engagement).order_by("-updated"))
    titles = _titles(ground, {row.month for row in rows})
    now = ground.standing.instant
    frame = pl.DataFrame(
        {
            "id": [str(row.pk) for row in rows],
            "month": [row.month for row in rows],
            "item": [titles.get((row.month, row.item), _plain(row.item)) for row in rows],
            "claim": [float(row.claim) for row in rows],
            "agreed": [None if row.agreed is None else float(row.agreed) for row in rows],
            "raised_by": [str(row.raised_by) for row in rows],
            "state": [str(row.state) for row in rows],
            "answer_by": [row.answer_by for row in rows],
            "late": [row.is_open and row.answer_by < now for row in rows],
        },
        schema={
            "id": pl.String,
            "month": pl.String,
            "item": pl.String,
            "claim": pl.Float64,
            "agreed": pl.Float64,
            "raised_by": pl.String,
            "state": pl.String,
            "answer_by": pl.Datetime("us", "UTC"),
            "late": pl.Boolean,
        },
    )
    currency = rows[0].currency if rows else ""
    states = dict(DisputeState.choices)
    sides = dict(Side.choices)
    columns = [
        Column("item", _("Item"), link=lambda row: page_url("dispute", slug=slug, identifier=row["id"])),
        Column("month", _("Month"), text=lambda row: formats.window(row["month"], language())),
        Column("claim", _("Claimed"), "money", currency=currency),
        Column("agreed", _("Agreed"), "money", currency=currency),
        Column("raised_by", _("Raised by"), text=lambda row: sides[row["raised_by"]]),
        Column("state", _("State"), text=lambda row: states[row["state"]]),
        Column("answer_by", _("Answer by"), "instant"),
    ]
    table = build_table(
        request,
        frame,
        columns,
        name="disputes",
        search=("item", "month"),
        filters=(
            Filter("state", _("State"), DisputeState.choices),
            Filter("late", _("Answer"), (("true", _("overdue")),)),
        ),
        sort="-answer_by",
        key="id",
    )
    if table.export:
        check_may(may_export(ground.standing.place), _("export disputes"))
        return export_table(table, f"{slug}-disputes")
    return render(
        request, "closing/disputes.html", {"engagement": engagement, "table": table, "any": bool(rows)}
    )


def dispute_new(request: HttpRequest, slug: str) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    ground, statement = month_of(request, slug, asked.get("month", ""))
    place = ground.standing.place
    check_may(may_act(place) and not ground.standing.chosen, _("raise a dispute"))
    if statement is None:
        raise Http404(_("There is no statement of this month."))
    side = side_of(place)
    assert side is not None  # may_act says so
    agreement = ground.version_of(statement.month)
    titles = item_titles(statement, agreement, language())
    user = person_of(request)
    fault, status = "", 200
    if request.method == "POST":
        try:
            made = raise_dispute(
                ground.standing.engagement,
                statement,
                agreement,
                side,
                user,
                item=asked.get("item", ""),
                claim=amount_of(asked.get("claim", ""), _("Change")) or Decimal(0),
                text=asked.get("text", ""),
                evidence=request.FILES.get("evidence"),
            )
            return redirect(page_url("dispute", slug=slug, identifier=str(made.pk)) or "/")
        except EngagementError as error:
            fault, status = str(error), error.status
    item = asked.get("item", "")
    choices = [(each.key, titles[each.key], each.amount) for each in items_of(statement)]
    if item.startswith("invoice:"):
        choices.append((item, _plain(item), Decimal(0)))
    context = {
        "engagement": ground.standing.engagement,
        "statement": statement,
        "choices": choices,
        "item": item,
        "claim": asked.get("claim", ""),
        "text": asked.get("text", ""),
        "side": side,
        "fault": fault,
        "crumbs": [
            {"label": _("Disputes"), "url": page_url("disputes", slug=slug)},
            {"label": _("New dispute"), "url": ""},
        ],
    }
    return render(request, "closing/dispute_new.html", context, status=status)


def dispute_page(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponse:
    ground = ground_for(request, slug)
    user = person_of(request)
    dispute = dispute_for(user, slug, identifier)
    fault, status = "", 200
    if request.method == "POST":
        check_may(may_act(ground.standing.place), _("act on a dispute"))
        try:
            _answer(request, ground.standing, dispute, user)
            return redirect(page_url("dispute", slug=slug, identifier=str(dispute.pk)) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
            dispute.refresh_from_db()
    titles = _titles(ground, {dispute.month})
    context: dict[str, Any] = {
        "engagement": ground.standing.engagement,
        "dispute": dispute,
        "title": titles.get((dispute.month, dispute.item), _plain(dispute.item)),
        "entries": dispute.entries.select_related("by").order_by("at", "id"),
        "acts": acts_of(dispute, side_of(ground.standing.place)),
        "late": dispute.is_open and dispute.answer_by < (ground.standing.as_of or timezone.now()),
        "on_table": dispute.offer if dispute.offer is not None else dispute.claim,
        "typed": request.POST,
        "fault": fault,
        "crumbs": [
            {"label": _("Disputes"), "url": page_url("disputes", slug=slug)},
            {"label": titles.get((dispute.month, dispute.item), _plain(dispute.item)), "url": ""},
        ],
    }
    return render(request, "closing/dispute.html", context, status=status)


def _answer(request: HttpRequest, standing: Standing, dispute: Dispute, user: User) -> None:
    side = side_of(standing.place)
    assert side is not None  # may_act says so
    seen = request.POST.get("seen", "")
    if not seen.isdigit():
        raise BadForm(_("That act is not known here; load the page again."))
    answer_dispute(
        dispute,
        side,
        user,
        request.POST.get("act", ""),
        seen=int(seen),
        text=request.POST.get("text", ""),
        amount=amount_of(request.POST.get("amount", ""), _("Settlement")),
        evidence=request.FILES.get("evidence"),
    )


def dispute_evidence(request: HttpRequest, slug: str, identifier: UUID, entry: UUID) -> HttpResponseBase:
    standing_for(request, slug)
    user = person_of(request)
    dispute = dispute_for(user, slug, identifier)
    found = DisputeEntry.objects.filter(dispute=dispute, pk=entry).first()
    if found is None:
        raise Http404("no such file")
    return download(found.evidence, found.evidence_name)


def _titles(ground: Ground, months: set[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for statement in statements_of(ground.reading) if ground.reading else []:
        if statement.month in months:
            titles = item_titles(statement, ground.version_of(statement.month), language())
            found |= {(statement.month, key): title for key, title in titles.items()}
    return found


def _plain(item: str) -> str:
    return item.partition(":")[2] or item
