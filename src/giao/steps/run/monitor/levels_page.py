"""Service levels: a row a KPI, its newest windows side by side, each number a link to its cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.agreement.document.kpi import KpiBase
from giao.core.report import formats
from giao.kernel.readings.models import KpiFigure
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.levels_table import LevelCell, LevelRow, Section, level_table
from giao.steps.run.monitor.queries import figures_of
from giao.steps.run.monitor.words import (
    definition_of,
    figure_words,
    in_words,
    interval_words,
    levels_words,
    state_of,
)
from giao.ui.export import export_table
from giao.ui.sparkline import Point
from giao.ui.templatetags.giao import language

WINDOWS = (3, 6, 12)
TREND = 12


def levels_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    asked = request.GET.get("windows", "")
    count = int(asked) if asked.isdigit() and int(asked) in WINDOWS else WINDOWS[1]
    found = sections(ground, count)
    tables = [level_table(request, ground, section, place) for place, section in enumerate(found)]
    for table in tables:
        if table.export:
            return export_table(table, f"{ground.engagement.slug}-levels", ground.zone)
    context = {
        "title": _("Service levels"),
        "lead": _lead(found),
        "tables": tables,
        "count": count,
        "counts": WINDOWS,
    }
    return answer(request, ground, "monitor/levels.html", context)


def sections(ground: Ground, count: int) -> list[Section]:
    """The newest `count` windows of every service level, old to new."""
    if ground.reading is None:
        return []
    titles = ground.reading.figures.get("titles", {})
    by_kind: dict[str, dict[str, list[KpiFigure]]] = {}
    for name, series in figures_of(ground.reading).items():
        by_kind.setdefault(_kind(series[0].window), {})[name] = series
    found = []
    for members in by_kind.values():
        windows = sorted({figure.window for series in members.values() for figure in series[:count]})[-count:]
        rows = [
            _row(ground, name, in_words(titles.get(name), name), series, windows)
            for name, series in members.items()
        ]
        found.append(Section(tuple(windows), tuple(rows)))
    return found


def _kind(window: str) -> str:
    """The shape of a window's name: digits are alike, so that 2016-04 and 2016-05 are one kind."""
    base, _tilde, rolling = window.partition("~")
    return "".join("0" if char.isdigit() else char for char in base) + (f"~{rolling}" if rolling else "")


def _row(ground: Ground, name: str, title: str, series: list[KpiFigure], windows: list[str]) -> LevelRow:
    kpi = ground.agreement.kpis.get(name) if ground.versions else None
    by_window = {figure.window: figure for figure in series}
    newest = series[0]
    return LevelRow(
        kpi=name,
        title=title,
        levels=levels_words(newest),
        url=ground.url("level", {"window": newest.window}, kpi=name),
        state=state_of(newest, kpi),
        cells=tuple(
            _cell(ground, by_window[window], kpi) if window in by_window else None for window in windows
        ),
        trend=tuple(_point(figure, state_of(figure, kpi)) for figure in reversed(series[:TREND])),
    )


def _cell(ground: Ground, figure: KpiFigure, kpi: KpiBase | None) -> LevelCell:
    return LevelCell(
        window=figure.window,
        text=figure_words(figure),
        n=figure.n,
        state=state_of(figure, kpi),
        missing=figure.value is None,
        provisional=figure.provisional,
        definition=definition_of(figure),
        interval=interval_words(figure.low, figure.high),
        url=ground.cases_url(kpi=figure.kpi, window=figure.window),
        value=figure.value,
    )


def _point(figure: KpiFigure, state: str) -> Point:
    return Point(figure.value, state or "measured", figure.provisional)


def _lead(found: list[Section]) -> str:
    """The answer in one sentence: how many of the newest windows miss what was promised."""
    newest = [row.state for section in found for row in section.rows if row.state not in ("", "no_data")]
    if not newest:
        return _("What was promised, and whether it is kept.")
    missed = sum(state != "met" for state in newest)
    number = formats.number(len(newest), language())
    if not missed:
        return _("All %(n)s promises are kept in their newest window.") % {"n": number}
    return ngettext(
        "%(missed)s of %(n)s promises is missed in its newest window.",
        "%(missed)s of %(n)s promises are missed in their newest window.",
        missed,
    ) % {"missed": formats.number(missed, language()), "n": number}
