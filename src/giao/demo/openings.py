"""Openings for a log of snapshots: an incident is received when it is opened, not when it is first saved.

The service-desk log has a row for each update; the first one comes a few minutes after `opened_at`. As of
2016-05-12 18:00 two incidents had been opened that were not yet saved. One row `Opened` an incident makes
the receipt an event like any other. What the desk decides later (group, person) is left empty in it.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl

FORMAT = "%d/%m/%Y %H:%M"
DECIDED_LATER = ("assignment_group", "assigned_to")


def write_with_openings(source: Path, destination: Path) -> Path:
    """Write the snapshots of a zipped CSV with one more row an incident, state ``Opened``, as a CSV.

    The row has the incident's first values, `opened_at` as its time (its first row's time where that is earlier,
    5 incidents) and -1 as its count of updates. Raises OSError when the file cannot be read or written.
    """
    with zipfile.ZipFile(source) as archive:
        rows = pl.read_csv(archive.read(archive.namelist()[0]), infer_schema=False)
    saved, opened = pl.col("sys_updated_at"), pl.col("opened_at")
    openings = (
        rows.with_columns(_saved=saved.str.to_datetime(FORMAT), _opened=opened.str.to_datetime(FORMAT))
        .sort("number", "_saved", maintain_order=True)
        .unique("number", keep="first", maintain_order=True)
        .with_columns(
            pl.lit("Opened").alias("incident_state"),
            pl.when(pl.col("_opened") <= pl.col("_saved"))
            .then(opened)
            .otherwise(saved)
            .alias("sys_updated_at"),
            pl.col("opened_by").alias("sys_updated_by"),
            pl.lit("-1").alias("sys_mod_count"),
            *(pl.lit("?").alias(name) for name in DECIDED_LATER),
        )
        .select(rows.columns)
    )
    pl.concat([openings, rows]).write_csv(destination)
    return destination
