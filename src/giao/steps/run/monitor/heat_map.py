"""When the misses fall: weekday by hour of the agreement's zone, each cell a link to its cases."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.selection import members_of, weekday_words

DEPTHS = 5


@dataclass(frozen=True)
class HeatCell:
    """`depth` 0 (none) to 5 (the most), for the colour."""

    hour: int
    count: int
    depth: int
    url: str | None


@dataclass(frozen=True)
class HeatRow:
    label: str
    name: str
    cells: tuple[HeatCell, ...]
    total: int


@dataclass(frozen=True)
class HeatMap:
    """`role`: what is counted, missed or (where a KPI has no misses) counted cases. `hours`: those that anything falls in."""

    role: str
    hours: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    total: int
    peak: HeatCell | None
    peak_day: str


def heat_map(ground: Ground, kpi: str, window: str, role: str) -> HeatMap | None:
    """None where nothing is counted. Without a window: over all of them."""
    members = members_of(ground, {"kpi": kpi, "window": window, "role": role})
    local = pl.col("at").dt.convert_time_zone(ground.zone.key)
    counted = (
        members.filter(pl.col("at").is_not_null())
        .group_by(local.dt.weekday().alias("weekday"), local.dt.hour().alias("hour"))
        .len("n")
        .collect()
    )
    if counted.is_empty():
        return None
    counts = {(weekday, hour): n for weekday, hour, n in counted.iter_rows()}
    most = max(counts.values())
    hours = range(min(hour for _day, hour in counts), max(hour for _day, hour in counts) + 1)
    rows = []
    for weekday in range(1, 8):
        cells = tuple(
            _cell(ground, (kpi, window, role), weekday, hour, counts.get((weekday, hour), 0), most)
            for hour in hours
        )
        rows.append(
            HeatRow(
                weekday_words(weekday, short=True),
                weekday_words(weekday),
                cells,
                sum(cell.count for cell in cells),
            )
        )
    peak_row = max(rows, key=lambda row: max(cell.count for cell in row.cells))
    peak = max(peak_row.cells, key=lambda cell: cell.count)
    return HeatMap(role, tuple(hours), tuple(rows), sum(counts.values()), peak, peak_row.name)


def _cell(
    ground: Ground, number: tuple[str, str, str], weekday: int, hour: int, count: int, most: int
) -> HeatCell:
    kpi, window, role = number
    depth = -(-count * DEPTHS // most) if count else 0
    url = ground.cases_url(kpi=kpi, window=window, role=role, weekday=weekday, hour=hour) if count else None
    return HeatCell(hour, count, depth, url)
