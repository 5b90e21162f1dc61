"""The published JSON Schema of a reading as JSON (`output.to_json`)."""

from __future__ import annotations

from typing import Any

from giao.core.agreement.output import SCHEMA_VERSION

_MONEY = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_NUMBER = {"type": ["number", "null"]}
_TEXT = {"type": "string"}
_WORDS = {"type": ["string", "null"]}
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
            "tax_code": _WORDS,
            "trace": trace,
            "flags": _list(_TEXT),
            "provisional": {"type": "boolean"},
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
            "group": _WORDS,
            "n": _COUNT,
            "overdue_open": _COUNT,
            "value": _NUMBER,
            "exact": _WORDS,
            "unit": {"enum": ["share", "seconds", "number"]},
            "expected": _NUMBER,
            "minimum": _NUMBER,
            "state": {"enum": ["met", "expected_default", "minimum_default", "no_data"]},
            "provisional": {"type": "boolean"},
            "low": _NUMBER,
            "high": _NUMBER,
            "misses": _COUNT,
            "numerator": _WORDS,
            "denominator": _WORDS,
            "carried": _COUNT,
            "carried_out": _COUNT,
            "levels_from": {"type": "string", "pattern": "^(document|baseline|none|phase:.*|tier:.*)$"},
            "strata": _list(
                _object({"label": _TEXT, **dict.fromkeys(("population", "inspected", "good"), _COUNT)})
            ),
            "excluded": {"type": "object", "additionalProperties": _COUNT},
            "claims": _list(_object(claim)),
            "tiers": _list(_object({"share": _NUMBER, "met": {"type": "boolean"}})),
            "groups": _list({"$ref": "#/$defs/kpi"}),
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
            "earned_back_lines": _list(_object({"kpi": _TEXT, "credit_month": _TEXT, "amount": _MONEY})),
            "bonus": _MONEY,
            "adjustments": _list(
                _object(
                    {
                        "month": _TEXT,
                        "line": _TEXT,
                        "old": _MONEY,
                        "new": _MONEY,
                        "amount": _MONEY,
                        "tax_code": _WORDS,
                    }
                )
            ),
            "extras": _list(line),
            **dict.fromkeys(("net", "tax"), _MONEY),
            "tax_lines": _list(_object({"code": _TEXT, "rate": _NUMBER, "base": _MONEY, "amount": _MONEY})),
            "total": _MONEY,
            "document": {"enum": ["invoice", "credit_note"]},
            "provisional": {"type": "boolean"},
            "closed": {"type": "boolean"},
            "triggers": _list(
                _object(
                    {
                        "name": _TEXT,
                        "right": _TEXT,
                        "month": _TEXT,
                        "fired": {"type": "boolean"},
                        "use_until": {"type": ["string", "null"], "format": "date"},
                    }
                )
            ),
            "flags": _list(_TEXT),
            "trace": trace,
            "hash": _HASH,
            "e_invoice": _TEXT,
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
    deadline = _object(
        {
            "kind": {"enum": ["obligation", "control", "exit", "notice", "end", "renewal"]},
            "name": _TEXT,
            "title": {"type": "object"},
            "by": {"enum": ["client", "vendor", "both"]},
            "family": _WORDS,
            "period": _TEXT,
            "due": {"type": "string", "format": "date"},
            "done": {"type": ["string", "null"], "format": "date"},
            "state": {"enum": ["met", "missed", "open", "passed"]},
            "evidence": _WORDS,
            "proof": _WORDS,
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
            "versions": _list(_object({"version": _COUNT, "effective": _TEXT, "hash": _HASH})),
            "currency": _TEXT,
            "zone": _TEXT,
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A reading of giao",
        "$defs": {"kpi": kpi},
        **_object(
            {
                "giao": {"const": SCHEMA_VERSION},
                "hash": _HASH,
                "as_of": {"type": "string", "format": "date-time"},
                "agreement": agreement,
                "log": _object({"cases": _COUNT, "events": _COUNT, "hash": _TEXT}),
                "facts": _object({"count": _COUNT, "hash": _HASH}),
                "kpis": _list({"$ref": "#/$defs/kpi"}),
                "statements": _list(statement),
                "clocks": _list(clock),
                "deadlines": _list(deadline),
            }
        ),
    }
