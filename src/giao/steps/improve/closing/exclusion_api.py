"""Addresses of exclusions: the list, ask for one, decide one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.evidence import FileIn, file_of
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import Side, check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import User
from giao.kernel.readings.compute import results_of
from giao.steps.improve.closing.access import may_act, side_of
from giao.steps.improve.closing.actions.decide_exclusion import decide_exclusion
from giao.steps.improve.closing.actions.request_exclusion import request_exclusion
from giao.steps.improve.closing.evidence import download
from giao.steps.improve.closing.models import Exclusion
from giao.steps.improve.reviews.api import readable

router = Wing(tags=["exclusions"])
HERE = "/engagements/{slug}/exclusions"


class ExclusionOut(Schema):
    """Cases that one side asks to be excused under a relief of the agreement. `state`: requested, approved or refused."""

    id: str
    relief: str
    cases: list[str]
    begins: str | None
    ends: str | None
    reason: str
    evidence: str | None
    state: str
    side: str
    by: str
    at: str
    decided_by: str | None
    decided_at: str | None
    answer: str


class ExclusionsOut(Schema):
    items: list[ExclusionOut]
    next: str | None


class ExclusionIn(Schema):
    relief: str = Field(min_length=1, max_length=120)
    cases: list[str] = Field([], max_length=5_000)
    begins: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    reason: str = Field(min_length=1, max_length=10_000)
    evidence: FileIn | None = None


class DecisionIn(Schema):
    accept: bool
    answer: str = Field("", max_length=10_000, description="Why; needed for a refusal.")


@router.read(HERE, "statements:read", ExclusionsOut, paged=True)
def exclusions(request: HttpRequest, slug: str, state: str = "") -> dict[str, Any]:
    """Exclusions that were asked for, the newest first."""
    asked = asked_page(request)
    rows = Exclusion.objects.filter(engagement=stand(request, slug).engagement)
    rows = rows.select_related("by", "decided_by")
    found, following = page_of(rows.filter(state=state) if state else rows, asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(HERE, "statements:write", {201: ExclusionOut}, once=True)
def exclusion_asked(request: HttpRequest, slug: str, body: ExclusionIn) -> Status:
    """Ask that cases be excused; until the other side agrees, nothing changes."""
    ground = readable(request, slug)
    side, person = _acting(request, ground.standing, _("ask for an exclusion"))
    assert ground.reading is not None
    known = frozenset(results_of(ground.reading).cases.select("case").collect()["case"].to_list())

    def act() -> dict[str, Any]:
        begins: datetime | None = body.begins
        ends: datetime | None = body.ends
        row = request_exclusion(
            ground.standing.engagement,
            ground.versions[-1],
            side,
            person,
            relief=body.relief,
            cases=body.cases,
            known=known,
            begins=begins,
            ends=ends,
            reason=body.reason,
            evidence=file_of(body.evidence),
        )
        return _out(row)

    return once(request, ground.standing.engagement, 201, act)


@router.write(HERE + "/{uuid:identifier}/decision", "statements:write", ExclusionOut)
def exclusion_decided(request: HttpRequest, slug: str, identifier: UUID, body: DecisionIn) -> dict[str, Any]:
    """Agree to an exclusion that the other side asked for, or refuse it. A second decision is 409."""
    standing = stand(request, slug)
    side, person = _acting(request, standing, _("ask for an exclusion"))
    row = _exclusion(standing, identifier)
    return _out(decide_exclusion(row, side, person, accept=body.accept, answer=body.answer))


@router.read(HERE + "/{uuid:identifier}/evidence", "statements:read", {200: None})
def exclusion_proof(request: HttpRequest, slug: str, identifier: UUID) -> Any:
    """The file that was added as evidence, for download."""
    row = _exclusion(stand(request, slug), identifier)
    return download(row.evidence, row.evidence_name)


def _acting(request: HttpRequest, standing: Standing, act: str) -> tuple[Side, User]:
    check_may(may_act(standing.place) and not standing.chosen, act)
    side = side_of(standing.place)
    assert side is not None  # may_act says so
    return side, person_of(request)


def _exclusion(standing: Standing, identifier: UUID) -> Exclusion:
    found = Exclusion.objects.filter(engagement=standing.engagement, pk=identifier).first()
    if found is None:
        raise Http404("no such exclusion")
    return found


def _out(row: Exclusion) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "relief": row.relief,
        "cases": list(row.cases),
        "begins": instant(row.begins),
        "ends": instant(row.ends),
        "reason": row.reason,
        "evidence": row.evidence_name or None,
        "state": str(row.state),
        "side": str(row.side),
        "by": row.by.name,
        "at": instant(row.at),
        "decided_by": row.decided_by.name if row.decided_by else None,
        "decided_at": instant(row.decided_at),
        "answer": row.answer,
    }
