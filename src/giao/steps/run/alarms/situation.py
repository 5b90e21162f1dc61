"""What the rules of an engagement are judged by: a row a subject, by kind, from the stored results of a reading.

Nothing is evaluated again. Open clocks are moved from the reading's instant to the present one by the calendar alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import Count, F, Q

from giao.core.agreement.alarms.band import band_at
from giao.core.agreement.alarms.clocks import Calendars, moved_to
from giao.core.agreement.alarms.names import KINDS
from giao.core.agreement.alarms.projecting import gap_to, project_figure, project_share
from giao.core.agreement.document.agreement import Agreement
from giao.core.calendars import Calendar
from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.models import Entry, Ledger, Rejected
from giao.kernel.readings.compute import StoredReading, results_of
from giao.kernel.readings.figures import clocks_of_open_cases, is_open_clock
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure
from giao.steps.run.monitor.business_hours import all_calendars

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
LATE_AFTER = timedelta(hours=1)
"""An event that is told so long after it happened is late."""


@dataclass(frozen=True)
class Situation:
    """`instant`: now, or where the engagement stands. `versions` is not empty."""

    engagement: Engagement
    reading: Reading
    versions: tuple[Agreement, ...]
    instant: datetime

    @property
    def results(self) -> StoredReading:
        return results_of(self.reading)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.engagement.zone)

    @property
    def today(self) -> date:
        return self.instant.astimezone(self.zone).date()

    @property
    def instant_us(self) -> int:
        return us_of(self.instant)

    @property
    def agreement(self) -> Agreement:
        """The version in force at the instant."""
        started = [item for item in self.versions if item.starts <= self.today]
        return started[-1] if started else self.versions[0]

    @cached_property
    def calendars(self) -> Calendars:
        return all_calendars(self.versions, self.today)

    @cached_property
    def main_calendar(self) -> Calendar | None:
        """The calendar that most clocks of the agreement keep; None where none does: then time is elapsed time."""
        names = [clock.calendar for clock in self.agreement.clocks.values() if clock.calendar]
        if not names:
            return None
        most = max(names, key=lambda name: (names.count(name), -names.index(name)))
        return self.calendars[self.versions.index(self.agreement)][most]

    def subjects(self, kind: str) -> pl.DataFrame:
        """The rows of a kind, named by ``key``, with the columns of `core.agreement.alarms.names.KINDS`."""
        return self._known[kind]

    @cached_property
    def _known(self) -> _Lazily:
        return _Lazily(self)

    @cached_property
    def open_clocks(self) -> pl.DataFrame:
        """Clocks that still run towards somebody's work, with ``left_us`` at the instant."""
        found = clocks_of_open_cases(self.results.cases, self.results.clocks)
        if "stopped" not in found.collect_schema():  # an agreement without clocks
            return pl.DataFrame()
        rows = found.filter(
            is_open_clock() & pl.col("stopped").is_null() & pl.col("budget_us").is_not_null()
        ).collect()
        return moved_to(rows, self.versions, self.calendars, us_of(self.reading.as_of), self.instant_us)

    def as_subjects(self, clocks: pl.DataFrame) -> pl.DataFrame:
        """Clocks (with ``left_us``) as the condition sees them; the chance is known of open ones alone."""
        if clocks.is_empty():
            return pl.DataFrame()
        chances = self.results.outlook.select("clock", "case", "instance", "chance").collect()
        attributes = _attributes(self, clocks["case"].unique())
        rows = clocks.join(chances, on=["clock", "case", "instance"], how="left").join(
            attributes, on="case", how="left"
        )
        names = [name for name in attributes.columns if name not in ("case", "activity")]
        budget, left = pl.col("budget_us"), pl.col("left_us")
        return rows.select(
            pl.concat_str("clock", pl.lit(":"), pl.col("instance").cast(pl.String), pl.lit(":"), "case").alias("key"),
            pl.duration(microseconds=left, time_unit="us").alias("remaining"),
            pl.col("chance").cast(pl.Float64),
            pl.when(budget > 0).then(1 - left / budget).otherwise(None).alias("used"),
            "due",
            pl.when(left < 0).then(pl.lit("overdue")).otherwise(pl.col("state")).alias("state"),
            "clock",
            "version",
            "target",
            "activity",
            "case",
            *names,
        )  # fmt: skip

    @cached_property
    def last_event(self) -> datetime | None:
        found = self.results.cases.select(pl.col("last_time").max()).collect().item()
        return found if isinstance(found, datetime) else None


