"""The band chart and the sparkline of one service level."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from giao.core.agreement.results import KpiResult
from giao.core.report.charts import BandPoint, band_chart, sparkline
from giao.core.report.formats import measure, number, window
from giao.core.report.svg import Markup
from giao.core.report.tables import interval_words, value_words
from giao.core.report.words import Lang, say


def points_of(results: Sequence[KpiResult], lang: Lang) -> list[BandPoint]:
    """One point a window."""
    points = []
    for result in results:
        interval = interval_words(result, lang)
        label = window(result.window.id, lang)
        words = f"{label}: {value_words(result, lang)}, n {number(result.n, lang)}"
        points.append(
            BandPoint(
                label=label,
                value=_float(result.value),
                state=result.state,
                n=f"n {number(result.n, lang)}",
                low=result.low,
                high=result.high,
                expected=_float(result.expected),
                minimum=_float(result.minimum),
                provisional=result.provisional,
                title=f"{words} ({interval})" if interval else words,
            )
        )
    return points


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def kpi_chart(
    results: Sequence[KpiResult], title: str, lang: Lang, *, lower_is_better: bool = False
) -> Markup:
    """A service level over its windows against its levels; the picture's title says the last finding."""
    unit = results[-1].unit if results else "number"
    heading, description = _told(results, title, lang)
    return band_chart(
        points_of(results, lang),
        title=heading,
        description=description,
        form=lambda value: measure(Fraction(value).limit_denominator(10**6), unit, lang),
        lower_is_better=lower_is_better,
        share=unit == "share",
    )


def kpi_sparkline(results: Sequence[KpiResult], title: str, lang: Lang) -> Markup:
    """The last twelve windows without axis."""
    heading, description = _told(results[-12:], title, lang)
    return sparkline(points_of(results[-12:], lang), title=heading, description=description)


def _told(results: Sequence[KpiResult], title: str, lang: Lang) -> tuple[str, str]:
    known = [result for result in results if result.value is not None]
    if not known:
        none = say(lang, "chart.kpi.none", kpi=title)
        return none, none
    last = known[-1]
    heading = say(
        lang,
        "chart.kpi",
        kpi=title,
        value=value_words(last, lang),
        window=window(last.window.id, lang),
        state=say(lang, f"state.{last.state}"),
    )
    values = "; ".join(f"{window(item.window.id, lang)} {value_words(item, lang)}" for item in results[-12:])
    return heading, say(lang, "chart.kpi.about", values=values)
