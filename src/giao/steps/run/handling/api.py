"""Addresses of cases in hand: give a case to somebody, nudge the other side, answer it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.people import workers_of
from giao.kernel.engagements.standing import Standing
from giao.kernel.ledger.reading import case_of
from giao.steps.run.handling.access import may_assign, may_nudge, organisation_of, side_of
from giao.steps.run.handling.actions.answer_nudge import answer_nudge
from giao.steps.run.handling.actions.assign_case import assign_case
from giao.steps.run.handling.actions.nudge_other_side import nudge_other_side
from giao.steps.run.handling.errors import BadAsk
from giao.steps.run.handling.models import Nudge

router = Wing(tags=["run"])
HERE = "/engagements/{slug}"


class OwnerIn(Schema):
    case: str = Field(min_length=1, max_length=500)
    owner: str | None = Field(None, description="E-mail of somebody of the own side; null: nobody any more.")


class OwnerOut(Schema):
    case: str
    owner: str | None


class NudgeIn(Schema):
    case: str = Field(min_length=1, max_length=500)
    reason: str = Field(max_length=2_000)


class AnswerIn(Schema):
    answer: str = Field(min_length=1, max_length=2_000)


class NudgeOut(Schema):
    """What one side asked the other about a case; `answered` null: it waits."""

    id: str
    case: str
    side: str
    by: str
    at: str
    reason: str
    answer: str
    answered_by: str | None
    answered: str | None


class NudgesOut(Schema):
    items: list[NudgeOut]
    next: str | None


@router.write(f"{HERE}/handling", "cases:write", OwnerOut, method="PUT")
def case_assigned(request: HttpRequest, slug: str, body: OwnerIn) -> dict[str, Any]:
    """Take a case, give it to somebody of the own side, or to nobody; the other side does not see whom."""
    standing = _present(request, slug)
    check_may(may_assign(standing.place), _("give cases to people"))
    _known(standing, body.case)
    side = side_of(standing.place)
    people = workers_of(organisation_of(standing.engagement, side)) if side else []
    owner = next((person for person in people if person.email == body.owner), None)
    if body.owner is not None and owner is None:
        raise BadAsk(_("Choose somebody of your own side who works on cases."))
    assign_case(standing.engagement, standing.place, person_of(request), body.case, owner)
    return {"case": body.case, "owner": body.owner}


@router.read(f"{HERE}/nudges", "readings:read", NudgesOut, paged=True)
def nudges(request: HttpRequest, slug: str, case: str = "") -> dict[str, Any]:
    """What the sides asked each other, the newest first."""
    asked = asked_page(request)
    rows = Nudge.objects.filter(engagement=stand(request, slug).engagement)
    rows = rows.select_related("by", "answered_by")
    found, following = page_of(rows.filter(case=case) if case else rows, asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(f"{HERE}/nudges", "cases:write", {201: NudgeOut}, once=True)
def nudge_sent(request: HttpRequest, slug: str, body: NudgeIn) -> Status:
    """Ask the other side about a case. While an earlier one of this side waits for its answer, 409."""
    standing = _present(request, slug)
    check_may(may_nudge(standing.place), _("nudge the other side"))
    _known(standing, body.case)
    person = person_of(request)

    def act() -> dict[str, Any]:
        row = nudge_other_side(standing.engagement, standing.place, person, body.case, body.reason)
        return _out(row)

    return once(request, standing.engagement, 201, act)


@router.write(HERE + "/nudges/{uuid:identifier}/answer", "cases:write", NudgeOut)
def nudge_answered(request: HttpRequest, slug: str, identifier: UUID, body: AnswerIn) -> dict[str, Any]:
    """Answer what the other side asked; once."""
    standing = _present(request, slug)
    check_may(may_nudge(standing.place), _("answer for the other side"))
    row = Nudge.objects.filter(engagement=standing.engagement, pk=identifier).first()
    if row is None:
        raise Http404("no such nudge")
    answer_nudge(row, standing.place, person_of(request), body.answer)
    return _out(Nudge.objects.select_related("by", "answered_by").get(pk=row.pk))


def _present(request: HttpRequest, slug: str) -> Standing:
    standing = stand(request, slug)
    if standing.chosen or standing.engagement.archived is not None:
        raise BadAsk(_("This page stands in the past or in the archive; act on the present one."))
    return standing


def _known(standing: Standing, case: str) -> None:
    if case_of(standing.engagement, case) is None:
        raise Http404("no such case")


def _out(row: Nudge) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "case": row.case,
        "side": str(row.side),
        "by": row.by.name,
        "at": instant(row.at),
        "reason": row.reason,
        "answer": row.answer,
        "answered_by": row.answered_by.name if row.answered_by else None,
        "answered": instant(row.answered),
    }
