"""Exclusions: which cases are asked to be excused, by whom, with what evidence, and what the other side decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may, may_export
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.kernel.readings.compute import results_of
from giao.steps.improve.closing.access import may_act, side_of
from giao.steps.improve.closing.actions.decide_exclusion import decide_exclusion
from giao.steps.improve.closing.actions.request_exclusion import request_exclusion
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.evidence import download
from giao.steps.improve.closing.forms import instant_of
from giao.steps.improve.closing.models import Exclusion, ExclusionState, Side
from giao.steps.improve.closing.queries import exclusion_for
from giao.steps.improve.reviews.queries import Ground, ground_for
from giao.ui.export import export_table
from giao.ui.listing import list_table
from giao.ui.navigation import page_url
from giao.ui.table import Column, Filter, Table


def exclusions_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    place = ground.standing.place
    user = person_of(request)
    fault, status = "", 200
    if request.method == "POST":
        check_may(may_act(place) and not ground.standing.chosen, _("ask for an exclusion"))
        try:
            if request.POST.get("act") == "decide":
                _decide(request, ground, user, slug)
            else:
                _request(request, ground, user)
            return redirect(page_url("exclusions", slug=slug) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    engagement = ground.standing.engagement
    rows = Exclusion.objects.filter(engagement=engagement).select_related("by", "decided_by").order_by("-at")
    side = side_of(place)
    table = _table(request, list(rows))
    if table.export:
        check_may(may_export(place), _("export exclusions"))
        return export_table(table, f"{slug}-exclusions", ground.standing.zone)
    may = may_act(place) and not ground.standing.chosen
    context: dict[str, Any] = {
        "engagement": engagement,
        "table": table,
        "waiting": [
            row
            for row in rows
            if may and side is not None and side != row.side and row.state == ExclusionState.REQUESTED
        ],
        "reliefs": [(item.key, item.kind, item.evidence) for item in ground.versions[-1].relief]
        if ground.versions
        else [],
        "may_act": may,
        "typed": request.POST,
        "chosen": request.GET.get("cases", ""),
        "fault": fault,
    }
    return render(request, "closing/exclusions.html", context, status=status)


def _table(request: HttpRequest, rows: list[Exclusion]) -> Table:
    columns = [
        Column("relief", _("Relief of the agreement"), head=True),
        Column("reason", _("Why"), template="closing/exclusion_reason.html"),
        Column("cases", _("Cases"), template="closing/exclusion_cases.html"),
        Column("count", _("Number of cases"), "number", shown=False),
        Column("begins", _("From"), "instant", shown=False),
        Column("ends", _("Until"), "instant", shown=False),
        Column("by", _("Asked by")),
        Column("at", _("Since"), "instant"),
        Column("state", _("State")),
        Column("answer", _("Answer"), template="closing/exclusion_answer.html"),
        Column("decided", _("Decided"), "instant", shown=False),
    ]
    return list_table(
        request,
        rows,
        columns,
        lambda row: {
            "relief": row.relief,
            "reason": row.reason,
            "cases": ", ".join(row.cases),
            "count": len(row.cases),
            "begins": row.begins,
            "ends": row.ends,
            "by": f"{row.by.name} ({row.get_side_display()})",
            "at": row.at,
            "state": row.get_state_display(),
            "state_name": row.state,
            "side": row.side,
            "answer": row.answer or None,
            "decided": row.decided_at,
        },
        name="exclusions",
        search=("relief", "reason", "cases", "by", "answer"),
        filters=(
            Filter("state", _("State"), ExclusionState.choices, column="state_name"),
            Filter("side", _("Asked by"), Side.choices),
        ),
    )


def _request(request: HttpRequest, ground: Ground, user: User) -> None:
    side = side_of(ground.standing.place)
    assert side is not None  # may_act says so
    if ground.reading is None or not ground.versions:
        raise BadForm(_("There are no numbers yet; exclusions are asked for cases of the log."))
    known = frozenset(results_of(ground.reading).cases.select("case").collect()["case"].to_list())
    post = request.POST
    request_exclusion(
        ground.standing.engagement,
        ground.versions[-1],
        side,
        user,
        relief=post.get("relief", ""),
        cases=post.get("cases", "").replace(",", "\n").splitlines(),
        known=known,
        begins=instant_of(post.get("begins", ""), ground.standing.zone),
        ends=instant_of(post.get("ends", ""), ground.standing.zone),
        reason=post.get("reason", ""),
        evidence=request.FILES.get("evidence"),
    )


def _decide(request: HttpRequest, ground: Ground, user: User, slug: str) -> None:
    side = side_of(ground.standing.place)
    assert side is not None  # may_act says so
    try:
        row = exclusion_for(user, slug, request.POST.get("exclusion", ""))
    except (ValueError, TypeError) as error:
        raise Http404("no such exclusion") from error
    accept = request.POST.get("decision") == "accept"
    decide_exclusion(row, side, user, accept=accept, answer=request.POST.get("answer", ""))


def exclusion_evidence(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponseBase:
    standing_for(request, slug)
    user = person_of(request)
    row = exclusion_for(user, slug, identifier)
    return download(row.evidence, row.evidence_name)
