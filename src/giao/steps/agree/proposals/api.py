"""Addresses of proposals: the list, one with its thread, propose, counter, the acts, the replay under it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.tags import check_same, check_unchanged, tag_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.people import Party
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.actions.save_draft import MOST
from giao.steps.agree.proposals.access import may_act, may_replay, side_of
from giao.steps.agree.proposals.actions.accept_proposal import accept_proposal
from giao.steps.agree.proposals.actions.comment_on_proposal import comment_on_proposal
from giao.steps.agree.proposals.actions.counter_propose import counter_propose
from giao.steps.agree.proposals.actions.decline_proposal import decline_proposal
from giao.steps.agree.proposals.actions.propose_change import propose_change
from giao.steps.agree.proposals.actions.replay_proposal import replay_proposal
from giao.steps.agree.proposals.actions.withdraw_proposal import withdraw_proposal
from giao.steps.agree.proposals.deciding import MOST_TEXT
from giao.steps.agree.proposals.errors import BadForm
from giao.steps.agree.proposals.models import Proposal
from giao.steps.agree.proposals.queries import (
    changes_between,
    current_version,
    entries_of,
    state_of,
    thread_of,
)

router = Wing(tags=["proposals"])
HERE = "/engagements/{slug}/proposals"


class ProposalOut(Schema):
    """`name`: thread and place in it (3.2). An open one whose base is no longer the last version is `overtaken`."""

    id: str
    name: str
    state: str
    side: str
    author: str
    base: int = Field(description="The number of the version that it changes.")
    effective: str
    answers: str | None
    version: int | None = Field(description="The version that it became.")
    replay: str | None
    revision: int
    created: str
    updated: str


class ProposalsOut(Schema):
    items: list[ProposalOut]
    next: str | None


class SaidOut(Schema):
    proposal: str
    act: str
    side: str
    by: str
    at: str
    text: str


class ProposalFileOut(ProposalOut):
    text: str = Field(description="The document as it would be in force, YAML.")
    changes: list[str] = Field(description="Against its base, in words.")
    entries: list[SaidOut] = Field(description="Of the whole thread.")


class ProposeIn(Schema):
    text: str = Field(description="The document, YAML.", max_length=MOST)
    effective: date
    note: str = Field("", max_length=MOST_TEXT)


class CounterIn(ProposeIn):
    seen: int | None = Field(None, description="The revision that you saw; or send the ETag as If-Match.")


class ProposalActIn(Schema):
    """`accept` binds both sides: the text is the next version. `note` decides nothing and needs no `seen`."""

    act: Literal["accept", "decline", "withdraw", "note"]
    text: str = Field("", max_length=MOST_TEXT)
    seen: int | None = Field(None, description="The revision that you saw; or send the ETag as If-Match.")


@router.read(HERE, "agreement:read", ProposalsOut, paged=True)
def proposals(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Proposals of both sides, the newest first."""
    asked = asked_page(request)
    standing = stand(request, slug)
    rows = Proposal.objects.filter(engagement=standing.engagement)
    found, following = page_of(
        rows.select_related("base", "author", "answers", "version", "engagement"), asked
    )
    return {"items": [_out(row) for row in found], "next": following}


@router.write(HERE, "agreement:write", {201: ProposalFileOut}, once=True)
def proposal_made(request: HttpRequest, slug: str, body: ProposeIn) -> Status:
    """Offer a text to the other side as the next version. Faults of the text are 422, each with its line."""
    standing, side, person = _acting(request, slug)

    def act() -> dict[str, Any]:
        return _file(propose_change(standing.engagement, side, person, body.text, body.effective, body.note))

    return once(request, standing.engagement, 201, act)


@router.read(HERE + "/{uuid:identifier}", "agreement:read", ProposalFileOut)
def proposal(request: HttpRequest, response: HttpResponse, slug: str, identifier: UUID) -> dict[str, Any]:
    """One proposal with its text, its changes in words, and its thread."""
    row = _proposal(stand(request, slug), identifier)
    check_unchanged(request, response, _tag(row))
    return _file(row)


