"""The ledger's entries in their order, as an address: a reader goes on by position, for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from giao.kernel.api.caller import seen_by, stand
from giao.kernel.api.paging import LIMIT, MOST
from giao.kernel.api.values import instant_us, plain
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.ledger.checking import WorkSpec, spec_of
from giao.kernel.ledger.content import decode, encode
from giao.kernel.ledger.events import CORE_TEXTS, Recorded
from giao.kernel.ledger.queries import position, tail
from giao.kernel.ledger.rejected_api import router as rejected

router = Wing(tags=["ledger"])
router.add_router("", rejected, tags=["rejected events"])
MASK = "•••"


class EntryOut(Schema):
    """Positions have no gap. Personal fields read ••• unless the caller unmasked them, "erased" when they are gone."""

    position: int
    source: str
    id: str
    type: str
    case: str | None
    occurred: str
    recorded: str
    content: dict[str, Any]


class LedgerOut(Schema):
    items: list[EntryOut]
    position: int = Field(
        description="Of the last item here: ask again with after=position, whenever you like."
    )
    last: int = Field(description="The last position of the ledger just now.")


@router.read("/engagements/{slug}/ledger", "events:read", LedgerOut)
def ledger(
    request: HttpRequest,
    slug: str,
    after: int = Query(0, ge=0, description="The position that you have."),
    limit: int = Query(LIMIT, ge=1, le=MOST),
) -> dict[str, Any]:
    """Entries behind a position, in order: events, facts and decisions alike."""
    standing = stand(request, slug)
    engagement = standing.engagement
    found = tail(engagement.pk, after, limit)
    unmasked, spec = seen_by(request, engagement), spec_of(engagement.pk)
    return {
        "items": [_entry(row, unmasked, spec) for row in found],
        "position": found[-1].position if found else after,
        "last": position(engagement.pk),
    }


def _entry(row: Recorded, unmasked: Unmasked, spec: WorkSpec) -> dict[str, Any]:
    content = dict(row.content)
    if row.is_fact or row.subject is None:
        shown: Mapping[str, Any] = content
    else:
        shown = _masked(row, content, unmasked, spec)
    return {
        "position": row.position,
        "source": row.source,
        "id": row.event_id,
        "type": row.type,
        "case": row.subject,
        "occurred": instant_us(row.occurred_us),
        "recorded": instant_us(row.recorded_us),
        "content": decode(encode(shown)) if shown else {},
    }


def _masked(row: Recorded, content: dict[str, Any], unmasked: Unmasked, spec: WorkSpec) -> dict[str, Any]:
    """A work event with its personal fields, masked as on the case's page."""
    attributes = dict(content.get("attributes", {}))
    for label, value in row.personal.items():
        (content if label in CORE_TEXTS else attributes)[label] = value

    def seen(label: str, value: Any) -> Any:
        personal = label in row.personal or spec.is_personal(label)
        personal = personal or (label == "resource" and spec.column_of("resource") is None)
        return (
            MASK
            if personal and value is not None and not unmasked.shows(label, row.subject)
            else plain(value)
        )

    found = {name: seen(name, value) for name, value in content.items() if name != "attributes"}
    if attributes:
        found["attributes"] = {name: seen(name, value) for name, value in attributes.items()}
    return found
