"""Rejected events as addresses: which there are, one with its content, replay, dismiss."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, model_validator

from giao.kernel.api.caller import caller_of, person_of, seen_by, stand
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.values import instant, instant_us
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may, may_mend_rejected
from giao.kernel.engagements.standing import Standing
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.ledger.actions.dismiss_rejected import LONGEST_WHY, dismiss_rejected
from giao.kernel.ledger.actions.replay_rejected import MOST_AT_ONCE, replay_rejected
from giao.kernel.ledger.checking import WorkSpec, spec_of
from giao.kernel.ledger.mending import mend_of, place_of
from giao.kernel.ledger.models import Rejected
from giao.kernel.ledger.rejected import (
    content_for,
    plain_json,
    reasons_of,
    rejected_for,
    rejected_of,
    sentence_for,
    state_of,
)

router = Wing(tags=["rejected events"])
HERE = "/engagements/{slug}/rejected"
MOST_CHOSEN = 500


class RejectedOut(Schema):
    """`why` in the language of Accept-Language, personal values masked; `place`: the part of the event that is at fault."""

    id: str
    source: str
    event: str
    case: str | None
    reason: str
    why: str
    mend: str
    place: str | None
    state: Literal["open", "taken", "dismissed"]
    replayable: bool
    times: int
    first: str
    last: str
    tried: str | None
    dismissed_because: str | None


class RejectedListOut(Schema):
    items: list[RejectedOut]
    next: str | None


class OneRejectedOut(RejectedOut):
    content: dict[str, Any] | None = Field(description="As a CloudEvent; null where it cannot be shown.")


class ReasonOut(Schema):
    """Open ones of a reason; `days`: how many came last on each of the last fourteen days, in the engagement's zone."""

    reason: str
    open: int
    replayable: int
    last: str
    days: dict[str, int]


class ReasonsOut(Schema):
    items: list[ReasonOut]


class WhichIn(Schema):
    """Either `ids` or a `reason`: then all open ones that have it."""

    ids: list[UUID] = Field([], max_length=MOST_CHOSEN)
    reason: str = Field("", max_length=60)

    @model_validator(mode="after")
    def _one_of_both(self) -> WhichIn:
        if bool(self.ids) == bool(self.reason):
            raise ValueError("give either ids or a reason")
        return self


class DismissIn(WhichIn):
    why: str = Field(min_length=1, max_length=LONGEST_WHY, description="It stands in the audit trail.")


class ReplayedOut(Schema):
    """`taken`: are in the ledger; `still`: refused again, with the reason of now; `left`: ask again for these."""

    taken: int
    still: int
    left: int


class DismissedOut(Schema):
    dismissed: int


@router.read(HERE, "events:read", RejectedListOut, paged=True)
def rejected_events(
    request: HttpRequest,
    slug: str,
    state: Literal["open", "taken", "dismissed", "all"] = "open",
    reason: str = "",
    source: str = "",
    q: str = "",
) -> dict[str, Any]:
    """Events that were not taken into the ledger, the newest first. `q`: a part of the event's id or of its case."""
    asked = asked_page(request)
    standing = _standing(request, slug)
    rows = rejected_of(standing.engagement, "" if state == "all" else state)
    for name, value in (("reason", reason), ("source", source)):
        rows = rows.filter(**{name: value}) if value else rows
    if q:
        rows = rows.filter(event_id__icontains=q) | rows.filter(subject__icontains=q)
    found, following = page_of(rows, asked)
    spec, unmasked = spec_of(standing.engagement.pk), seen_by(request, standing.engagement)
    return {"items": [_out(row, spec, unmasked) for row in found], "next": following}


@router.read(HERE + "/reasons", "events:read", ReasonsOut)
def rejected_reasons(request: HttpRequest, slug: str) -> dict[str, Any]:
    """How many open ones of each reason, the most frequent first."""
    standing = _standing(request, slug)
    return {
        "items": [
            {
                "reason": item.name,
                "open": item.open,
                "replayable": item.replayable,
                "last": instant(item.last),
                "days": {day.isoformat(): n for day, n in item.days},
            }
            for item in reasons_of(standing.engagement, standing.zone, timezone.now())
        ]
    }


@router.read(HERE + "/{uuid:identifier}", "events:read", OneRejectedOut)
def rejected_event(request: HttpRequest, slug: str, identifier: UUID) -> dict[str, Any]:
    """One with the event as it came."""
    standing = _standing(request, slug)
    row = rejected_for(standing.engagement, identifier)
    spec, unmasked = spec_of(standing.engagement.pk), seen_by(request, standing.engagement)
    content = content_for(row, spec, unmasked).event
    return _out(row, spec, unmasked) | {"content": plain_json(content)}


@router.write(HERE + "/replay", "rejects:write", ReplayedOut)
def rejected_replayed(request: HttpRequest, slug: str, body: WhichIn) -> dict[str, Any]:
    """Try again, after the agreement or the clock was mended. At most 5,000 at one asking; doing it again harms nothing."""
    standing = stand(request, slug)
    caller = caller_of(request)
    done = replay_rejected(
        standing.engagement,
        standing.place,
        person_of(request),
        chosen=body.ids,
        reason=body.reason,
        facts_allowed=caller.token is None or "facts:write" in caller.token.scopes,
        most=MOST_AT_ONCE,
    )
    return {"taken": done.taken, "still": done.still, "left": done.left}


@router.write(HERE + "/dismiss", "rejects:write", DismissedOut)
def rejected_dismissed(request: HttpRequest, slug: str, body: DismissIn) -> dict[str, Any]:
    """They are not asked about any more. One that is sent again is open again."""
    standing = stand(request, slug)
    done = dismiss_rejected(
        standing.engagement,
        standing.place,
        person_of(request),
        body.why,
        chosen=body.ids,
        reason=body.reason,
    )
    return {"dismissed": done}


def _standing(request: HttpRequest, slug: str) -> Standing:
    standing = stand(request, slug)
    check_may(may_mend_rejected(standing.place), _("see rejected events"))
    return standing


def _out(row: Rejected, spec: WorkSpec, unmasked: Unmasked) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "source": row.source,
        "event": row.event_id,
        "case": row.subject or None,
        "reason": row.reason,
        "why": sentence_for(row, spec, unmasked),
        "mend": mend_of(row.reason),
        "place": place_of(row.reason, row.values) or None,
        "state": state_of(row),
        "replayable": row.replayable and row.settled_us is None,
        "times": row.times,
        "first": instant_us(row.first_us),
        "last": instant_us(row.last_us),
        "tried": instant_us(row.tried_us),
        "dismissed_because": row.settled_why or None,
    }