class _Lazily(dict[str, pl.DataFrame]):
    """Made when asked for: a rule that is switched off costs nothing."""

    def __init__(self, situation: Situation) -> None:
        super().__init__()
        self._situation = situation

    def __missing__(self, kind: str) -> pl.DataFrame:
        self[kind] = found = _MAKERS[kind](self._situation)
        return found


def us_of(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


# Makers, one a kind


def _cases(here: Situation) -> pl.DataFrame:
    return here.as_subjects(here.open_clocks)


def _attributes(here: Situation, cases: pl.Series) -> pl.DataFrame:
    """Case, last activity, and the attributes that a condition may read: declared ones that are not personal."""
    there = here.results.cases.collect_schema()
    taken = {"key", "version", "target", *KINDS["case"]}
    # A log may hold digits where the agreement says text: the condition was checked against the agreement.
    names = [
        pl.col(name).cast(pl.String) if spec.type == "string" else pl.col(name)
        for name, spec in here.agreement.work.attributes.items()
        if not spec.personal and name in there and name not in taken
    ]
    of_these = here.results.cases.join(cases.to_frame().lazy(), on="case", how="semi")
    return of_these.select(
        "case", pl.col("last_activity").cast(pl.String).alias("activity"), *names
    ).collect()


def _kpis(here: Situation) -> pl.DataFrame:
    figures = KpiFigure.objects.filter(engagement=here.engagement, reading=here.reading, group="", position=0)
    bounds = {
        (item["kpi"], item["window"]): (date.fromisoformat(item["first"]), date.fromisoformat(item["last"]))
        for item in _listed(here.results.summary.get("kpis"))
    }
    directions: Mapping[str, str] = here.reading.figures.get("directions", {})
    rows = [
        _kpi_row(here, figure, bounds[figure.kpi, figure.window], directions.get(figure.kpi, "higher"))
        for figure in figures.order_by("kpi")
        if (figure.kpi, figure.window) in bounds
    ]
    return pl.DataFrame(rows, schema=_KPI_SCHEMA) if rows else pl.DataFrame()


_NUMBERS = ("value", "projected", "projected_low", "projected_high", "expected", "minimum", "gap_to_minimum", "elapsed")  # fmt: skip
_KPI_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("key", "kpi", "window", "direction", "unit"), pl.String),
    **dict.fromkeys(_NUMBERS, pl.Float64),
    "n": pl.Int64,
}


def _kpi_row(here: Situation, figure: KpiFigure, bounds: tuple[date, date], direction: str) -> dict[str, Any]:
    elapsed = _elapsed(here, *bounds)
    projection = None
    if figure.value is not None:
        projection = (
            project_share(figure.value * figure.n, figure.n, figure.overdue_open, elapsed)
            if figure.unit == "share"
            else project_figure(figure.value)
        )
    projected = projection.value if projection else None
    return {
        "key": f"{figure.kpi}:{figure.window}",
        "kpi": figure.kpi,
        "window": figure.window,
        "direction": direction,
        "unit": figure.unit,
        "value": figure.value,
        "projected": projected,
        "projected_low": projection.low if projection else None,
        "projected_high": projection.high if projection else None,
        "expected": figure.expected,
        "minimum": figure.minimum,
        "gap_to_minimum": gap_to(figure.minimum, projected, direction),
        "elapsed": elapsed,
        "n": figure.n,
    }


def _elapsed(here: Situation, first: date, last: date) -> float:
    """The share of a window's days that is over."""
    begins = datetime.combine(first, time(), here.zone)
    ends = datetime.combine(last + DAY, time(), here.zone)
    return min(max((here.instant - begins) / (ends - begins), 1e-6), 1.0)


