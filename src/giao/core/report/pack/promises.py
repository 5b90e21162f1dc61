"""Promises of the month: each service level against expected and minimum, with n, interval, state and trend."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from giao.core.agreement.results import KpiResult
from giao.core.report import formats
from giao.core.report.pack.document import (
    Bar,
    PackCell,
    PackRow,
    PackTable,
    Section,
    Sentences,
    columns,
    row,
)
from giao.core.report.pack.source import PackSource
from giao.core.report.plain_words.phrases import kpi_title
from giao.core.report.tables import interval_words, level_words, note_words, value_words
from giao.core.report.words import Lang, say

TREND = 6
MASKED = "•••"


def promises(source: PackSource, lang: Lang) -> Section:
    title = say(lang, "pack.promises")
    found = source.windows()
    if not found:
        return Section(title, (Sentences((say(lang, "pack.promises.none"),)),))
    heads = (
        say(lang, "column.kpi"),
        *(f">{say(lang, f'column.{name}')}" for name in ("value", "expected", "minimum", "n", "interval")),
        say(lang, "column.state"),
        say(lang, "pack.trend"),
    )
    rows = tuple(_row(source, result, lang) for result in found)
    about = Sentences((say(lang, "pack.promises.about"),), soft=True)
    return Section(title, (PackTable(columns(*heads), rows), about))


def _row(source: PackSource, result: KpiResult, lang: Lang) -> PackRow:
    has_level = result.expected is not None or result.minimum is not None
    star = "*" if result.provisional else ""
    notes = []
    if result.note:
        notes.append(note_words(result.note, lang))
    if result.overdue_open:
        notes.append(say(lang, "pack.overdue", n=formats.number(result.overdue_open, lang)))
    if result.carried:
        notes.append(say(lang, "pack.carried", n=formats.number(result.carried, lang)))
    return row(
        _title(source, result, lang),
        f"{value_words(result, lang)}{star}",
        level_words(result.expected, result, lang),
        level_words(result.minimum, result, lang),
        formats.number(result.n, lang),
        interval_words(result, lang) or formats.NO_DATA,
        PackCell(say(lang, _state_key(result, has_level=has_level)), result.state if has_level else ""),
        _trend(source, result, lang),
        notes=tuple(notes),
    )


def _state_key(result: KpiResult, *, has_level: bool) -> str:
    return f"state.{result.state}" if has_level or result.state == "no_data" else "pack.no_level"


def _title(source: PackSource, result: KpiResult, lang: Lang) -> str:
    text = kpi_title(source.agreement, result.kpi, lang)
    if result.group is not None:
        text += f" · {MASKED if result.kpi in source.personal else result.group}"
    if result.window.id != source.month:
        text += f" ({formats.window(result.window.id, lang)})"
    return text


def _trend(source: PackSource, result: KpiResult, lang: Lang) -> PackCell:
    """The last windows as bars, and how this one stands to the one before."""
    series = [
        item
        for item in source.results
        if item.kpi == result.kpi and item.group == result.group and item.window.last <= result.window.last
    ][-TREND:]
    before = series[-2] if len(series) > 1 else None
    told = "; ".join(f"{formats.window(item.window.id, lang)} {value_words(item, lang)}" for item in series)
    return PackCell(_against(source, result, before, lang), bars=bars_of(series), told=told)


def bars_of(series: Sequence[KpiResult]) -> tuple[Bar, ...]:
    """Heights between the lowest and the highest of the windows, never flat on the ground: the lowest is a third."""
    known = [item.value for item in series if item.value is not None]
    low, high = min(known, default=Fraction(0)), max(known, default=Fraction(0))
    return tuple(
        Bar(
            None if item.value is None else _height(item.value, low, high),
            item.state if item.expected is not None or item.minimum is not None else "",
        )
        for item in series
    )


def _height(value: Fraction, low: Fraction, high: Fraction) -> float:
    return 1.0 if high == low else round(float(1 + 2 * (value - low) / (high - low)) / 3, 4)


def _against(source: PackSource, result: KpiResult, before: KpiResult | None, lang: Lang) -> str:
    if result.value is None or before is None or before.value is None:
        return formats.NO_DATA
    if result.value == before.value:
        return say(lang, "pack.trend.same")
    kpi = source.agreement.kpis.get(result.kpi)
    higher = result.value > before.value
    better = higher == (kpi is None or kpi.direction == "higher")
    key = "pack.trend.better" if better else "pack.trend.worse"
    return say(lang, key, before=value_words(before, lang))
