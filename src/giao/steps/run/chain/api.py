"""Addresses of the chain: its months, and one case. What the other side keeps to itself is not in it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from giao.core.agreement.chain import check_targets, months_of
from giao.core.agreement.chain.output import case_json, chain_json
from giao.kernel.api.readings import ReadingOut, reading_out
from giao.kernel.api.wing import Wing
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
