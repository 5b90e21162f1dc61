"""A chain as JSON, with a published schema: what `giao chain --json` prints and the API answers.

Instants ISO 8601 in UTC, durations whole microseconds (they sum exactly). A party nobody names has an empty `name`; one that
nobody says has an empty `side` too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from giao.core.agreement.chain.case import ChainCase, PartyShare, SlaClock, SupportClock
from giao.core.agreement.chain.months import GAPS, ChainMonth
from giao.core.agreement.chain.parties import ChainParty
from giao.core.agreement.chain.reading import ChainReading
from giao.core.agreement.chain.targets import ChainFinding
from giao.core.agreement.clocks import CLOCK_STATES
from giao.core.agreement.output import iso

CHAIN_SCHEMA_VERSION = 1


def chain_json(
    chain: ChainReading, months: Sequence[ChainMonth], findings: Sequence[ChainFinding] = ()
) -> dict[str, Any]:
    """The months of one clock, the agreements of the chain, and what was found about their targets."""
    return {
        **chain_head(chain),
        "clocks": list(chain.clocks),
        "findings": [
            {"kind": item.kind, "clock": item.clock, "target": item.target, "message": str(item.message)}
            for item in findings
        ],
        "months": [month_json(month) for month in months],
    }


def chain_head(chain: ChainReading) -> dict[str, Any]:
    """What the numbers stand on."""
    return {
        "giao": CHAIN_SCHEMA_VERSION,
        "as_of": iso(chain.as_of_us),
        "agreement": {"name": chain.agreement.name, "hash": chain.agreement.hash},
        "calendar": chain.calendar,
        "supports": [
            {
                "kind": item.kind,
                "name": item.name,
                "party": item.party,
                "hashes": [version.hash for version in item.versions],
            }
            for item in chain.agreements
        ],
    }


def month_json(month: ChainMonth) -> dict[str, Any]:
    return {
        "month": month.month,
        "clock": month.clock,
        "cases": month.cases,
        "breached": month.breached,
        "counted_us": month.counted_us,
        "first_sla": month.first_sla,
        "first_support": month.first_support,
        **{gap: month.gaps[gap] for gap in GAPS},
        "parties": [
            {
                **party_json(item.party),
                "cases": item.cases,
                "counted_us": item.counted_us,
                "held_us": item.held_us,
                "first": item.first,
                "broken": item.broken,
                "own_met": item.own_met,
                "at_break": item.at_break,
                "bound": item.bound,
            }
            for item in month.parties
        ],
    }


def case_json(chain: ChainReading, case: ChainCase) -> dict[str, Any]:
    """One case with what it stands on."""
    return {
        **chain_head(chain),
        "case": case.case_id,
        "held": [
            {
                **party_json(item.party),
                "from": iso(item.start_us),
                "to": None if item.open else iso(item.end_us),
                "elapsed_us": item.elapsed_us,
                "business_us": item.business_us,
            }
            for item in case.stretches
        ],
        "shares": [
            {**party_json(item.party), "elapsed_us": item.elapsed_us, "business_us": item.counted_us}
            for item in case.shares
        ],
        "clocks": [_sla_json(item) for item in case.clocks],
        "supports_of_case": [_support_json(item) for item in case.supports],
    }


def party_json(party: ChainParty) -> dict[str, str]:
    return {"side": party.side, "name": party.name}


def _sla_json(clock: SlaClock) -> dict[str, Any]:
    return {
        **_instance_json(clock),
        "month": clock.month,
        "shares": [_share_json(item) for item in clock.shares],
        "first": clock.first,
        "first_at": _instant(clock.first_at_us),
        "first_clock": None if clock.first_clock is None else _support_json(clock.first_clock),
        "holder_at_break": None if clock.holder_at_break is None else party_json(clock.holder_at_break),
        "gap": clock.gap or None,
    }


def _share_json(share: PartyShare) -> dict[str, Any]:
    return {**party_json(share.party), "held_us": share.elapsed_us, "counted_us": share.counted_us}


def _support_json(clock: SupportClock) -> dict[str, Any]:
    return {
        "kind": clock.support.kind,
        "agreement": clock.support.name,
        "party": party_json(clock.party),
        **_instance_json(clock),
    }


def _instance_json(clock: SlaClock | SupportClock) -> dict[str, Any]:
    return {
        "clock": clock.clock,
        "number": clock.number,
        "started": iso(clock.started_us),
        "ended": None if clock.open else iso(clock.ended_us),
        "state": clock.state,
        "consumed_us": clock.consumed_us,
        "budget_us": clock.budget_us,
        "due": _instant(clock.due_us),
        "in_time_until": _instant(clock.broke_us),
    }


def _instant(value: int | None) -> str | None:
    return None if value is None else iso(value)


_TEXT: dict[str, Any] = {"type": "string"}
_INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_SIDE: dict[str, Any] = {"enum": ["", "client", "vendor", "subcontractor", "third_party"]}
_KIND: dict[str, Any] = {"enum": ["ola", "underpinning"]}
_HASH: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PARTY: dict[str, Any] = {"side": _SIDE, "name": _TEXT}


def _maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def chain_schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12) of `chain_json` and `case_json`."""
    head = {
        "giao": {"const": CHAIN_SCHEMA_VERSION},
        "as_of": _INSTANT,
        "agreement": _object({"name": _TEXT, "hash": _HASH}),
        "calendar": _TEXT,
        "supports": _list(_object({"kind": _KIND, "name": _TEXT, "party": _TEXT, "hashes": _list(_HASH)})),
    }
    finding = {
        "kind": {"enum": ["sum_exceeds", "one_exceeds", "not_comparable"]},
        "clock": _TEXT,
        "target": _COUNT,
        "message": _TEXT,
    }
    counts = ("cases", "counted_us", "held_us", "first", "broken", "own_met", "at_break")
    of_party = {**_PARTY, **dict.fromkeys(counts, _COUNT), "bound": {"type": "boolean"}}
    totals = ("cases", "breached", "counted_us", "first_sla", "first_support", *GAPS)
    month = {
        "month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
        "clock": _TEXT,
        **dict.fromkeys(totals, _COUNT),
        "parties": _list(_object(of_party)),
    }
    instance = {
        "clock": _TEXT,
        "number": _COUNT,
        "started": _INSTANT,
        "ended": _maybe(_INSTANT),
        "state": {"enum": list(CLOCK_STATES)},
        "consumed_us": _COUNT,
        "budget_us": _maybe(_COUNT),
        "due": _maybe(_INSTANT),
        "in_time_until": _maybe(_INSTANT),
    }
    support = _object({"kind": _KIND, "agreement": _TEXT, "party": _object(_PARTY), **instance})
    share = _object({**_PARTY, "held_us": _COUNT, "counted_us": _COUNT})
    sla = {
        **instance,
        "month": month["month"],
        "shares": _list(share),
        "first": {"enum": ["sla", "support", None]},
        "first_at": _maybe(_INSTANT),
        "first_clock": _maybe(support),
        "holder_at_break": _maybe(_object(_PARTY)),
        "gap": {"enum": [*GAPS, None]},
    }
    spent = {"elapsed_us": _COUNT, "business_us": _COUNT}
    case = {
        "case": _TEXT,
        "held": _list(_object({**_PARTY, "from": _INSTANT, "to": _maybe(_INSTANT), **spent})),
        "shares": _list(_object({**_PARTY, **spent})),
        "clocks": _list(_object(sla)),
        "supports_of_case": _list(support),
    }
    months = {"clocks": _list(_TEXT), "findings": _list(_object(finding)), "months": _list(_object(month))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "giao chain of parties",
        "anyOf": [_object({**head, **months}), _object({**head, **case})],
    }
