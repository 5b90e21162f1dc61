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
        "numerator": exact(result.numerator),
        "denominator": exact(result.denominator),
        "carried": result.carried,
        "carried_out": result.carried_out,
        "levels_from": result.levels_from,
        "strata": [
            {
                "label": stratum.label,
                "population": stratum.population,
                "inspected": stratum.inspected,
                "good": stratum.good,
            }
            for stratum in result.strata
        ],
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
                "tax_code": item.tax_code,
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
        "trace": [trace_json(step) for step in statement.trace],
        "hash": statement.hash,
        "e_invoice": statement.e_invoice,
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
        "provisional": line.provisional,
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
