"""Exclusions: which cases are asked to be excused, by whom, with what evidence, and what the other side decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may
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
from giao.steps.improve.closing.models import Exclusion, ExclusionState
from giao.steps.improve.closing.queries import exclusion_for
from giao.steps.improve.reviews.queries import Ground, ground_for
from giao.ui.navigation import page_url


def exclusions_page(request: HttpRequest, slug: str) -> HttpResponse:
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
    state = request.GET.get("state", "")
    if state in ExclusionState.values:
        rows = rows.filter(state=state)
    context: dict[str, Any] = {
        "engagement": engagement,
        "rows": [
            (row, side is not None and side != row.side and row.state == ExclusionState.REQUESTED)
            for row in rows
        ],
        "states": ExclusionState.choices,
        "state": state,
        "reliefs": [(item.key, item.kind, item.evidence) for item in ground.versions[-1].relief]
        if ground.versions
        else [],
        "may_act": may_act(place) and not ground.standing.chosen,
        "typed": request.POST,
        "chosen": request.GET.get("cases", ""),
        "fault": fault,
    }
    return render(request, "closing/exclusions.html", context, status=status)


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
