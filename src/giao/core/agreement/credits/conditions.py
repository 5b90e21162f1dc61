"""Conditions over months, in FEEL: the amount at risk by condition, and triggers.

A KPI's name stands for the KPI itself where a function asks for one (`missed(paid_in_time, 3, 6)`); its latest value is
`value(paid_in_time)`. In a condition of `at_risk` the bare name is the value (`old_backlog > 10`). Month measures are
`received`, `delivered`, `forecast`, `fees`, `credits`. Shares are shares: `mean(paid_in_time, 3) < 0.97`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from giao.core.agreement.credits.history import History
from giao.core.agreement.errors import AgreementError
from giao.core.rules import compile_rule
from giao.core.told import told

Measures = Mapping[str, Decimal | None]
_FEEL = Context(prec=34)

MEASURES = ("received", "delivered", "forecast", "fees", "credits")
FUNCTIONS = ("missed", "minimum_missed", "streak", "mean", "value", "credit_share", "capped")


def number(value: Fraction | None) -> Decimal | None:
    """As FEEL computes: decimal128, 34 digits."""
    return None if value is None else _FEEL.divide(Decimal(value.numerator), Decimal(value.denominator))


def functions(history: History) -> dict[str, Callable[..., Any]]:
    """The functions that a condition over months may call."""

    def kpi(name: Any) -> str:
        if not isinstance(name, str):
            raise AgreementError(
                told(
                    "agreement.condition_no_kpi",
                    "a condition asks about {name!r} where the name of a KPI is expected, e.g. "
                    "missed(paid_in_time, 3, 6); measured: {known}",
                    name=name,
                    known=", ".join(history.results) or "none",
                )
            )
        return name

    def mean(of: Any, *more: Any) -> Decimal | None:
        """Of a KPI's last n results; of numbers, as FEEL has it."""
        if isinstance(of, str) and len(more) == 1:
            return number(history.mean(of, int(more[0])))
        numbers = of if isinstance(of, list) else [of, *more]
        if not numbers or not all(isinstance(item, Decimal) for item in numbers):
            return None
        return number(sum((Fraction(item) for item in numbers), Fraction(0)) / len(numbers))

    return {
        "missed": lambda name, k, n: history.missed(kpi(name), int(k), int(n)),
        "minimum_missed": lambda name, k, n: history.minimum_missed(kpi(name), int(k), int(n)),
        "streak": lambda name: Decimal(history.streak(kpi(name))),
        "mean": mean,
        "value": lambda name: number(history.value(kpi(name))),
        "credit_share": lambda k, n, share: history.credit_share(int(k), int(n), Fraction(share)),
        "capped": lambda k, n: history.capped(int(k), int(n)),
    }


def trigger_holds(text: str, history: History, measures: Measures) -> bool:
    """Whether a trigger's condition holds at the end of the history's last month; null is not true."""
    return _holds(text, history, {**measures, **{name: name for name in history.results}})


def at_risk_holds(text: str, history: History, measures: Measures) -> bool:
    """Whether a condition on a month holds; here a KPI's bare name is its latest value."""
    return _holds(
        text, history, {**measures, **{name: number(history.value(name)) for name in history.results}}
    )


def _holds(text: str, history: History, names: Mapping[str, Any]) -> bool:
    rule = compile_rule(text, names=list(names), functions=functions(history))
    unknown = sorted(rule.names - set(names))
    if unknown:
        raise AgreementError(
            told(
                "agreement.condition_unknown",
                "{text!r} reads {names}, which no month has; it has {known} and the functions {functions}",
                text=text,
                names=", ".join(unknown),
                known=", ".join(names) or "nothing",
                functions=", ".join(FUNCTIONS),
            )
        )
    return rule.evaluate(names) is True
