"""Reported beside measured: the vendor's own figure or verdict against ours, with the cases that differ."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.readings.models import KpiFigure
from giao.steps.run.monitor.attributes import CaseAttribute, attributes_of
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.queries import figures_of, reported_facts
from giao.steps.run.monitor.reported_tables import FigureLine, VerdictLine, figures_table, verdicts_table
from giao.steps.run.monitor.verdicts import compared, endings, verdict_attributes
from giao.steps.run.monitor.words import figure_words, in_words, value_words, window_words
from giao.ui.export import export_table
from giao.ui.templatetags.giao import language


def reported_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    title = _("Reported beside measured")
    if ground.reading is None:
        return answer(request, ground, "monitor/reported.html", {"title": title})
    attributes = attributes_of(ground)
    verdicts = verdict_attributes(ground, attributes)
    chosen = next((item for item in verdicts if item.name == request.GET.get("verdict")), None)
    attribute = chosen or (verdicts[0] if verdicts else None)
    known = endings(ground)
    asked = request.GET.get("ending")
    names = [name for name, _n in known]
    ending = asked if asked in names else "" if asked == "" else (names[0] if names else "")
    figures = figures_of(ground.reading)
    windows = sorted({item.window for series in figures.values() for item in series}, reverse=True)
    window = request.GET.get("window", "")
    figure_lines = _figure_lines(ground, figures)
    verdict_lines = (
        _verdict_lines(ground, figures, attribute, ending, window if window in windows else "")
        if attribute
        else []
    )
    tables = (figures_table(request, ground, figure_lines), verdicts_table(request, ground, verdict_lines))
    for table in tables:
        if table.export:
            return export_table(table, f"{ground.engagement.slug}-{table.name}", ground.zone)
    context = {
        "title": title,
        "lines": tables[0] if figure_lines else None,
        "verdicts": verdicts,
        "verdict": attribute,
        "endings": known,
        "ending": ending,
        "windows": windows,
        "window": window if window in windows else "",
        "compared": tables[1] if verdict_lines else None,
    }
    return answer(request, ground, "monitor/reported.html", context)


def _figure_lines(ground: Ground, figures: dict[str, list[KpiFigure]]) -> list[FigureLine]:
    titles = ground.reading.figures.get("titles", {}) if ground.reading else {}
    found = []
    for fact in reported_facts(ground):
        kpi, window = str(fact.data["kpi"]), str(fact.data["window"])
        ours = next((item for item in figures.get(kpi, []) if item.window == window), None)
        unit = ours.unit if ours else "number"
        value = float(fact.number("value"))
        reported_n = fact.data.get("n")
        found.append(
            FigureLine(
                title=in_words(titles.get(kpi), kpi),
                window=window_words(window),
                reported=value_words(value, unit),
                reported_n=int(reported_n) if reported_n is not None else None,
                by=str(fact.data.get("by") or ""),
                source=str(fact.data.get("source") or ""),
                measured=figure_words(ours) if ours else _("not measured"),
                n=ours.n if ours else None,
                difference=_difference(value, ours),
                url=ground.cases_url(kpi=kpi, window=window) if ours else None,
                level_url=ground.url("level", {"window": window}, kpi=kpi) if ours else None,
                reported_value=value,
                measured_value=ours.value if ours else None,
            )
        )
    order = {name: place for place, name in enumerate(figures)}
    facts = reported_facts(ground)
    pairs = sorted(
        zip(facts, found, strict=True),
        key=lambda pair: (order.get(str(pair[0].data["kpi"]), len(order)), str(pair[0].data["window"])),
    )
    return [line for _fact, line in pairs]


def _difference(reported: float, ours: KpiFigure | None) -> str:
    if ours is None or ours.value is None:
        return "–"
    gap = reported - ours.value
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    if ours.unit == "share":
        return _("%(sign)s%(points)s points") % {
            "sign": sign,
            "points": formats.number(abs(gap) * 100, language(), 1),
        }
    return sign + value_words(abs(gap), ours.unit)


def _verdict_lines(
    ground: Ground,
    figures: dict[str, list[KpiFigure]],
    attribute: CaseAttribute,
    ending: str,
    window: str,
) -> Sequence[VerdictLine]:
    """Every service level that judges cases by one clock."""
    titles = ground.reading.figures.get("titles", {}) if ground.reading else {}
    lines = []
    for kpi in figures:
        spec = ground.agreement.kpis.get(kpi) if ground.versions else None
        if getattr(spec, "kind", "") != "share_in_target":
            continue
        found = compared(ground, kpi, attribute, ending, window)
        if found is not None:
            lines.append(VerdictLine(in_words(titles.get(kpi), kpi), ground.url("level", kpi=kpi), found))
    return lines
