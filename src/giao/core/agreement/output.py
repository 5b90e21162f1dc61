"""A reading as JSON, with a published schema: what `giao evaluate --json` prints and the server stores.

Money is a decimal string in the agreement's currency, credits are positive amounts owed to the client;
shares are numbers (0.941), durations seconds, instants ISO 8601 in UTC, windows as in `results.Window`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from giao.core.agreement.deadlines import Deadline
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.facts import EPOCH
from giao.core.agreement.quantity import plain
from giao.core.agreement.results import (
    Claim,
    ClockCounts,
    CreditLine,
    KpiResult,
    Statement,
    StatementLine,
    TraceStep,
)

SCHEMA_VERSION = 1


def iso(instant_us: int) -> str:
    """UTC microseconds as ISO 8601 with a Z; fractions of a second only where there are any."""
    from datetime import timedelta

    return (EPOCH + timedelta(microseconds=instant_us)).isoformat().replace("+00:00", "Z")


def number(value: Fraction | Decimal | None) -> int | float | None:
    """An exact ratio as a JSON number of at most 12 significant decimals; the exact one stands beside it."""
    if value is None:
        return None
    exact = Fraction(value)
    return int(exact) if exact.denominator == 1 else round(float(exact), 12)


def exact(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def to_json(evaluation: Evaluation) -> dict[str, Any]:
    """The whole reading, without its case-level rows (those are Parquet: `store.save_reading`)."""
    inputs = evaluation.inputs
    agreement = evaluation.agreement
    return {
        "giao": SCHEMA_VERSION,
        "hash": evaluation.hash,
        "as_of": iso(inputs.as_of_us),
        "agreement": {
            "name": agreement.name,
            "title": agreement.title or {},
            "hash": agreement.hash,
            "version": agreement.version,
            "versions": [
                {"version": item.version, "effective": item.starts.isoformat(), "hash": item.hash}
                for item in inputs.versions
            ],
            "currency": agreement.currency,
            "zone": str(inputs.zone),
        },
        "log": {"cases": inputs.log.n_cases, "events": inputs.log.n_events, "hash": inputs.log.hash},
        "facts": {"count": len(inputs.facts), "hash": inputs.facts.hash},
        "kpis": [kpi_json(result) for result in evaluation.kpis.results],
        "statements": [statement_json(statement) for statement in evaluation.statements],
        "clocks": [clock_json(counts) for counts in evaluation.counts],
        "deadlines": [deadline_json(one) for one in evaluation.deadlines],
    }


def deadline_json(one: Deadline) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "title": one.title or {},
        "by": one.by,
        "family": one.family,
        "period": one.period,
        "due": one.due.isoformat(),
        "done": None if one.done is None else one.done.isoformat(),
        "state": one.state,
        "evidence": one.evidence,
        "proof": one.proof,
        "unproved": one.unproved,
        "version": one.version,
    }


def kpi_json(result: KpiResult) -> dict[str, Any]:
    return {
        "kpi": result.kpi,
        "window": result.window.id,
        "first": result.window.first.isoformat(),
        "last": result.window.last.isoformat(),
        "group": result.group,
        "n": result.n,
        "overdue_open": result.overdue_open,
        "value": number(result.value),
        "exact": exact(result.value),
        "unit": result.unit,
        "expected": number(result.expected),
        "minimum": number(result.minimum),
        "state": result.state,
        "provisional": result.provisional,
        "low": result.low,
        "high": result.high,
        "misses": result.misses,
        "carried": result.carried,
        "excluded": dict(result.excluded),
        "claims": [claim_json(claim) for claim in result.claims],
        "tiers": [{"share": number(share), "met": met} for share, met in result.tiers],
        "groups": [kpi_json(group) for group in result.groups],
        "version": result.version,
        "note": result.note,
    }


def claim_json(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "relief": claim.relief,
        "kind": claim.kind,
        "cases": claim.cases,
        "would_be": number(claim.would_be),
        "missing": list(claim.missing),
    }


def clock_json(counts: ClockCounts) -> dict[str, Any]:
    return {
        "clock": counts.clock,
        "started": counts.started,
        "running": counts.running,
        "paused": counts.paused,
        "met": counts.met,
        "breached": counts.breached,
        "cancelled": counts.cancelled,
        "open_breached": counts.open_breached,
        "no_target": counts.no_target,
        "data_faults": counts.data_faults,
    }


def statement_json(statement: Statement) -> dict[str, Any]:
    return {
        "month": statement.month,
        "currency": statement.currency,
        "lines": [line_json(line) for line in statement.lines],
        "fees": str(statement.fees),
        "at_risk": None if statement.at_risk is None else plain(statement.at_risk),
        "credits": [credit_json(credit) for credit in statement.credits],
        "credit_total": str(statement.credit_total),
        "settled_credits": str(statement.settled_credits),
        "carried_in": str(statement.carried_in),
        "carried_out": str(statement.carried_out),
        "earned_back": str(statement.earned_back),
        "earned_back_lines": [
            {"kpi": line.kpi, "credit_month": line.credit_month, "amount": str(line.amount)}
            for line in statement.earned_back_lines
        ],
        "bonus": str(statement.bonus),
        "adjustments": [
            {
                "month": item.month,
                "line": item.line,
                "old": str(item.old),
                "new": str(item.new),
                "amount": str(item.amount),
            }
            for item in statement.adjustments
        ],
        "extras": [line_json(line) for line in statement.extras],
        "net": str(statement.net),
        "tax": str(statement.tax),
        "tax_lines": [
            {"code": item.code, "rate": number(item.rate), "base": str(item.base), "amount": str(item.amount)}
            for item in statement.tax_lines
        ],
        "total": str(statement.total),
        "document": statement.document,
        "provisional": statement.provisional,
        "closed": statement.closed,
        "triggers": [
            {
                "name": item.name,
                "right": item.right,
                "month": item.month,
                "fired": item.fired,
                "use_until": None if item.use_until is None else item.use_until.isoformat(),
            }
            for item in statement.triggers
        ],
        "flags": list(statement.flags),
        "hash": statement.hash,
    }


def line_json(line: StatementLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "kind": line.kind,
        "quantity": number(line.quantity),
        "price": None if line.price is None else plain(line.price),
        "amount": str(line.amount),
        "in_fees": line.in_fees,
        "tax_code": line.tax_code,
        "trace": [trace_json(step) for step in line.trace],
        "flags": list(line.flags),
    }


def credit_json(credit: CreditLine) -> dict[str, Any]:
    return {
        "kpi": credit.kpi,
        "window": credit.window,
        "amount": str(credit.amount),
        "points": number(credit.points),
        "repeat": number(credit.repeat),
        "uncapped": str(credit.uncapped),
        "reason": credit.reason,
        "trace": [trace_json(step) for step in credit.trace],
    }


def trace_json(step: TraceStep) -> dict[str, Any]:
    return {"what": step.what, "numbers": dict(step.numbers)}


_MONEY = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_NUMBER = {"type": ["number", "null"]}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [k for k in properties if k not in optional],
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def output_schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12) of `to_json`."""
    trace = _list(_object({"what": _TEXT, "numbers": {"type": "object"}}))
    line = _object(
        {
            "name": _TEXT,
            "kind": _TEXT,
            "quantity": _NUMBER,
            "price": {"anyOf": [_MONEY, {"type": "null"}]},
            "amount": _MONEY,
            "in_fees": {"type": "boolean"},
            "tax_code": {"type": ["string", "null"]},
            "trace": trace,
            "flags": _list(_TEXT),
        }
    )
    claim = {
        "id": _TEXT,
        "relief": _TEXT,
        "kind": _TEXT,
        "cases": _COUNT,
        "would_be": _NUMBER,
        "missing": _list(_TEXT),
    }
    kpi = _object(
        {
            "kpi": _TEXT,
            "window": _TEXT,
            "first": {"type": "string", "format": "date"},
            "last": {"type": "string", "format": "date"},
            "group": {"type": ["string", "null"]},
            "n": _COUNT,
            "overdue_open": _COUNT,
            "value": _NUMBER,
            "exact": {"type": ["string", "null"]},
            "unit": {"enum": ["share", "seconds", "number"]},
            "expected": _NUMBER,
            "minimum": _NUMBER,
            "state": {"enum": ["met", "expected_default", "minimum_default", "no_data"]},
            "provisional": {"type": "boolean"},
            "low": _NUMBER,
            "high": _NUMBER,
            "misses": _COUNT,
            "carried": _COUNT,
            "excluded": {"type": "object", "additionalProperties": _COUNT},
            "claims": _list(_object(claim)),
            "tiers": _list(_object({"share": _NUMBER, "met": {"type": "boolean"}})),
            "groups": _list({"type": "object"}),
            "version": _COUNT,
            "note": _TEXT,
        }
    )
    credit = _object(
        {
            "kpi": _TEXT,
            "window": _TEXT,
            "amount": _MONEY,
            "points": _NUMBER,
            "repeat": _NUMBER,
            "uncapped": _MONEY,
            "reason": _TEXT,
            "trace": trace,
        }
    )
    statement = _object(
        {
            "month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
            "currency": _TEXT,
            "lines": _list(line),
            "fees": _MONEY,
            "at_risk": {"anyOf": [_MONEY, {"type": "null"}]},
            "credits": _list(credit),
            **dict.fromkeys(
                ("credit_total", "settled_credits", "carried_in", "carried_out", "earned_back"), _MONEY
            ),
            "earned_back_lines": _list({"type": "object"}),
            "bonus": _MONEY,
            "adjustments": _list(
                _object({"month": _TEXT, "line": _TEXT, "old": _MONEY, "new": _MONEY, "amount": _MONEY})
            ),
            "extras": _list(line),
            **dict.fromkeys(("net", "tax"), _MONEY),
            "tax_lines": _list(_object({"code": _TEXT, "rate": _NUMBER, "base": _MONEY, "amount": _MONEY})),
            "total": _MONEY,
            "document": {"enum": ["invoice", "credit_note"]},
            "provisional": {"type": "boolean"},
            "closed": {"type": "boolean"},
            "triggers": _list({"type": "object"}),
            "flags": _list(_TEXT),
            "hash": _HASH,
        }
    )
    counts = (
        "started",
        "running",
        "paused",
        "met",
        "breached",
        "cancelled",
        "open_breached",
        "no_target",
        "data_faults",
    )
    clock = _object({"clock": _TEXT, **dict.fromkeys(counts, _COUNT)})
    words = {"type": ["string", "null"]}
    deadline = _object(
        {
            "kind": {"enum": ["obligation", "control", "exit", "notice", "end", "renewal"]},
            "name": _TEXT,
            "title": {"type": "object"},
            "by": {"enum": ["client", "vendor", "both"]},
            "family": words,
            "period": _TEXT,
            "due": {"type": "string", "format": "date"},
            "done": {"type": ["string", "null"], "format": "date"},
            "state": {"enum": ["met", "missed", "open", "passed"]},
            "evidence": words,
            "proof": words,
            "unproved": {"type": "boolean"},
            "version": _COUNT,
        }
    )
    agreement = _object(
        {
            "name": _TEXT,
            "title": {"type": "object"},
            "hash": _HASH,
            "version": _COUNT,
            "versions": _list({"type": "object"}),
            "currency": _TEXT,
            "zone": _TEXT,
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A reading of giao",
        **_object(
            {
                "giao": {"const": SCHEMA_VERSION},
                "hash": _HASH,
                "as_of": {"type": "string", "format": "date-time"},
                "agreement": agreement,
                "log": _object({"cases": _COUNT, "events": _COUNT, "hash": _TEXT}),
                "facts": _object({"count": _COUNT, "hash": _HASH}),
                "kpis": _list(kpi),
                "statements": _list(statement),
                "clocks": _list(clock),
                "deadlines": _list(deadline),
            }
        ),
    }
