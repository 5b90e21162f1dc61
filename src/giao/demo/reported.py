"""The desk's own verdict beside ours: `made_sla` on each incident's last row, by the month of its first resolution.

The desk's rules are not those of the agreement written for the demonstration; the point is to see both, and
the cases that differ. `python -m giao.demo.reported LOG` prints the facts as they stand in service-desk.facts.yaml.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from giao.core.log import open_log
from giao.core.log.model import EventLog
from giao.demo.examples import SERVICE_DESK

KPIS = {
    "1 - Critical": "critical_resolved",
    "2 - High": "high_resolved",
    "3 - Moderate": "standard_resolved",
    "4 - Low": "standard_resolved",
}


def reported(log: EventLog, as_of_us: int, zone: str) -> Iterator[tuple[str, str, int, int]]:
    """(kpi, month, made, closed) of the incidents closed at an instant; months of their first resolution, local."""
    known = log.as_of(as_of_us)
    current = known.current(["made_sla", "priority"])
    events = known.events(["case", "activity", "time"]).with_columns(current.get_columns())
    name = pl.col("activity").cast(pl.String)
    cases = events.group_by("case", maintain_order=True).agg(
        pl.col("time").filter(name.is_in(["Resolved", "Closed"])).first().alias("resolved"),
        name.last().alias("state"),
        pl.col("made_sla").last().alias("made"),
        pl.col("priority").cast(pl.String).last(),
    )
    closed = cases.filter(pl.col("state") == "Closed").with_columns(
        pl.col("resolved").dt.convert_time_zone(zone).dt.strftime("%Y-%m").alias("month"),
        pl.col("priority").replace_strict(KPIS).alias("kpi"),
    )
    grouped = closed.group_by("kpi", "month").agg(pl.col("made").sum(), pl.len().alias("n"))
    for row in grouped.sort("kpi", "month").iter_rows(named=True):
        yield row["kpi"], row["month"], int(row["made"]), int(row["n"])


def fact_lines(log: EventLog) -> list[str]:
    """The facts as YAML rows, for the two whole months of the demonstration."""
    zone = str(SERVICE_DESK.zone())
    rows = []
    for kpi, month, made, closed in reported(log, SERVICE_DESK.as_of_us(), zone):
        if month in ("2016-03", "2016-04"):
            value = f"{made / closed:.4f}"
            rows.append(
                f"  - {{type: giao.fact.reported, kpi: {kpi}, window: {month}, value: {value}, n: {closed}, "
                "time: 2016-05-12T09:00, by: vendor, source: made_sla on the last row}"
            )
    return rows


if __name__ == "__main__":
    print("\n".join(fact_lines(open_log(Path(sys.argv[1])))))
