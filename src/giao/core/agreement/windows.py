"""Windows: local days of the agreement's zone, cut to the term and the service's first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from giao.core.agreement.document.kpi import WindowSpec
from giao.core.agreement.facts import to_us
from giao.core.agreement.results import Window

Unit = Literal["day", "week", "month", "quarter", "year", "contract_year"]
ONE_DAY = timedelta(days=1)


def midnight_us(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local day, UTC microseconds (the later one where midnight is skipped by DST)."""
    return to_us(datetime.combine(day, time(), tzinfo=zone), zone)


def local_day(instant_us: int, zone: ZoneInfo) -> date:
    """The local day that holds an instant."""
    return datetime.fromtimestamp(instant_us // 1_000_000, tz=zone).date()


def first_of(day: date, unit: Unit, anniversary: date | None = None) -> date:
    """First day of the unit that holds `day`. A contract year starts on the term's `anniversary`."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if unit == "year":
        return date(day.year, 1, 1)
    start = anniversary or date(day.year, 1, 1)
    years = day.year - start.year
    candidate = _shift_year(start, years)
    return candidate if candidate <= day else _shift_year(start, years - 1)


def next_first(first: date, unit: Unit, anniversary: date | None = None) -> date:
    """First day of the unit after the one that starts on `first`."""
    if unit == "day":
        return first + ONE_DAY
    if unit == "week":
        return first + timedelta(days=7)
    if unit == "month":
        return date(first.year + first.month // 12, first.month % 12 + 1, 1)
    if unit == "quarter":
        return next_first(next_first(next_first(first, "month"), "month"), "month")
    if unit == "year":
        return date(first.year + 1, 1, 1)
    start = anniversary or first
    return _shift_year(start, first.year - start.year + 1)


def window_id(first: date, unit: Unit, anniversary: date | None = None) -> str:
    """``2018-03-07``, ``2018-W05``, ``2018-03``, ``2018-Q1``, ``2018``, ``CY2``."""
    if unit == "day":
        return first.isoformat()
    if unit == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    if unit == "month":
        return f"{first:%Y-%m}"
    if unit == "quarter":
        return f"{first.year}-Q{(first.month - 1) // 3 + 1}"
    if unit == "year":
        return str(first.year)
    return f"CY{first.year - (anniversary or first).year + 1}"


def windows(
    spec: WindowSpec,
    start: date,
    end: date,
    zone: ZoneInfo,
    *,
    until: date,
    partial: Literal["cut", "full", "skip"] = "cut",
    anniversary: date | None = None,
) -> list[Window]:
    """Every window that begins at or before `until`, over the days `start`..`end` (service's first to term's last day).

    `partial`: **cut** to those days; `full` keeps the whole unit as denominator; `skip` leaves a cut window out.
    A rolling window ends with each unit and reaches back over the last n units (as far as the service goes).
    """
    unit: Unit = spec.rolling.of if spec.rolling else spec.unit or "month"
    back = spec.rolling.last if spec.rolling else 1
    found: list[Window] = []
    firsts: list[date] = []
    for first in _firsts(start, min(end, until), unit, anniversary):
        firsts.append(first)
        full_first = firsts[-back] if len(firsts) >= back else firsts[0]
        full_last = next_first(first, unit, anniversary) - ONE_DAY
        cut_first, cut_last = max(full_first, start), min(full_last, end)
        if cut_first > until:
            break
        is_cut = (cut_first, cut_last) != (full_first, full_last)
        if partial == "skip" and is_cut:
            continue
        name = window_id(first, unit, anniversary) + (f"~{back}" if spec.rolling else "")
        found.append(
            Window(
                id=name,
                first=cut_first,
                last=cut_last,
                start_us=midnight_us(cut_first, zone),
                end_us=midnight_us(cut_last + ONE_DAY, zone),
                full_first=full_first,
                full_last=full_last,
            )
        )
    return found


def months(start: date, end: date, zone: ZoneInfo, *, until: date) -> list[Window]:
    """The months of the term up to `until`, cut to the term: the statements' windows."""
    return windows(WindowSpec(unit="month"), start, end, zone, until=until)


def _firsts(start: date, until: date, unit: Unit, anniversary: date | None) -> Iterator[date]:
    first = first_of(start, unit, anniversary)
    while first <= until:
        yield first
        first = next_first(first, unit, anniversary)


def _shift_year(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)
