"""Service levels as sentences: what is measured, where it counts, which levels it must reach."""

from __future__ import annotations

from collections.abc import Iterator

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.kpi import (
    Backlog,
    Composite,
    Kpi,
    KpiBase,
    Measure,
    Rate,
    Ratio,
    SampledRate,
    Score,
    ShareInTarget,
    Statistic,
    Volume,
    WindowSpec,
)
from giao.core.report.formats import exact_percent, number
from giao.core.report.plain_words.phrases import (
    clock_title,
    counted_words,
    kpi_title,
    level_words,
    listed,
    within_words,
)
from giao.core.report.plain_words.sentence import Sentence
from giao.core.report.words import Lang, say


def kpi_sentences(agreement: Agreement, lang: Lang) -> Iterator[Sentence]:
    for name in agreement.kpis:
        for text in kpi_definition(agreement, name, lang):
            yield Sentence(text, f"kpis.{name}")


def kpi_definition(agreement: Agreement, name: str, lang: Lang) -> list[str]:
    """The definition of one service level, a sentence each; the first says what it measures."""
    kpi = agreement.kpis[name]
    texts = [_what(agreement, name, kpi, lang)]
    if kpi.where:
        texts.append(say(lang, "doc.kpi.where", condition=kpi.where))
    if kpi.exclude:
        texts.append(say(lang, "doc.kpi.exclude", condition=kpi.exclude))
    texts.extend(_levels(kpi, lang))
    count_at = getattr(kpi, "count_at", None)
    if isinstance(kpi, ShareInTarget | Statistic) and kpi.clock:
        texts.append(say(lang, f"doc.kpi.count_at.{count_at or 'stop'}"))
    if kpi.minimum_volume:
        texts.append(say(lang, f"doc.kpi.volume.{kpi.low_volume}", n=kpi.minimum_volume))
    if kpi.round is not None:
        texts.append(say(lang, "doc.kpi.round", n=kpi.round))
    if kpi.points is not None:
        texts.append(say(lang, "doc.kpi.points", points=number(kpi.points, lang)))
    if kpi.critical:
        texts.append(say(lang, "doc.kpi.critical"))
    return texts


def window_words(window: WindowSpec, lang: Lang) -> str:
    if window.rolling:
        unit = window.rolling.of
        return say(
            lang,
            "every.rolling",
            n=window.rolling.last,
            unit=say(lang, f"many.{unit}"),
            of=say(lang, f"one.{unit}"),
        )
    return say(lang, f"every.{window.unit or 'month'}")


def _what(agreement: Agreement, name: str, kpi: Kpi, lang: Lang) -> str:
    given = {"kpi": kpi_title(agreement, name, lang), "every": window_words(kpi.window, lang)}
    key = f"doc.kpi.{kpi.kind}"
    if isinstance(kpi, ShareInTarget):
        return say(lang, key, clock=clock_title(agreement, kpi.clock, lang), **given)
    if isinstance(kpi, Statistic):
        source = (
            say(lang, "measure.clock_time", clock=clock_title(agreement, kpi.clock, lang))
            if kpi.clock
            else say(lang, "measure.attribute", attribute=kpi.attribute)
        )
        return say(lang, key, source=source, p=exact_percent(kpi.p, lang), **given)
    if isinstance(kpi, Rate):
        return say(lang, key, condition=kpi.good or kpi.bad, pattern=counted_words(kpi.of, lang), **given)
    if isinstance(kpi, SampledRate):
        return say(lang, key, condition=kpi.good, **given)
    if isinstance(kpi, Volume):
        return say(lang, key, pattern=counted_words(kpi.of, lang), **given)
    if isinstance(kpi, Backlog) and kpi.older_than:
        return say(lang, f"{key}.older", within=within_words(kpi.older_than, lang), **given)
    if isinstance(kpi, Score):
        return say(lang, f"{key}.{kpi.method}", **given)
    if isinstance(kpi, Ratio):
        sides = {
            "numerator": _measure(agreement, kpi.numerator, lang),
            "denominator": _measure(agreement, kpi.denominator, lang),
        }
        return say(lang, key, **sides, **given)
    if isinstance(kpi, Composite):
        parts = listed(
            (
                f"{kpi_title(agreement, part, lang)} × {number(weight, lang)}"
                for part, weight in kpi.of_kpis.items()
            ),
            lang,
        )
        return say(lang, key, parts=parts, **given)
    return say(lang, key, **given)


def _measure(agreement: Agreement, measure: Measure, lang: Lang) -> str:
    if measure.count is not None:
        return counted_words(measure.count, lang)
    if measure.sum is not None:
        return say(lang, "measure.sum", attribute=measure.sum)
    if measure.clock is not None:
        return say(lang, "measure.clock", clock=clock_title(agreement, measure.clock, lang))
    return say(lang, "measure.fact", fact=measure.fact)


def _levels(kpi: KpiBase, lang: Lang) -> Iterator[str]:
    if isinstance(kpi, ShareInTarget) and kpi.tiers:
        tiers = [
            say(
                lang,
                "doc.kpi.tier",
                share=exact_percent(tier.share, lang),
                within=within_words(tier.within, lang),
            )
            if tier.within
            else say(lang, "doc.kpi.tier.target", share=exact_percent(tier.share, lang))
            for tier in kpi.tiers
        ]
        yield say(lang, "doc.kpi.tiers", tiers=listed(tiers, lang))
    expected = level_words(kpi.expected, lang) if kpi.expected else None
    minimum = level_words(kpi.minimum, lang) if kpi.minimum else None
    lower = kpi.direction == "lower"
    if expected and minimum:
        yield say(
            lang,
            "doc.kpi.levels.lower" if lower else "doc.kpi.levels.both",
            expected=expected,
            minimum=minimum,
        )
    elif expected:
        yield say(lang, "doc.kpi.levels.expected", expected=expected)
    elif minimum:
        yield say(
            lang, "doc.kpi.levels.minimum.lower" if lower else "doc.kpi.levels.minimum", minimum=minimum
        )
