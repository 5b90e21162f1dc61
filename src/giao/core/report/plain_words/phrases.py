"""Pieces of sentences: budgets, periods, levels, patterns, conditions, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.quantity import DAY, HOUR, MINUTE, SECOND, Level, Period, Within
from giao.core.report.formats import day, exact_percent, number, seconds
from giao.core.report.words import Lang, in_language, known, say

_UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))


def within_words(budget: Within, lang: Lang) -> str:
    """``4 business hours`` / ``4 giờ làm việc``."""
    if budget.business_days is not None:
        return say(
            lang, "within.business_day", n=number(budget.business_days, lang), plural=budget.business_days
        )
    kind = "business_" if budget.measure == "business" else ""
    for size, unit in _UNITS:
        if kind and unit == "day":
            continue  # open hours do not add up to days of 24 hours
        if budget.microseconds % size == 0 and (budget.microseconds >= size or unit == "second"):
            count = budget.microseconds // size
            return say(lang, f"within.{kind}{unit}", n=number(count, lang), plural=count)
    part = Fraction(budget.microseconds, SECOND)
    return say(lang, f"within.{kind}second", n=number(part, lang), plural=part)


def period_words(period: Period, lang: Lang) -> str:
    """``P6M`` as ``6 months``."""
    parts = []
    if period.months:
        parts.append(say(lang, "period.month", n=number(period.months, lang), plural=period.months))
    if period.days:
        parts.append(say(lang, "period.day", n=number(period.days, lang), plural=period.days))
    if period.microseconds or not parts:
        parts.append(seconds(Fraction(period.microseconds, SECOND), lang))
    return " ".join(parts)


def level_words(level: Level, lang: Lang) -> str:
    """``95%``, ``120 h``, ``0``."""
    if level.unit == "share":
        return exact_percent(level.value, lang)
    if level.unit == "seconds":
        return seconds(level.value, lang, business=True)
    return number(level.value, lang)


def listed(items: Iterable[str], lang: Lang, last: str = "and") -> str:
    """``a, b and c``."""
    texts = list(items)
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {say(lang, last)} {texts[-1]}"


def pattern_words(patterns: Sequence[Pattern], lang: Lang) -> str:
    """Which events are meant, in words."""
    return listed((_one_pattern(pattern, lang) for pattern in patterns), lang, "or")


def moment_words(agreement: Agreement, patterns: Sequence[Pattern], lang: Lang) -> str:
    """The same, but receipt and delivery of a case are called so."""
    for name in ("received", "delivered"):
        if list(patterns) == list(getattr(agreement.work, name)):
            return say(lang, f"moment.{name}")
    return pattern_words(patterns, lang)


_DUE_DAY = re.compile(r"^day (\d+)$")


def due_words(rule: str, lang: Lang) -> str:
    """The due rule of an obligation: ``day 5``, ``3 business days``, or a date."""
    found = _DUE_DAY.match(rule.strip())
    if found:
        return say(lang, "due.day", n=found.group(1))
    try:
        return say(lang, "due.within", within=within_words(Within.parse(rule), lang))
    except ValueError:
        return rule


def _one_pattern(pattern: Pattern, lang: Lang) -> str:
    if pattern.activity:
        text = listed((f"“{name}”" for name in pattern.activity), lang, "or")
        if len(pattern.activity) > 1:
            text = say(lang, "pattern.first_of", items=text)
        if pattern.lifecycle:
            cycle = listed((_lifecycle(name, lang) for name in pattern.lifecycle), lang, "or")
            text = say(lang, "pattern.lifecycle", activity=text, lifecycle=cycle)
        return say(lang, "pattern.where", pattern=text, condition=pattern.where) if pattern.where else text
    if pattern.lifecycle:
        return listed((_lifecycle(name, lang) for name in pattern.lifecycle), lang, "or")
    return say(lang, "pattern.condition", condition=pattern.where)


def _lifecycle(name: str, lang: Lang) -> str:
    key = f"lifecycle.{name.lower()}"
    return say(lang, key) if known(key) else name


def counted_words(counted: Sequence[Pattern] | str, lang: Lang) -> str:
    """What a volume, rate or charge counts: received, delivered, or events of a pattern."""
    return say(lang, f"measure.{counted}") if isinstance(counted, str) else pattern_words(counted, lang)


def clock_title(agreement: Agreement, name: str, lang: Lang) -> str:
    clock = agreement.clocks.get(name)
    return in_language(clock.title if clock else None, lang, name)


def kpi_title(agreement: Agreement, name: str, lang: Lang) -> str:
    kpi = agreement.kpis.get(name)
    return in_language(kpi.title if kpi else None, lang, name)


def line_title(agreement: Agreement, name: str, lang: Lang) -> str:
    """A charge line's title by its name."""
    found = next((line for line in agreement.pricing if line.name == name), None)
    return in_language(found.title if found else None, lang, name)


def agreement_title(agreement: Agreement, lang: Lang) -> str:
    return in_language(agreement.title, lang, agreement.name)


def share_words(share: Decimal, lang: Lang) -> str:
    return exact_percent(share, lang)


def day_words(value: date, lang: Lang) -> str:
    return day(value, lang)
