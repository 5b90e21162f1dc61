"""Conditions over months, in FEEL: the amount at risk by condition, and triggers.

A KPI's name stands for the KPI itself where a function asks for one (`missed(paid_in_time, 3, 6)`); its latest value is
`value(paid_in_time)`. In a condition of `at_risk` the bare name is the value (`old_backlog > 10`). Month measures are
`received`, `delivered`, `forecast`, `fees`, `credits`. Shares are shares: `mean(paid_in_time, 3) < 0.97`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from giao.core.agreement.credits.history import History
from giao.core.agreement.errors import AgreementError
from giao.core.rules import RuleError, Type, check, compile_rule, type_named
from giao.core.told import told

Measures = Mapping[str, Decimal | None]
_FEEL = Context(prec=34)
_MOST = 1200
"""Windows or months that a condition can look back on."""

MEASURES = ("received", "delivered", "forecast", "fees", "credits")
DECLARED: Mapping[str, str | None] = {
    "missed": "missed(kpi: string, k: number, n: number) -> boolean",
    "minimum_missed": "minimum_missed(kpi: string, k: number, n: number) -> boolean",
    "streak": "streak(kpi: string) -> number",
    "mean": None,  # also FEEL's own, of numbers
    "value": "value(kpi: string) -> number",
    "credit_share": "credit_share(k: number, n: number, share: number) -> boolean",
    "capped": "capped(k: number, n: number) -> boolean",
}
"""The functions of conditions over months, as FEEL declares them; `kpi` is the bare name of a KPI."""

FUNCTIONS = tuple(DECLARED)


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
            return number(history.mean(of, _whole("mean(kpi, n)", more[0])))
        numbers = of if isinstance(of, list) else [of, *more]
        if not numbers or not all(isinstance(item, Decimal) for item in numbers):
            return None
        return number(sum((Fraction(item) for item in numbers), Fraction(0)) / len(numbers))

    found: dict[str, Callable[..., Any]] = {
        "missed": lambda name, k, n: history.missed(kpi(name), *_k_of_n("missed(kpi, k, n)", k, n)),
        "minimum_missed": lambda name, k, n: history.minimum_missed(
            kpi(name), *_k_of_n("minimum_missed(kpi, k, n)", k, n)
        ),
        "streak": lambda name: Decimal(history.streak(kpi(name))),
        "mean": mean,
        "value": lambda name: number(history.value(kpi(name))),
        "credit_share": lambda k, n, share: history.credit_share(
            *_k_of_n("credit_share(k, n, share)", k, n), Fraction(share)
        ),
        "capped": lambda k, n: history.capped(*_k_of_n("capped(k, n)", k, n)),
    }
    return {name: declare(name, function) for name, function in found.items()}


def declare(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its FEEL declaration, so that calls are checked for number and type of what they hand over."""
    declared = DECLARED[name]
    if declared is None:
        return function

    def called(*values: Any) -> Any:
        return function(*values)

    called.feel = declared  # type: ignore[attr-defined]
    return called


def _whole(form: str, value: Any) -> int:
    """A count of windows or months: whole, from 1 on."""
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not 1 <= value <= _MOST:
        raise AgreementError(
            told(
                "agreement.condition_count",
                "a condition calls {form} with {value} where a whole number from 1 to {most} is expected",
                form=form,
                value=value,
                most=_MOST,
            )
        )
    return int(value)


def _k_of_n(form: str, k: Any, n: Any) -> tuple[int, int]:
    """At least k of the last n."""
    found = _whole(form, k), _whole(form, n)
    if found[0] > found[1]:
        raise AgreementError(
            told(
                "agreement.condition_k_of_n",
                "a condition calls {form} with k = {k} above n = {n}, which can never hold",
                form=form,
                k=k,
                n=n,
            )
        )
    return found


def trigger_holds(text: str, history: History, measures: Measures) -> bool:
    """Whether a trigger's condition holds at the end of the history's last month; null is not true."""
    names = {**measures, **{name: name for name in history.results}}
    return _holds(text, history, names, trigger_schema(history.results))


def at_risk_holds(text: str, history: History, measures: Measures) -> bool:
    """Whether a condition on a month holds; here a KPI's bare name is its latest value."""
    names = {**measures, **{name: number(history.value(name)) for name in history.results}}
    return _holds(text, history, names, at_risk_schema(history.results))


def trigger_schema(kpis: Iterable[str]) -> dict[str, Type]:
    """Names and types of a trigger: a KPI's bare name is the KPI itself, a text."""
    return {**dict.fromkeys(kpis, type_named("string")), **dict.fromkeys(MEASURES, type_named("number"))}


def at_risk_schema(kpis: Iterable[str]) -> dict[str, Type]:
    """Names and types of a condition of `at_risk`: a KPI's bare name is its latest value."""
    return dict.fromkeys((*kpis, *MEASURES), type_named("number"))


def _holds(text: str, history: History, names: Mapping[str, Any], schema: Mapping[str, Type]) -> bool:
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
    try:
        check(rule, schema)
    except RuleError as error:
        raise AgreementError(str(error)) from None
    return rule.evaluate(names) is True
