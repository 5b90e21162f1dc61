"""Addresses of disputes: the list, one with its thread, raise one, go on with one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.evidence import FileIn, file_of
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.tags import check_same, check_unchanged, tag_of
from giao.kernel.api.values import Money, instant, money
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import Side, check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import User
from giao.steps.improve.closing.access import may_act, side_of
from giao.steps.improve.closing.actions.answer_dispute import RULES, acts_of, answer_dispute
from giao.steps.improve.closing.actions.raise_dispute import raise_dispute
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.evidence import download
from giao.steps.improve.closing.forms import amount_of
from giao.steps.improve.closing.models import Dispute, DisputeEntry
from giao.steps.improve.reviews.api import readable, statement_of

router = Wing(tags=["disputes"])
HERE = "/engagements/{slug}/disputes"
Act = Literal["note", "offer", "accept", "reject", "withdraw", "escalate"]


class EntryOut(Schema):
    id: str
    act: str
    side: str
    by: str
    at: str
    text: str
    amount: Money | None
    evidence: str | None = Field(description="Name of the file that was added.")


class DisputeOut(Schema):
    """`claim` signed: by how much the item should change. `revision` counts every act: who acts says which one they saw."""

    id: str
    month: str
    item: str
    state: str
    stood: Money
    claim: Money
    raised_by: str
    offer: Money | None
    offered_by: str | None
    agreed: Money | None
    answer_by: str
    revision: int
    created: str
    updated: str


class DisputesOut(Schema):
    items: list[DisputeOut]
    next: str | None


class DisputeFileOut(DisputeOut):
    acts: list[str] = Field(description="What the caller can do now.")
    entries: list[EntryOut]


class DisputeIn(Schema):
    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    item: str = Field(min_length=1, max_length=300)
    claim: str = Field(description="A decimal string, such as -120.50 for 120.50 less.")
    text: str = Field(min_length=1, max_length=10_000)
    evidence: FileIn | None = None


class ActIn(Schema):
    """`seen`: the revision that you saw; not needed with If-Match, nor for a note."""

    act: Act
    text: str = Field("", max_length=10_000)
    amount: str = ""
    seen: int | None = None
    evidence: FileIn | None = None


@router.read(HERE, "statements:read", DisputesOut, paged=True)
def disputes(request: HttpRequest, slug: str, month: str = "", state: str = "") -> dict[str, Any]:
    """Disputes, the newest first."""
    asked = asked_page(request)
    rows = Dispute.objects.filter(engagement=stand(request, slug).engagement)
    rows = rows.filter(month=month) if month else rows
    found, following = page_of(rows.filter(state=state) if state else rows, asked)
    return {"items": [dispute_out(row) for row in found], "next": following}


@router.write(HERE, "statements:write", {201: DisputeFileOut}, once=True)
def dispute_raised(request: HttpRequest, slug: str, body: DisputeIn) -> Status:
    """Dispute one item of a month's statement. The same item a second time is 409: go on with the dispute that there is."""
    ground = readable(request, slug)
    side, person = _acting(request, ground.standing, _("raise a dispute"))
    statement = statement_of(ground, body.month)

    def act() -> dict[str, Any]:
        row = raise_dispute(
            ground.standing.engagement,
            statement,
            ground.version_of(statement.month),
            side,
            person,
            item=body.item,
            claim=amount_of(body.claim, "claim") or Decimal(0),
            text=body.text,
            evidence=file_of(body.evidence),
        )
        return _file(row, side)

    return once(request, ground.standing.engagement, 201, act)


@router.read(HERE + "/{uuid:identifier}", "statements:read", DisputeFileOut)
def dispute(request: HttpRequest, response: HttpResponse, slug: str, identifier: UUID) -> dict[str, Any]:
    """One dispute with its thread, and what the caller can do now."""
    standing = stand(request, slug)
    row = _dispute(standing, identifier)
    side = side_of(standing.place)
    check_unchanged(request, response, _tag(row))
    return _file(row, side)


@router.write(HERE + "/{uuid:identifier}/acts", "statements:write", DisputeFileOut, once=True, if_match=True)
def dispute_answered(request: HttpRequest, slug: str, identifier: UUID, body: ActIn) -> Status:
    """Write, offer, accept, reject, withdraw or escalate. 409 or 412 when somebody else was first; nothing is changed then."""
    standing = stand(request, slug)
    side, person = _acting(request, standing, _("act on a dispute"))
    row = _dispute(standing, identifier)

    def act() -> dict[str, Any]:
        check_same(request, _tag(row))
        seen = row.revision if request.headers.get("If-Match") else body.seen
        if seen is None and body.act != "note":
            raise BadForm(_("Say which revision you saw: “seen” in the body, or the ETag as If-Match."))
        done = answer_dispute(
            row,
            side,
            person,
            body.act,
            seen=seen or 0,
            text=body.text,
            amount=amount_of(body.amount, "amount"),
            evidence=file_of(body.evidence),
        )
        return _file(done, side)

    return once(request, standing.engagement, 200, act)


@router.read(HERE + "/{uuid:identifier}/entries/{uuid:entry}/evidence", "statements:read", {200: None})
def dispute_proof(request: HttpRequest, slug: str, identifier: UUID, entry: UUID) -> Any:
    """The file that was added to an entry of the thread, for download."""
    row = _dispute(stand(request, slug), identifier)
    found = DisputeEntry.objects.filter(dispute=row, pk=entry).first()
    if found is None:
        raise Http404("no such file")
    return download(found.evidence, found.evidence_name)


def _acting(request: HttpRequest, standing: Standing, act: str) -> tuple[Side, User]:
    check_may(may_act(standing.place) and not standing.chosen, act)
    side = side_of(standing.place)
    assert side is not None  # may_act says so
    return side, person_of(request)


def _dispute(standing: Standing, identifier: UUID) -> Dispute:
    found = Dispute.objects.filter(engagement=standing.engagement, pk=identifier).first()
    if found is None:
        raise Http404("no such dispute")
    return found


def _tag(row: Dispute) -> str:
    return tag_of(str(row.pk), row.revision)


def dispute_out(row: Dispute) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "month": row.month,
        "item": row.item,
        "state": str(row.state),
        "stood": money(row.stood, row.currency),
        "claim": money(row.claim, row.currency),
        "raised_by": str(row.raised_by),
        "offer": money(row.offer, row.currency),
        "offered_by": row.offered_by or None,
        "agreed": money(row.agreed, row.currency),
        "answer_by": instant(row.answer_by),
        "revision": row.revision,
        "created": instant(row.created),
        "updated": instant(row.updated),
    }


def _file(row: Dispute, side: Side | None) -> dict[str, Any]:
    entries = row.entries.select_related("by").order_by("at", "id")
    return {
        **dispute_out(row),
        "acts": [act for act in acts_of(row, side) if act in RULES],
        "entries": [
            {
                "id": str(entry.pk),
                "act": str(entry.act),
                "side": str(entry.side),
                "by": entry.by.name,
                "at": instant(entry.at),
                "text": entry.text,
                "amount": money(entry.amount, row.currency),
                "evidence": entry.evidence_name or None,
            }
            for entry in entries
        ],
    }