@router.write(
    HERE + "/{uuid:identifier}/counter", "agreement:write", {201: ProposalFileOut}, once=True, if_match=True
)
def proposal_countered(request: HttpRequest, slug: str, identifier: UUID, body: CounterIn) -> Status:
    """Answer a proposal of the other side with a changed text."""
    standing, side, person = _acting(request, slug)
    row = _proposal(standing, identifier)

    def act() -> dict[str, Any]:
        seen = _seen(request, row, body.seen)
        made = counter_propose(row, side, person, body.text, body.effective, seen=seen, note=body.note)
        return _file(made)

    return once(request, standing.engagement, 201, act)


@router.write(HERE + "/{uuid:identifier}/acts", "agreement:write", ProposalFileOut, once=True, if_match=True)
def proposal_answered(request: HttpRequest, slug: str, identifier: UUID, body: ProposalActIn) -> Status:
    """Accept, decline, withdraw or write. 409 or 412 when somebody else was first; nothing is changed then."""
    standing, side, person = _acting(request, slug)
    row = _proposal(standing, identifier)

    def act() -> dict[str, Any]:
        if body.act == "note":
            comment_on_proposal(row, side, person, body.text)
            return _file(_proposal(standing, identifier))
        seen = _seen(request, row, body.seen)
        match body.act:
            case "accept":
                accept_proposal(row, side, person, seen=seen, text=body.text)
            case "decline":
                decline_proposal(row, side, person, seen=seen, text=body.text)
            case "withdraw":
                withdraw_proposal(row, side, person, seen=seen, text=body.text)
        return _file(_proposal(standing, identifier))

    return once(request, standing.engagement, 200, act)


@router.write(HERE + "/{uuid:identifier}/replay", "agreement:write", {202: ProposalOut})
def proposal_replayed(request: HttpRequest, slug: str, identifier: UUID) -> Status:
    """Compute the past months under it once more, from the record as it is now: `GET …/replays/{replay}`."""
    standing = stand(request, slug)
    check_may(may_replay(standing.place), _("replay a proposal"))
    row = _proposal(standing, identifier)
    replay_proposal(row, person_of(request))
    return Status(202, _out(row))


def _acting(request: HttpRequest, slug: str) -> tuple[Standing, Party, User]:
    standing = stand(request, slug)
    check_may(may_act(standing.place) and not standing.chosen, _("act on a proposal"))
    side = side_of(standing.place)
    assert side is not None  # may_act says so
    return standing, side, person_of(request)


def _proposal(standing: Standing, identifier: UUID) -> Proposal:
    rows = Proposal.objects.filter(engagement=standing.engagement, pk=identifier)
    found = rows.select_related("engagement", "base", "author", "answers", "replay", "version").first()
    if found is None:
        raise Http404("no such proposal")
    return found


def _seen(request: HttpRequest, row: Proposal, seen: int | None) -> int:
    if request.headers.get("If-Match"):
        check_same(request, _tag(row))
        return row.revision
    if seen is None:
        raise BadForm(_("Say which revision you saw: “seen” in the body, or the ETag as If-Match."))
    return seen


def _tag(row: Proposal) -> str:
    return tag_of(str(row.pk), row.revision, state_of(row), str(row.replay_id))


def _out(row: Proposal) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "state": str(state_of(row, current_version(row.engagement))),
        "side": str(row.side),
        "author": row.author.name,
        "base": row.base.number,
        "effective": row.effective.isoformat(),
        "answers": row.answers.name if row.answers else None,
        "version": row.version.number if row.version else None,
        "replay": str(row.replay_id) if row.replay_id else None,
        "revision": row.revision,
        "created": instant(row.created),
        "updated": instant(row.updated),
    }


def _file(row: Proposal) -> dict[str, Any]:
    thread = thread_of(row)
    return {
        **_out(row),
        "text": row.text,
        "changes": changes_between(row.base.text, row.text),
        "entries": [
            {
                "proposal": entry.proposal.name,
                "act": str(entry.act),
                "side": str(entry.side),
                "by": entry.by.name,
                "at": instant(entry.at),
                "text": entry.text,
            }
            for entry in entries_of(thread)
        ],
    }
