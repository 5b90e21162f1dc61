"""The arithmetic behind a charge or a credit, step by step, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.pricing.currency import minor_units
from giao.core.agreement.results import TraceStep
from giao.core.report.formats import day, exact_percent, measure, money, number, window
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.words import Lang, known, say

_MONEY = {
    "amount", "price", "fees", "fee", "each", "cost", "per_day", "uncapped", "worth", "billed", "year_to_date",
    "this_month", "allowed", "limit", "of", "before", "after", "total", "dropped", "floor", "exact", "at_risk", "result",
    "markup_cap", "principal", "outside_fees", "settled_credits", "earned_back", "adjustments", "bonus", "extras", "net",
    "tax",
}  # fmt: skip
_SHARES = {"percent", "share", "dead_band", "markup", "change", "counted", "band"}
_DAYS = {"day", "rate_day", "accepted", "due", "anniversary", "paid"}
_WINDOWS = {"window", "month", "base_month"}
_BY_STEP: Mapping[str, Mapping[str, str]] = {
    "charge.fixed": {"of": "number"},
    "charge.part": {"from": "day", "to": "day"},
    "charge.gain_share": {"baseline": "money", "actual": "money", "hurdle": "money", "cap": "money"},
    "charge.staff_days": {"rate": "price"},
    "charge.timesheet": {"rate": "price"},
    "charge.minimum": {"rate": "share"},
    "charge.foreign_cost": {"cost": "number"},
    "charge.order_cap": {"cap": "money"},
    "credit.points": {"total": "number"},
    "credit.shortfall": {"level": "number"},
    "credit.carried": {"from": "window"},
    "credit.at_risk": {"category": "category"},
    "credit.cap": {"cap": "cap", "name": "name"},
    "charge.interest": {"rate": "share"},
}


def trace_words(steps: Iterable[TraceStep], agreement: Agreement, lang: Lang = "en") -> list[str]:
    """One sentence a step, in the order of the computation; steps that change nothing are left out."""
    return [step_words(step, agreement, lang) for step in steps if not _changes_nothing(step)]


def _changes_nothing(step: TraceStep) -> bool:
    """A factor of 1, or a rounding of what is round already."""
    numbers = dict(step.numbers)
    if step.what == "charge.part":
        return numbers.get("factor") == "1"
    if step.what in ("charge.rounded", "credit.rounded"):
        return _exact(numbers.get("exact", "")) == _exact(numbers.get("amount", ""))
    return step.what == "credit.repeat" and numbers.get("repeat") == "1"


def step_words(step: TraceStep, agreement: Agreement, lang: Lang = "en") -> str:
    """One step of an arithmetic with its numbers in the reader's format."""
    numbers = dict(step.numbers)
    if step.what == "credit.miss":
        return _miss(numbers, agreement, lang)
    kinds = _BY_STEP.get(step.what, {})
    shown = {
        name: _shown(kinds.get(name) or _kind(name), value, agreement, lang)
        for name, value in numbers.items()
    }
    if "kpi" in numbers:
        shown["kpi"] = kpi_title(agreement, numbers["kpi"], lang)
    return say(lang, step.what, **shown)


def _miss(numbers: Mapping[str, str], agreement: Agreement, lang: Lang) -> str:
    unit = numbers.get("unit", "number")

    def value(name: str) -> str:
        exact = _exact(numbers.get(name, ""))
        return measure(exact, unit, lang) if exact is not None else "–"

    return say(
        lang,
        "credit.miss",
        window=window(numbers.get("window", ""), lang),
        value=value("value"),
        expected=value("expected"),
        minimum=value("minimum"),
        state=say(lang, f"state.{numbers.get('state', 'no_data')}"),
    )


def _kind(name: str) -> str:
    for names, kind in ((_MONEY, "money"), (_SHARES, "share"), (_DAYS, "day"), (_WINDOWS, "window")):
        if name in names:
            return kind
    return "number"


def _exact(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _shown(kind: str, text: str, agreement: Agreement, lang: Lang) -> str:
    """A number as text in the form of its kind; what is no number (a role, a series) stays as it is."""
    if kind == "cap":
        return say(lang, f"cap.{text}") if known(f"cap.{text}") else text
    if kind == "name":
        return f" “{window(text, lang)}”" if text else ""
    if kind == "day":
        try:
            return day(date.fromisoformat(text), lang)
        except ValueError:
            return text
    if kind == "window":
        return window(text, lang)
    exact = _exact(text)
    if exact is None:
        return text
    if kind == "category":
        return "" if exact == 1 else say(lang, "credit.category", share=exact_percent(exact, lang))
    if kind == "share":
        return exact_percent(exact, lang)
    if kind in ("money", "price"):
        return _money(exact, text, agreement.currency, lang)
    return number(exact, lang)


def _money(exact: Fraction, text: str, currency: str, lang: Lang) -> str:
    """At least the currency's decimals, at most four, so that an unrounded amount is seen to be one."""
    units = minor_units(currency)
    try:
        has = -int(Decimal(text).normalize().as_tuple().exponent)
    except (InvalidOperation, ValueError):
        has = 4
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return money(scaled, currency, lang, min(max(has, units), max(units, 4)))