def _credits(here: Situation) -> pl.DataFrame:
    month = f"{here.today:%Y-%m}"
    row = StatementFigure.objects.filter(
        engagement=here.engagement, reading=here.reading, month=month
    ).first()
    if row is None:
        return pl.DataFrame()
    paid, cap = float(abs(row.credit_total)), None if not row.at_risk else float(row.at_risk)
    return pl.DataFrame(
        {"key": [f"credits:{month}"], "month": [month], "currency": [row.currency], "credits": [paid], "cap": [cap],
         "share": [paid / cap if cap else None]},
        schema={"key": pl.String, "month": pl.String, "currency": pl.String, "credits": pl.Float64, "cap": pl.Float64, "share": pl.Float64},
    )  # fmt: skip


def _silence(here: Situation) -> pl.DataFrame:
    last = here.last_event
    if last is None or last > here.instant:
        silent = None if last is None else timedelta(0)
    else:
        calendar = here.main_calendar
        spent = calendar.between(us_of(last), here.instant_us) if calendar else here.instant_us - us_of(last)
        silent = timedelta(microseconds=spent)
    return pl.DataFrame(
        {"key": ["silence"], "silent_for": [silent], "last_event": [last]},
        schema={"key": pl.String, "silent_for": pl.Duration("us"), "last_event": pl.Datetime("us", "UTC")},
    )


def _volume(here: Situation) -> pl.DataFrame:
    arrivals = here.results.cases.select("received").collect()["received"]
    band = band_at(arrivals, here.instant, here.zone)
    if band is None:
        return pl.DataFrame()
    return pl.DataFrame(
        {"key": ["volume"], "count": [band.count], "low": [band.low], "high": [band.high],
         "usual": [band.usual], "weeks": [band.weeks], "hour": [band.hour.astimezone(UTC)]},
        schema={"key": pl.String, "count": pl.Int64, "low": pl.Float64, "high": pl.Float64,
                "usual": pl.Float64, "weeks": pl.Int64, "hour": pl.Datetime("us", "UTC")},
    )  # fmt: skip


def _quality(here: Situation) -> pl.DataFrame:
    since = here.instant_us - DAY // MICROSECOND
    accepted, late = _accepted_since(here.engagement, since, here.instant_us)
    rejected = Rejected.objects.filter(
        engagement=here.engagement, last_us__gt=since, last_us__lte=here.instant_us
    ).count()
    came = accepted + rejected
    return pl.DataFrame(
        {"key": ["quality"], "accepted": [accepted], "rejected": [rejected],
         "rejected_share": [rejected / came if came else None], "late": [late],
         "late_share": [late / accepted if accepted else None]},
        schema={"key": pl.String, "accepted": pl.Int64, "rejected": pl.Int64, "rejected_share": pl.Float64,
                "late": pl.Int64, "late_share": pl.Float64},
    )  # fmt: skip


def _accepted_since(engagement: Engagement, since_us: int, until_us: int) -> tuple[int, int]:
    """(events of cases, late ones among them). Positions are in order of recording: the first one is found by halving."""
    last = Ledger.objects.filter(engagement=engagement).values_list("position", flat=True).first() or 0
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        at = Entry.objects.filter(engagement=engagement, position=middle).values_list(
            "recorded_us", flat=True
        )
        recorded = at.first()
        if recorded is not None and recorded > since_us:
            high = middle
        else:
            low = middle + 1
    rows = Entry.objects.filter(
        engagement=engagement, position__gte=low, recorded_us__lte=until_us, subject__isnull=False
    )
    is_late = Q(occurred_us__lt=F("recorded_us") - LATE_AFTER // MICROSECOND)
    found = rows.aggregate(n=Count("pk"), late=Count("pk", filter=is_late))
    return int(found["n"]), int(found["late"])


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


_MAKERS: dict[str, Callable[[Situation], pl.DataFrame]] = {
    "case": _cases,
    "kpi": _kpis,
    "credits": _credits,
    "silence": _silence,
    "volume": _volume,
    "quality": _quality,
}
