"""Addresses of duties and facts: what is due, say that it was done, give notice; facts, and one more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.core.agreement.deadlines import Deadline
from giao.core.log.tail_event import us_of
from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.evidence import FileIn, file_of
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, frame_page, list_page
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import User
from giao.steps.agree.duties.access import may_record, owes, side_of
from giao.steps.agree.duties.actions.give_notice import give_notice
from giao.steps.agree.duties.actions.record_duty import record_duty
from giao.steps.agree.duties.actions.record_fact import record_fact
from giao.steps.agree.duties.duties_page import proof_of
from giao.steps.agree.duties.errors import BadForm
from giao.steps.agree.duties.kinds import kind_of
from giao.steps.agree.duties.queries import deadline_named, facts_frame, ground_on

router = Wing(tags=["duties and facts"])
HERE = "/engagements/{slug}"


class DutyOut(Schema):
    """Something due beside the work. `state`: met, missed, open; passed for a day of the term itself that has gone by."""

    kind: str
    name: str
    by: str
    due: date
    period: str
    state: str
    done: date | None
    family: str | None
    evidence: str | None
    proof: str | None


class DutiesOut(Schema):
    items: list[DutyOut]
    next: str | None


class DoneIn(Schema):
    name: str = Field(min_length=1, max_length=200)
    due: date = Field(description="Which occurrence: its due day.")
    done: date
    note: str = Field("", max_length=2_000, description="The evidence in words, or where it is kept.")
    evidence: FileIn | None = None


class NoticeIn(Schema):
    reason: str = Field(min_length=1, max_length=2_000)


class NoticeOut(Schema):
    by: str


class FactOut(Schema):
    """A fact or decision of the ledger, at its `position` in the record."""

    position: int
    type: str
    happened: str
    recorded: str
    says: str
    by: str
    source: str


class FactsOut(Schema):
    items: list[FactOut]
    next: str | None


class FactIn(Schema):
    kind: str = Field(examples=["rate"], description="As in the type: `rate` for giao.fact.rate.")
    fields: dict[str, str] = Field(examples=[{"currency": "USD", "rate": "25400"}])


class Recorded(Schema):
    kind: str


@router.read(f"{HERE}/duties", "agreement:read", DutiesOut, as_of=True, paged=True)
def duties(request: HttpRequest, slug: str, state: str = "", by: str = "") -> dict[str, Any]:
    """What either side owes beside the work, in order of due days."""
    asked = asked_page(request)
    found = [
        one
        for one in ground_on(stand(request, slug)).deadlines
        if (not state or one.state == state) and (not by or one.by == by)
    ]
    rows, following = list_page(
        found, asked, lambda one: (one.due.isoformat(), one.kind, one.name, one.period)
    )
    return {"items": [_out(one) for one in rows], "next": following}


@router.write(f"{HERE}/duties", "agreement:write", {201: DutyOut}, once=True)
def duty_done(request: HttpRequest, slug: str, body: DoneIn) -> Status:
    """Say that a duty was done; only the side that owes it says so. Done already is 409."""
    standing = stand(request, slug)
    person = _recorder(request, standing, _("record what was done"))
    deadline = deadline_named(ground_on(standing), body.name, body.due.isoformat())
    if deadline is None:
        raise BadForm(_("Choose the duty that was done."))
    check_may(owes(standing.place, deadline.by), _("record what the other side owes"))

    def act() -> dict[str, Any]:
        record_duty(standing.engagement, person, deadline, body.done, body.note, file_of(body.evidence))
        after = deadline_named(ground_on(standing), body.name, body.due.isoformat())
        assert after is not None  # it was there before
        return {**_out(after), "due": after.due.isoformat(), "done": body.done.isoformat()}

    return once(request, standing.engagement, 201, act)


@router.read(HERE + "/duties/{name}/{due}/evidence", "agreement:read", {200: None})
def duty_proof(request: HttpRequest, slug: str, name: str, due: str) -> HttpResponseBase:
    """The file that proves a duty, for download."""
    return proof_of(stand(request, slug), name, due)


@router.write(f"{HERE}/notice", "agreement:write", {201: NoticeOut}, once=True)
def notice_given(request: HttpRequest, slug: str, body: NoticeIn) -> Status:
    """Give notice: the term ends instead of renewing itself. Given already is 409."""
    standing = stand(request, slug)
    person = _recorder(request, standing, _("give notice"))
    side = side_of(standing.place)
    assert side is not None  # a recorder has one

    def act() -> dict[str, Any]:
        give_notice(standing.engagement, person, side, body.reason, ground_on(standing).facts)
        return {"by": str(side)}

    return once(request, standing.engagement, 201, act)


@router.read(f"{HERE}/facts", "agreement:read", FactsOut, as_of=True, paged=True)
def facts(request: HttpRequest, slug: str, type: str = "") -> dict[str, Any]:
    """Facts and decisions, the newest of the record first."""
    asked, standing = asked_page(request), stand(request, slug)
    frame = facts_frame(standing.engagement, us_of(standing.instant)).lazy()
    if type:
        frame = frame.filter(type=type)
    rows, following = frame_page(frame, asked, sort="-position", key="position")
    items = [
        {
            **row,
            "says": row["said"],
            "happened": instant(row["happened"]),
            "recorded": instant(row["recorded"]),
        }
        for row in rows.to_dicts()
    ]
    return {"items": items, "next": following}


@router.write(f"{HERE}/facts", "agreement:write", {201: Recorded}, once=True)
def fact_recorded(request: HttpRequest, slug: str, body: FactIn) -> Status:
    """Record one fact, its fields as texts, as the page takes them. Systems that send many send them as events."""
    standing = stand(request, slug)
    person = _recorder(request, standing, _("record facts"))
    kind = kind_of(body.kind)
    if kind is None:
        raise BadForm(_("Choose what kind of fact it is."))

    def act() -> dict[str, Any]:
        known = {field.name for field in kind.fields} | {"time"}
        more = "\n".join(f"{name}: {value}" for name, value in body.fields.items() if name not in known)
        record_fact(standing.engagement, person, kind, {**body.fields, "more": more})
        return {"kind": kind.key}

    return once(request, standing.engagement, 201, act)


def _recorder(request: HttpRequest, standing: Standing, act: str) -> User:
    check_may(may_record(standing.place) and not standing.chosen, act)
    return person_of(request)


def _out(one: Deadline) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "by": one.by,
        "due": one.due,
        "period": one.period,
        "state": one.state,
        "done": one.done,
        "family": one.family,
        "evidence": one.evidence,
        "proof": one.proof,
    }
