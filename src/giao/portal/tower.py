"""Control tower: one row an engagement, worst first. From stored figures alone: few queries, however many cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.report import formats
from giao.kernel.engagements.access import engagements_for, mending_organisations
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import as_query, read_instant
from giao.kernel.identity.person import person_of
from giao.kernel.ledger.rejected import open_counts
from giao.kernel.parties.models import User
from giao.kernel.readings.models import KpiFigure, Reading, ReadingState, StatementFigure
from giao.kernel.readings.queries import newest_readings
from giao.portal.shell import Instant
from giao.portal.steps import close_words
from giao.portal.titles import names_of
from giao.portal.tower_table import tower_table
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.sparkline import Point, in_words
from giao.ui.templatetags.giao import language, percent_text

WINDOWS = 12
LEVELS = 5
"""So many service levels of an engagement are in sight, the worst first; the others open below them."""

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
    """`name`: the engagement's in the reader's language."""

    engagement: Engagement
    name: str
    reading: Reading | None
    wanted: Reading | None
    state: str
    kpis: list[KpiCell]
    more: list[KpiCell]
    open: int | None
    at_risk: int | None
    overdue: int | None
    credits: Decimal | None
    cap: Decimal | None
    currency: str
    month: str
    next_words: str
    next_late: bool
    next_due: str | None
    urls: dict[str, str | None]
    rejected: int = 0
    """Rejected events that wait for somebody, told to those who may mend them."""

    @property
    def more_words(self) -> str:
        """How the service levels out of sight stand: ``7 met, 1 no data``."""
        return in_words([point for cell in self.more for point in cell.points[-1:]])

    @property
    def share_of_cap(self) -> float:
        return float(self.credits / self.cap) if self.credits and self.cap else 0.0


def control_tower(request: HttpRequest) -> HttpResponseBase:
    """`?as_of=`: every row stands at that instant (read in the reader's own zone)."""
    user = person_of(request)
    zone = ZoneInfo(user.time_zone or "UTC")
    asked = request.GET.get("as_of", "")
    as_of = read_instant(asked, zone) if asked else None
    request.instant = Instant(as_of, zone)  # type: ignore[attr-defined]
    rows = _with_rejected(tower_rows(list(engagements_for(user)), as_of), user)
    table = tower_table(request, rows)
    if table.export:
        return export_table(table, "control-tower", zone)
    computing = any(row.wanted and row.wanted.state == ReadingState.COMPUTING for row in rows)
    return render(request, "portal/tower.html", {"rows": rows, "table": table, "computing": computing})


def _with_rejected(rows: list[Row], user: User) -> list[Row]:
    mends = mending_organisations(user)
    theirs = [
        row.engagement
        for row in rows
        if row.engagement.client_id in mends or row.engagement.vendor_id in mends
    ]
    counts = open_counts(theirs) if theirs else {}
    return [replace(row, rejected=counts.get(row.engagement.pk, 0)) for row in rows]


def tower_rows(engagements: list[Engagement], as_of: datetime | None = None) -> list[Row]:
    """Worst first: minimum missed, then expected missed, then the most cases at risk."""
    shown, wanted = newest_readings(engagements, as_of)
    found = list(shown.values())
    of_readings = {"engagement__in": engagements, "reading__in": found}
    kpis: dict[UUID, list[KpiFigure]] = defaultdict(list)
    for figure in KpiFigure.objects.filter(**of_readings, position=0, group=""):
        kpis[figure.reading_id].append(figure)
    points: dict[tuple[UUID, str], list[Point]] = defaultdict(list)
    series = KpiFigure.objects.filter(**of_readings, position__lt=WINDOWS, group="").order_by("-position")
    for of_reading, kpi, value, state, provisional in series.values_list(
        "reading", "kpi", "value", "state", "provisional"
    ):
        points[of_reading, kpi].append(Point(value, state, provisional))
    newest = {
        figure.reading_id: figure for figure in StatementFigure.objects.filter(**of_readings, position=0)
    }
    rows, names = [], names_of(engagements)
    for engagement in engagements:
        reading = shown.get(engagement.pk)
        key = reading.pk if reading else None
        statement = newest.get(key) if key else None
        parts = Parts(reading, wanted.get(engagement.pk), kpis[key] if key else [], statement, as_of)
        rows.append(_row(engagement, names[engagement.pk], parts, points))
    return sorted(rows, key=_worst_first)


@dataclass(frozen=True)
class Parts:
    """What one row is made of. `wanted`: a reading that is being computed, or failed; `as_of`: the reader's own instant."""

    reading: Reading | None
    wanted: Reading | None
    kpis: list[KpiFigure]
    statement: StatementFigure | None
    as_of: datetime | None


def _worst_first(row: Row) -> tuple[object, ...]:
    severities = sorted((SEVERITY.get(cell.figure.state, 0) for cell in [*row.kpis, *row.more]), reverse=True)
    return (
        -severities[0] if severities else 0,
        -sum(severity == 3 for severity in severities),
        -(row.overdue or 0) - (row.at_risk or 0),
        row.engagement.name,
    )


def _row(engagement: Engagement, name: str, parts: Parts, points: dict[tuple[UUID, str], list[Point]]) -> Row:
    figures = parts.reading.figures if parts.reading else {}
    statement = parts.statement
    carried = as_query(parts.as_of, ZoneInfo(engagement.zone)) if parts.as_of else {}
    newest = {figure.kpi: figure for figure in parts.kpis}
    cells = [
        _cell(engagement, figures, newest[name], points[newest[name].reading_id, name], carried)
        for name in figures.get("kpis", [])
        if name in newest
    ]
    cells.sort(key=lambda cell: -SEVERITY.get(cell.figure.state, 0))
    worst = cells[0].figure.state if cells else "no_data"
    due = figures.get("next")
    words, late = close_words(due, _today(engagement, parts)) if due else ("", False)
    return Row(
        engagement=engagement,
        name=name,
        reading=parts.reading,
        wanted=parts.wanted,
        state=worst,
        kpis=cells[:LEVELS],
        more=cells[LEVELS:],
        open=figures.get("open"),
        at_risk=figures.get("at_risk"),
        overdue=figures.get("overdue"),
        credits=statement.credit_total if statement else None,
        cap=statement.at_risk if statement else None,
        currency=statement.currency if statement else "",
        month=statement.month if statement else "",
        next_words=words,
        next_late=late,
        next_due=due["due"] if due else None,
        urls=_urls(
            engagement, statement.month if statement else None, due["month"] if due else None, carried
        ),
    )


def _urls(
    engagement: Engagement, month: str | None, close: str | None, carried: dict[str, str]
) -> dict[str, str | None]:
    slug = engagement.slug
    return {
        "engagement": page_url("engagement", carried, slug=slug),
        "open": page_url("cases", {"f_state": "open", **carried}, slug=slug),
        "at_risk": page_url("at_risk", {"f_state": "at_risk", **carried}, slug=slug),
        "overdue": page_url("at_risk", {"f_state": "overdue", **carried}, slug=slug),
        "statement": page_url("statement", carried, slug=slug, month=month) if month else None,
        "close": page_url("statement", carried, slug=slug, month=close) if close else None,
    }


def _today(engagement: Engagement, parts: Parts) -> date:
    """The local day at which the engagement's row stands."""
    moment = parts.as_of or engagement.as_of or (parts.reading.as_of if parts.reading else timezone.now())
    return moment.astimezone(ZoneInfo(engagement.zone)).date()


def _cell(
    engagement: Engagement,
    figures: dict[str, Any],
    figure: KpiFigure,
    points: list[Point],
    carried: dict[str, str],
) -> KpiCell:
    slug, name = engagement.slug, figure.kpi
    return KpiCell(
        name=name,
        title=figures.get("titles", {}).get(name) or {"en": name},
        figure=figure,
        points=points,
        url=page_url("level", {"window": figure.window, **carried}, slug=slug, kpi=name),
        cases_url=page_url("cases", {"kpi": name, "window": figure.window, **carried}, slug=slug),
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
    return formats.measure(shown, figure.unit, language())


def level_text(figure: KpiFigure) -> str:
    """The window and its levels in one sentence, for a title."""
    parts = [formats.window(figure.window, language())]
    if figure.expected is not None:
        parts.append(_("expected %(level)s") % {"level": value_text(figure, figure.expected)})
    if figure.minimum is not None:
        parts.append(_("minimum %(level)s") % {"level": value_text(figure, figure.minimum)})
    return " · ".join(parts)
