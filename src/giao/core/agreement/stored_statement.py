"""A statement read back from its JSON (`output.statement_json`). Parts that earlier readings did not store are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from giao.core.agreement.results import (
    Adjustment,
    CreditLine,
    EarnedBack,
    Statement,
    StatementLine,
    TaxLine,
    TraceStep,
    TriggerResult,
)


def read_statement(stored: Mapping[str, Any]) -> Statement:
    """A stored statement (`statement_json`) as the library's value."""
    return Statement(
        month=stored["month"],
        currency=stored["currency"],
        lines=tuple(_line(item) for item in stored["lines"]),
        fees=Decimal(stored["fees"]),
        at_risk=None if stored["at_risk"] is None else Decimal(stored["at_risk"]),
        credits=tuple(_credit(item) for item in stored["credits"]),
        credit_total=Decimal(stored["credit_total"]),
        earned_back=Decimal(stored["earned_back"]),
        earned_back_lines=tuple(
            EarnedBack(item["kpi"], item["credit_month"], Decimal(item["amount"]))
            for item in stored["earned_back_lines"]
        ),
        settled_credits=Decimal(stored["settled_credits"]),
        carried_in=Decimal(stored["carried_in"]),
        carried_out=Decimal(stored["carried_out"]),
        bonus=Decimal(stored["bonus"]),
        adjustments=tuple(
            Adjustment(
                item["month"], item["line"], Decimal(item["old"]), Decimal(item["new"]), item.get("tax_code")
            )
            for item in stored["adjustments"]
        ),
        extras=tuple(_line(item) for item in stored["extras"]),
        net=Decimal(stored["net"]),
        tax=Decimal(stored["tax"]),
        tax_lines=tuple(
            TaxLine(item["code"], Decimal(str(item["rate"])), Decimal(item["base"]), Decimal(item["amount"]))
            for item in stored["tax_lines"]
        ),
        total=Decimal(stored["total"]),
        document=stored["document"],
        provisional=stored["provisional"],
        closed=stored["closed"],
        triggers=tuple(
            TriggerResult(
                item["name"],
                item["right"],
                item["month"],
                item["fired"],
                None if item["use_until"] is None else date.fromisoformat(item["use_until"]),
            )
            for item in stored["triggers"]
        ),
        flags=tuple(stored["flags"]),
        trace=_trace(stored.get("trace", ())),
        hash=stored["hash"],
        e_invoice=stored.get("e_invoice", ""),
    )


def _line(stored: Mapping[str, Any]) -> StatementLine:
    return StatementLine(
        stored["name"],
        stored["kind"],
        _decimal(stored["quantity"]),
        _decimal(stored["price"]),
        Decimal(stored["amount"]),
        stored["in_fees"],
        stored["tax_code"],
        _trace(stored["trace"]),
        tuple(stored["flags"]),
        bool(stored.get("provisional", False)),
    )


def _credit(stored: Mapping[str, Any]) -> CreditLine:
    return CreditLine(
        stored["kpi"],
        stored["window"],
        Decimal(stored["amount"]),
        _decimal(stored["points"]),
        _decimal(stored["repeat"]) or Decimal(1),
        Decimal(stored["uncapped"]),
        stored["reason"],
        _trace(stored["trace"]),
    )


def _trace(stored: Iterable[Mapping[str, Any]]) -> tuple[TraceStep, ...]:
    return tuple(TraceStep(step["what"], tuple(step["numbers"].items())) for step in stored)


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
