"""A case in hand: who of our side has it, what we ask the other side about it and what they ask us, with the answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.people import workers_of
from giao.kernel.engagements.standing import Standing
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.steps.run.handling.access import may_assign, may_nudge, organisation_of, side_of
from giao.steps.run.handling.actions.answer_nudge import answer_nudge
from giao.steps.run.handling.actions.assign_case import assign_case
from giao.steps.run.handling.actions.nudge_other_side import nudge_other_side
from giao.steps.run.handling.addresses import handling_url
from giao.steps.run.handling.errors import BadAsk
from giao.steps.run.handling.queries import nudge_for, nudges_of, owner_of
from giao.steps.run.monitor.case_file import open_case
from giao.steps.run.monitor.ground import ground_for
from giao.ui.navigation import page_url


def handling_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`?case=` names the case. POST assigns, nudges or answers."""
    ground = ground_for(request, slug)
    standing, case = ground.standing, request.GET.get("case", "")
    if not case or open_case(ground, case) is None:
        raise Http404("no such case")
    fault, status = "", 200
    if request.method == "POST":
        try:
            _act(request, standing, case)
            return redirect(handling_url(standing.engagement, case))
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    return render(request, "handling/handling.html", _context(request, standing, case, fault), status=status)


def _context(request: HttpRequest, standing: Standing, case: str, fault: str) -> dict[str, Any]:
    engagement, place, side = standing.engagement, standing.place, side_of(standing.place)
    live = not standing.chosen and engagement.archived is None
    nudges = list(nudges_of(engagement, case))
    may_ask = live and may_nudge(place)
    return {
        "engagement": engagement,
        "case": case,
        "case_url": page_url("case", standing.carried, slug=engagement.slug, case=case),
        "here": handling_url(engagement, case),
        "owner": owner_of(standing, case),
        "people": workers_of(organisation_of(engagement, side))
        if side and may_assign(place) and live
        else [],
        "nudges": [(row, may_ask and row.answered is None and row.side != side) for row in nudges],
        "may_nudge": may_ask and not any(row.answered is None and row.side == side for row in nudges),
        "other": engagement.vendor if side == "client" else engagement.client,
        "typed": request.POST,
        "fault": fault,
        "crumbs": [
            {"label": _("At risk"), "url": page_url("at_risk", standing.carried, slug=engagement.slug)},
            {"label": case, "url": ""},
        ],
    }


def _act(request: HttpRequest, standing: Standing, case: str) -> None:
    engagement, place, user = standing.engagement, standing.place, person_of(request)
    if standing.chosen or engagement.archived is not None:
        raise BadAsk(_("This page stands in the past or in the archive; act on the present one."))
    act = request.POST.get("act", "")
    if act == "assign":
        owner = _chosen(standing, request.POST.get("owner", ""))
        assign_case(engagement, place, user, case, owner)
        messages.success(
            request, _("It is theirs; they are told.") if owner else _("Nobody has it any more.")
        )
    elif act == "nudge":
        nudge_other_side(engagement, place, user, case, request.POST.get("reason", ""))
        messages.success(request, _("The other side is told; it stands in the audit trail."))
    elif act == "answer":
        row = nudge_for(engagement, request.POST.get("nudge", ""))
        if row.case != case:
            raise Http404("no such nudge here")
        answer_nudge(row, place, user, request.POST.get("answer", ""))
        messages.success(request, _("Answered; who asked is told."))
    else:
        raise BadAsk(_("That act is not known here; load the page again."))


def _chosen(standing: Standing, key: str) -> User | None:
    """None for nobody. Raises BadAsk for whoever is not of this side."""
    if not key:
        return None
    side = side_of(standing.place)
    people = workers_of(organisation_of(standing.engagement, side)) if side else []
    found = next((person for person in people if str(person.pk) == key), None)
    if found is None:
        raise BadAsk(_("Choose somebody of your own side who works on cases."))
    return found
