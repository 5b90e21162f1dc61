"""Addresses of the chain: its months, and one case. What the other side keeps to itself is not in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from giao.core.agreement.chain import check_targets, months_of
from giao.core.agreement.chain.output import case_json, chain_json
from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, list_page
from giao.kernel.api.readings import ReadingOut, reading_out
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.ledger.reading import log_of
from giao.steps.run.chain.access import agreement_for, agreements_of, may_keep_agreements, own_organisations
from giao.steps.run.chain.actions.keep_agreement import add_agreement, replace_agreement
from giao.steps.run.chain.actions.share_agreement import share_agreement
from giao.steps.run.chain.actions.withdraw_agreement import withdraw_agreement
from giao.steps.run.chain.models import SupportingAgreement
from giao.steps.run.chain.queries import chain_of, chain_of_case, supports_in_sight
from giao.steps.run.monitor.api import ground_of, not_one_of

router = Wing(tags=["run"])
HERE = "/engagements/{slug}/chain"


class ChainHeadOut(Schema):
    """What the numbers stand on. Durations are whole microseconds and sum exactly; `side` empty: nobody says who held it."""

    giao: int
    as_of: str
    agreement: dict[str, str]
    calendar: str
    supports: list[dict[str, Any]] = Field(description="Supporting agreements in the caller's sight.")
    reading: ReadingOut


class ChainOut(ChainHeadOut):
    """Months of one clock, the newest first, each with its parties; as `giao chain --json`."""

    clocks: list[str]
    findings: list[dict[str, Any]] = Field(
        description="Where the targets behind the SLA do not add up to it."
    )
    months: list[dict[str, Any]]


class ChainCaseOut(ChainHeadOut):
    """One case: who held it when, its clocks under every agreement, whose broke first; as `giao chain --case --json`."""

    case: str
    held: list[dict[str, Any]]
    shares: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    supports_of_case: list[dict[str, Any]]


@router.read(HERE, "readings:read", ChainOut, as_of=True)
def chain(
    request: HttpRequest, response: HttpResponse, slug: str, clock: str = "", month: str = ""
) -> dict[str, Any]:
    """Whose time it was and whose clock broke first, by month; without `clock` that which most service levels are about."""
    ground = ground_of(request, response, slug)
    supports = supports_in_sight(ground.standing)
    found = chain_of(ground, supports)
    if found is None or ground.shown is None:
        raise Http404("nothing to read")
    if clock and clock not in found.clocks:
        raise not_one_of("clock", tuple(found.clocks))
    months = [item for item in months_of(found, clock or None) if not month or item.month == month]
    findings = check_targets(found.agreement, [item.support for item in supports])
    return {**chain_json(found, months, findings), "reading": reading_out(ground.shown)}


@router.read(HERE + "/cases/{path:case}", "readings:read", ChainCaseOut, as_of=True)
def chain_case(request: HttpRequest, response: HttpResponse, slug: str, case: str) -> dict[str, Any]:
    """One case under the agreement and those behind it."""
    ground = ground_of(request, response, slug)
    found = chain_of_case(ground, supports_in_sight(ground.standing), case)
    if found is None or ground.shown is None:
        raise Http404("no such case at this instant")
    return {**case_json(*found), "reading": reading_out(ground.shown)}


class SupportingIn(Schema):
    kind: str = Field(examples=["ola"], description="ola or underpinning")
    text: str = Field(description="The document, YAML or JSON.")
    shared: bool = False


class SupportingVersionIn(Schema):
    text: str
    seen: int = Field(description="The revision that the caller saw; another one since is 409.")


class SharingIn(Schema):
    shared: bool
    seen: int


class SeenIn(Schema):
    seen: int


class SupportingOut(Schema):
    """A supporting agreement of the caller's own side. `revision`: for the next change."""

    id: str
    name: str
    kind: str
    party: str
    receiver: str
    shared: bool
    withdrawn: str | None
    revision: int


class SupportingListOut(Schema):
    items: list[SupportingOut]
    next: str | None


@router.read(HERE + "/agreements", "agreement:read", SupportingListOut, paged=True)
def supporting(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Supporting agreements of the own side, by name; of the other side's, what is shared stands in the chain itself."""
    asked = asked_page(request)
    rows, following = list_page(
        list(agreements_of(stand(request, slug))), asked, lambda row: (row.name, str(row.pk))
    )
    return {"items": [_out(row) for row in rows], "next": following}


@router.write(HERE + "/agreements", "agreement:write", {201: SupportingOut}, once=True)
def supporting_kept(request: HttpRequest, slug: str, body: SupportingIn) -> Status:
    """Put in a supporting agreement; it is the caller's organisation's own unless it is shared."""
    standing = _keeper(request, slug)
    own = own_organisations(standing.engagement, standing.place)

    def act() -> dict[str, Any]:
        row = add_agreement(
            standing.engagement,
            own[0],
            standing.place,
            person_of(request),
            kind=body.kind,
            text=body.text,
            log=log_of(standing.engagement),
            shared=body.shared,
        )
        return _out(row)

    return once(request, standing.engagement, 201, act)


@router.write(HERE + "/agreements/{uuid:identifier}", "agreement:write", SupportingOut, method="PUT")
def supporting_replaced(
    request: HttpRequest, slug: str, identifier: UUID, body: SupportingVersionIn
) -> dict[str, Any]:
    """Put in its next version, in force from the day that it names."""
    standing = _keeper(request, slug)
    row = agreement_for(standing, identifier)
    person = person_of(request)
    log = log_of(standing.engagement)
    return _out(replace_agreement(row, standing.place, person, text=body.text, log=log, seen=body.seen))


@router.write(HERE + "/agreements/{uuid:identifier}/sharing", "agreement:write", SupportingOut, method="PUT")
def supporting_shared(request: HttpRequest, slug: str, identifier: UUID, body: SharingIn) -> dict[str, Any]:
    """Show it to the other side, or to the own side alone."""
    standing = _keeper(request, slug)
    row = agreement_for(standing, identifier)
    share_agreement(row, standing.place, person_of(request), shared=body.shared, seen=body.seen)
    row.refresh_from_db()
    return _out(row)


@router.write(HERE + "/agreements/{uuid:identifier}/withdrawal", "agreement:write", SupportingOut)
def supporting_withdrawn(request: HttpRequest, slug: str, identifier: UUID, body: SeenIn) -> dict[str, Any]:
    """Today is its last day: clocks that start later are no longer its own."""
    standing = _keeper(request, slug)
    row = agreement_for(standing, identifier)
    today = standing.instant.astimezone(standing.zone).date()
    withdraw_agreement(row, standing.place, person_of(request), last_day=today, seen=body.seen)
    row.refresh_from_db()
    return _out(row)


def _keeper(request: HttpRequest, slug: str) -> Standing:
    standing = stand(request, slug)
    check_may(may_keep_agreements(standing.place) and not standing.chosen, _("keep supporting agreements"))
    return standing


def _out(row: SupportingAgreement) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "kind": str(row.kind),
        "party": row.party,
        "receiver": row.receiver,
        "shared": row.shared,
        "withdrawn": row.withdrawn.isoformat() if row.withdrawn else None,
        "revision": row.revision,
    }
