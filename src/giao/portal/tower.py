"""Control tower: one row an engagement, worst first. From stored figures alone: few queries, however many cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.engagements.access import engagements_for
from giao.kernel.engagements.models import Engagement
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure
from giao.kernel.readings.queries import reading_for
from giao.portal.steps import close_words
from giao.ui.navigation import page_url
from giao.ui.sparkline import Point
from giao.ui.states import state_named
from giao.ui.templatetags.giao import language, percent_text

WINDOWS = 12
SEVERITY = {"minimum_default": 3, "expected_default": 2, "met": 1, "no_data": 0}


@dataclass(frozen=True)
class KpiCell:
    """One KPI of a row: its newest window, and the twelve behind the line."""

    name: str
    title: dict[str, str]
    figure: KpiFigure
    points: list[Point]
    url: str | None
    cases_url: str | None
    text: str
    levels: str


@dataclass(frozen=True)
class Row:
    engagement: Engagement
    reading: Reading | None
    state: str
    kpis: list[KpiCell]
    open: int | None
    at_risk: int | None
    overdue: int | None
    credits: Decimal | None
    cap: Decimal | None
    currency: str
    month: str
    next_words: str
    next_late: bool
    urls: dict[str, str | None]

    @property
    def share_of_cap(self) -> float:
        return float(self.credits / self.cap) if self.credits and self.cap else 0.0


def control_tower(request: HttpRequest) -> HttpResponse:
    rows = tower_rows(list(engagements_for(request.user)))  # type: ignore[arg-type]
    return render(request, "portal/tower.html", {"rows": rows})


def tower_rows(engagements: list[Engagement]) -> list[Row]:
    """Worst first: minimum missed, then expected missed, then the most cases at risk."""
    readings = {
        reading.engagement_id: reading
        for reading in Reading.objects.filter(engagement__in=engagements, current=True)
    }
    for engagement in engagements:
        if engagement.pk not in readings:
            started = _start(engagement)
            if started is not None and started.ready:
                readings[engagement.pk] = started
    found = list(readings.values())
    kpis: dict[object, list[KpiFigure]] = defaultdict(list)
    for figure in KpiFigure.objects.filter(reading__in=found, position__lt=WINDOWS, group="").order_by(
        "position"
    ):
        kpis[figure.reading_id].append(figure)
    newest = {
        figure.reading_id: figure for figure in StatementFigure.objects.filter(reading__in=found, position=0)
    }
    rows = [_row(engagement, readings.get(engagement.pk), kpis, newest) for engagement in engagements]
    return sorted(rows, key=_worst_first)


def _start(engagement: Engagement) -> Reading | None:
    try:
        return reading_for(engagement)
    except NothingToRead:
        return None


def _worst_first(row: Row) -> tuple[object, ...]:
    severities = sorted((SEVERITY.get(cell.figure.state, 0) for cell in row.kpis), reverse=True)
    return (
        -severities[0] if severities else 0,
        -sum(severity == 3 for severity in severities),
        -(row.overdue or 0) - (row.at_risk or 0),
        row.engagement.name,
    )


def _row(
    engagement: Engagement,
    reading: Reading | None,
    kpis: dict[object, list[KpiFigure]],
    newest: dict[object, StatementFigure],
) -> Row:
    slug = engagement.slug
    figures = reading.figures if reading else {}
    statement = newest.get(reading.pk) if reading else None
    series: dict[str, list[KpiFigure]] = defaultdict(list)
    for figure in kpis.get(reading.pk, []) if reading else []:
        series[figure.kpi].append(figure)
    order = [name for name in figures.get("kpis", []) if name in series]
    cells = [_cell(engagement, figures, name, series[name]) for name in order]
    worst = max(
        (cell.figure.state for cell in cells), key=lambda state: SEVERITY.get(state, 0), default="no_data"
    )
    due = figures.get("next")
    words, late = close_words(due, stands_today(engagement, reading)) if due else ("", False)
    return Row(
        engagement=engagement,
        reading=reading,
        state=worst,
        kpis=cells,
        open=figures.get("open"),
        at_risk=figures.get("at_risk"),
        overdue=figures.get("overdue"),
        credits=statement.credit_total if statement else None,
        cap=statement.at_risk if statement else None,
        currency=statement.currency if statement else "",
        month=statement.month if statement else "",
        next_words=words,
        next_late=late,
        urls={
            "engagement": page_url("engagement", slug=slug),
            "open": page_url("cases", {"state": "open"}, slug=slug),
            "at_risk": page_url("at_risk", slug=slug),
            "overdue": page_url("at_risk", {"only": "overdue"}, slug=slug),
            "statement": page_url("statement", slug=slug, month=statement.month) if statement else None,
            "close": page_url("statement", slug=slug, month=due["month"]) if due else None,
        },
    )


def stands_today(engagement: Engagement, reading: Reading | None) -> date:
    """The local day at which the engagement's row stands."""
    moment = engagement.as_of or (reading.as_of if reading else timezone.now())
    return moment.astimezone(ZoneInfo(engagement.zone)).date()


def _cell(
    engagement: Engagement, figures: dict[str, dict[str, dict[str, str]]], name: str, series: list[KpiFigure]
) -> KpiCell:
    figure = series[0]
    slug = engagement.slug
    return KpiCell(
        name=name,
        title=figures.get("titles", {}).get(name) or {"en": name},
        figure=figure,
        points=[
            Point(
                item.value,
                item.state,
                f"{formats.window(item.window, language())}: {value_text(item)} {state_named(item.state).word}",
                item.provisional,
            )
            for item in reversed(series)
        ],
        url=page_url("level", {"window": figure.window}, slug=slug, kpi=name),
        cases_url=page_url("cases", {"kpi": name, "window": figure.window}, slug=slug),
        text=value_text(figure),
        levels=level_text(figure),
    )


def value_text(figure: KpiFigure, value: float | None = None) -> str:
    """A KPI's value in its unit; "no data" when there is none."""
    shown = figure.value if value is None else value
    if shown is None:
        return _("no data")
    if figure.unit == "share":
        return percent_text(shown)
    if figure.unit == "seconds":
        return formats.duration(round(shown * 1_000_000), language(), business=True)
    return formats.number(shown, language(), 2)


def level_text(figure: KpiFigure) -> str:
    """The window and its levels in one sentence, for a title."""
    parts = [formats.window(figure.window, language())]
    if figure.expected is not None:
        parts.append(_("expected %(level)s") % {"level": value_text(figure, figure.expected)})
    if figure.minimum is not None:
        parts.append(_("minimum %(level)s") % {"level": value_text(figure, figure.minimum)})
    return " · ".join(parts)
