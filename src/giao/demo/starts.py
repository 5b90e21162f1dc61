"""A row an activity with start and end becomes two rows: its begin (lifecycle start) and its end (complete)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from giao.core.log import LogMapping

MAPPING = LogMapping(
    shape="event", case="case_id", activity="activity", time="time", lifecycle="lifecycle", resource="resource",
    sequence="row", zone="Asia/Ho_Chi_Minh",
)  # fmt: skip


def write_with_starts(source: Path, destination: Path) -> Path:
    """Write a CSV of activities (start_time, end_time) as one of events, in the order of the source."""
    rows = pl.read_csv(source, infer_schema=False).with_row_index("row")
    keep = ("case_id", "activity", "resource")
    events = [
        rows.select(
            *keep,
            pl.lit(lifecycle).alias("lifecycle"),
            pl.col(column).alias("time"),
            (pl.col("row").cast(pl.Int64) * 2 + offset).alias("row"),
        )
        for lifecycle, column, offset in (("start", "start_time", 0), ("complete", "end_time", 1))
    ]
    pl.concat(events).sort("row").write_csv(destination)
    return destination
