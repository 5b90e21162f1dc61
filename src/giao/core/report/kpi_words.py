"""How a service level got its value, and why a case is in it or not, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import to_us
from giao.core.agreement.kpis.explaining import KpiExplanation
from giao.core.agreement.kpis.missing import Why
from giao.core.report.formats import day, exact_percent, instant, measure, number, percent, window
from giao.core.report.plain_words.phrases import clock_title, kpi_title
from giao.core.report.words import Lang, say

_VALUES = {"value", "expected", "minimum", "would_be"}
_SHARES = {"low", "high"}
_COUNTS = {"kpi.low_volume", "kpi.carried_on", "kpi.one_miss_allowed"}
"""Steps whose `minimum` is a number of cases, not a level."""
_INSTANTS = {"at", "due", "delivered", "from_"}


def kpi_words(found: KpiExplanation, agreement: Agreement, lang: Lang = "en") -> list[str]:
    """One sentence a step: window, cases, formula, levels, verdict."""
    unit = found.result.unit
    texts = []
    for step in found.steps:
        numbers = dict(step.numbers)
        shown = {
            name: _shown(step.what, name, value, unit, agreement, lang) for name, value in numbers.items()
        }
        texts.append(say(lang, step.what, **{"expected": "–", "minimum": "–", **shown}))
    return texts


def why_words(found: Iterable[Why], agreement: Agreement, zone: ZoneInfo, lang: Lang = "en") -> list[str]:
    """Why a case is in a number or missing from it, one sentence a reason."""
    return [_why(item, agreement, zone, lang) for item in found]


def _why(why: Why, agreement: Agreement, zone: ZoneInfo, lang: Lang) -> str:
    numbers = dict(why.numbers)
    shown = {name: _plain(name, value, agreement, zone, lang) for name, value in numbers.items()}
    blank = {"claim": "–", "agreed_by": "–", "window": "–"}
    text = say(lang, why.what, **{**blank, **shown})
    return f"{kpi_title(agreement, numbers['part'], lang)}: {text}" if "part" in numbers else text


def _plain(name: str, value: str, agreement: Agreement, zone: ZoneInfo, lang: Lang) -> str:
    if name in _INSTANTS:
        try:
            return instant(to_us(datetime.fromisoformat(value), zone), zone, lang)
        except ValueError:
            return value
    if name == "window":
        return window(value, lang)
    return clock_title(agreement, value, lang) if name == "clock" else value


def _shown(what: str, name: str, value: str, unit: str, agreement: Agreement, lang: Lang) -> str:
    if name == "window":
        return window(value, lang)
    if name in ("first", "last") and what == "kpi.window":
        return day(date.fromisoformat(value), lang)
    if name == "clock":
        return clock_title(agreement, value, lang)
    if name == "held":
        return say(lang, "state.met" if value == "true" else "state.minimum_default")
    exact = _exact(value)
    if exact is None:
        return value
    if name in _VALUES and what not in _COUNTS:
        return measure(exact, unit, lang)
    if name in _SHARES:
        return percent(exact, lang)
    if name in ("share", "p"):
        return exact_percent(exact, lang)
    return number(exact, lang)


def _exact(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
