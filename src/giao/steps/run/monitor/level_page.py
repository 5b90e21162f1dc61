"""One service level: kept or not, since when, when and where it is missed, what it says in words, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.core.agreement.document.kpi import KpiBase
from giao.core.report import formats
from giao.core.report.charts import BandPoint, band_chart
from giao.core.report.plain_words.kpis import kpi_definition
from giao.core.report.trace import trace_words
from giao.core.report.words import known, say
from giao.kernel.engagements.access import may_change_agreement
from giao.kernel.readings.models import KpiFigure
from giao.steps.run.monitor.attributes import attributes_of
from giao.steps.run.monitor.breakdown import Breakdown, breakdown, choices, first_choice
from giao.steps.run.monitor.explained import how_it_came, ratchet_of, why_case
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.heat_map import HeatMap, heat_map
from giao.steps.run.monitor.pictures import linked
from giao.steps.run.monitor.queries import credits_of, figures_of, result_of, role_counts
from giao.steps.run.monitor.selection import members_of
from giao.steps.run.monitor.source_text import source_of
from giao.steps.run.monitor.words import (
    definition_of,
    figure_words,
    in_words,
    interval_words,
    levels_words,
    reason_words,
    role_words,
    state_of,
    value_words,
    window_words,
)
from giao.ui.states import state_named
from giao.ui.templatetags.giao import language

CHART_WINDOWS = 24
ROLE_ORDER = ("met", "missed", "counted", "numerator", "open_overdue", "carried", "excluded")


@dataclass(frozen=True)
class RoleCount:
    """How many cases play a role in the number, and the address of exactly those."""

    label: str
    count: int
    url: str | None
    counts: bool


@dataclass(frozen=True)
class GroupLine:
    name: str
    text: str
    n: int
    state: str
    url: str | None


@dataclass(frozen=True)
class ClaimLine:
    """A relief claim that nobody has agreed yet, and what the number would be with it."""

    words: str
    cases: int
    would_be: str
    missing: str


def level_page(request: HttpRequest, slug: str, kpi: str) -> HttpResponse:
    ground = ground_for(request, slug)
    if ground.reading is None:
        return answer(request, ground, "monitor/level.html", {"title": _("Service level")})
    series = figures_of(ground.reading, kpi).get(kpi)
    if not series:
        raise Http404("no such service level in this reading")
    asked = request.GET.get("window", "")
    figure = next((item for item in series if item.window == asked), series[0])
    spec = ground.agreement.kpis.get(kpi) if ground.versions else None
    title = in_words(ground.reading.figures.get("titles", {}).get(kpi), kpi)
    everything = request.GET.get("over") == "all"
    asked_case = request.GET.get("why", "").strip()[:200]
    window = "" if everything else figure.window
    attributes = attributes_of(ground)
    by = next(
        (item for item in choices(ground, attributes) if item.name == request.GET.get("by")), None
    ) or first_choice(ground, attributes)
    result = result_of(ground, kpi, figure.window)
    counts = role_counts(members_of(ground, {"kpi": kpi, "window": figure.window, "role": "all"}))
    missable = any(role == "missed" for role, _why in role_counts(members_of(ground, {"kpi": kpi})))
    context: dict[str, Any] = {
        "title": title,
        "kpi": kpi,
        "figure": figure,
        "value": figure_words(figure),
        "state": state_of(figure, spec),
        "levels": levels_words(figure),
        "definition": definition_of(figure),
        "interval": interval_words(figure.low, figure.high),
        "cases_url": ground.cases_url(kpi=kpi, window=figure.window),
        "windows": [(item.window, item.window == figure.window) for item in series],
        "chart": _chart(ground, title, series, spec),
        "finding": chart_title(title, series),
        "how": how_it_came(ground, kpi, figure.window) if request.GET.get("how") else None,
        "why": why_case(ground, kpi, figure.window, asked_case) if asked_case else None,
        "why_case": asked_case,
        "ratchet": ratchet_of(ground, kpi, series, spec),
        "may_change": may_change_agreement(ground.standing.place),
        "history": [_past(ground, item, spec) for item in series[:CHART_WINDOWS]],
        "sentences": kpi_definition(ground.agreement, kpi, language()) if spec else [],
        "source": source_of(ground.rows, kpi),
        "roles": _roles(ground, kpi, figure.window, counts),
        "note": _note(result),
        "groups": _groups(ground, kpi, figure, result, spec),
        "claims": _claims(figure, result),
        "credits": [
            (
                item,
                trace_words(item.steps, ground.agreement, language()),
                ground.url("statement", month=item.month),
            )
            for item in credits_of(ground, kpi)
        ]
        if ground.versions
        else [],
        "points": getattr(spec, "points", None),
        "everything": everything,
        "heat": heat_map(ground, kpi, window, "missed" if missable else ""),
        "breakdown": breakdown(ground, kpi, window, by) if by else None,
        "by": by,
        "choices": choices(ground, attributes),
        "unit": figure.unit,
        "crumbs": [{"label": _("Service levels"), "url": ground.url("levels")}, {"label": title, "url": ""}],
    }
    context |= _told(context["heat"], context["breakdown"])
    return answer(request, ground, "monitor/level.html", context)


def _told(heat: HeatMap | None, found: Breakdown | None) -> dict[str, str]:
    """Titles that say the finding."""
    titles = {}
    if heat and heat.peak:
        numbers = {
            "n": formats.number(heat.peak.count, language()),
            "day": heat.peak_day,
            "hour": f"{heat.peak.hour:02d}:00",
        }
        titles["heat_title"] = (
            _("Most misses fall on %(day)s at %(hour)s: %(n)s")
            if heat.role == "missed"
            else _("Most cases count on %(day)s at %(hour)s: %(n)s")
        ) % numbers
    if found and found.parts:
        top = found.parts[0]
        titles["breakdown_title"] = _("%(attribute)s: %(value)s has %(share)s of the misses") % {
            "attribute": found.attribute.label,
            "value": top.value if top.value is not None else _("not set"),
            "share": formats.percent(top.share, language()),
        } if found.of == "share" and found.missed else _("By %(attribute)s") % {"attribute": found.attribute.label}  # fmt: skip
    return titles


@dataclass(frozen=True)
class PastWindow:
    """One window as the table beside the chart has it."""

    window: str
    text: str
    missing: bool
    n: int
    state: str
    provisional: bool
    interval: str
    levels: str
    url: str | None
    cases_url: str | None


def _past(ground: Ground, figure: KpiFigure, spec: KpiBase | None) -> PastWindow:
    return PastWindow(
        window=figure.window,
        text=figure_words(figure),
        missing=figure.value is None,
        n=figure.n,
        state=state_of(figure, spec),
        provisional=figure.provisional,
        interval=interval_words(figure.low, figure.high),
        levels=levels_words(figure),
        url=ground.url("level", {"window": figure.window}, kpi=figure.kpi),
        cases_url=ground.cases_url(kpi=figure.kpi, window=figure.window),
    )


def _chart(ground: Ground, title: str, series: list[KpiFigure], spec: KpiBase | None) -> SafeString:
    shown = list(reversed(series[:CHART_WINDOWS]))
    unit = series[0].unit
    points = [
        BandPoint(
            label=window_words(item.window),
            value=item.value,
            state=item.state,
            n=f"n {formats.number(item.n, language())}",
            low=item.low,
            high=item.high,
            expected=item.expected,
            minimum=item.minimum,
            provisional=item.provisional,
            title=f"{window_words(item.window)}: {figure_words(item)} · {definition_of(item)}",
            href=ground.url("level", {"window": item.window}, kpi=item.kpi),
        )
        for item in shown
    ]
    values = "; ".join(f"{window_words(item.window)} {figure_words(item)}" for item in shown[-12:])
    return linked(
        band_chart(
            points,
            title=chart_title(title, series),
            description=say(language(), "chart.kpi.about", values=values),
            form=lambda value: value_words(value, unit),
            lower_is_better=getattr(spec, "direction", "higher") == "lower",
            share=unit == "share",
        )
    )


def chart_title(title: str, series: list[KpiFigure]) -> str:
    """The finding: the newest value with its window and state."""
    newest = next((item for item in series if item.value is not None), None)
    if newest is None:
        return say(language(), "chart.kpi.none", kpi=title)
    word = state_named(newest.state).word
    return say(
        language(),
        "chart.kpi",
        kpi=title,
        value=figure_words(newest),
        window=window_words(newest.window),
        state=word,
    )


def _roles(ground: Ground, kpi: str, window: str, counts: dict[tuple[str, str], int]) -> list[RoleCount]:
    found = []
    for (role, why), count in sorted(counts.items(), key=lambda item: ROLE_ORDER.index(item[0][0])):
        label = role_words(role) + (f": {reason_words(why)}" if why else "")
        url = ground.cases_url(kpi=kpi, window=window, role=role, reason=why)
        found.append(RoleCount(label, count, url, role in ("met", "missed", "counted")))
    return found


def _note(result: Any) -> str:
    note = str(result.get("note") or "")
    return say(language(), f"note.{note}") if note and known(f"note.{note}") else note


def _groups(
    ground: Ground, kpi: str, figure: KpiFigure, result: Any, spec: KpiBase | None
) -> list[GroupLine]:
    found = []
    for group in result.get("groups", []):
        promised = group["expected"] is not None or group["minimum"] is not None
        found.append(
            GroupLine(
                group["group"],
                value_words(group["value"], figure.unit),
                group["n"],
                group["state"] if promised or group["value"] is None else "",
                ground.cases_url(kpi=kpi, window=figure.window, group=group["group"]),
            )
        )
    return found


def _claims(figure: KpiFigure, result: Any) -> list[ClaimLine]:
    found = []
    for claim in result.get("claims", []):
        kind = claim["kind"]
        words = say(language(), f"relief.{kind}") if known(f"relief.{kind}") else kind
        found.append(
            ClaimLine(
                f"{words} ({claim['id']})",
                claim["cases"],
                value_words(claim["would_be"], figure.unit),
                ", ".join(claim["missing"]),
            )
        )
    return found
