"""A reading on disk: `summary.json` and case-level Parquet, written whole or not at all, read lazily.

cases.parquet    a row a case: case, received, delivered, cancelled, state, events, first_time, last_time,
                 last_activity, who worked on it last (group, resource, role, where the log has them), and every
                 attribute as last set
clocks.parquet   a row a clock instance: clock, case, instance, version, target, started, stopped, due, breaches_after?,
                 consumed_us, budget_us, remaining_us, state
members.parquet  the cases behind each number: kpi, window, case, instance, role, value, at, group, reason
outlook.parquet  where `save_outlook` was asked for it: clock, and the columns of `live.outlook` of its open instances
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.live.outlook import OUTLOOK_SCHEMA, outlook
from giao.core.agreement.output import to_json
from giao.core.told import told

SUMMARY = "summary.json"
OUTLOOK = "outlook.parquet"
FORM = 1
"""Of the files above. Raised when an older one cannot be read any more: a server then makes its readings again."""


def save_reading(evaluation: Evaluation, folder: str | Path) -> Path:
    """Write a reading into `folder` (replaced as a whole). A killed process leaves the old one or none."""
    place = Path(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        _write(evaluation, draft)
        _make_way(place)
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return place


def _make_way(place: Path) -> None:
    """Take away what stands at `place`, in one step for whoever looks: nothing is ever seen half deleted."""
    if not place.exists():
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    place.rename(aside / place.name)
    shutil.rmtree(aside)


def write_parquet(evaluation: Evaluation, folder: str | Path) -> None:
    """Write a reading's files (see the module's head) into a folder that may hold others, which stay.

    The summary goes first and comes last: a killed process leaves no folder that opens as a reading.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".giao-", dir=place))
    try:
        _write(evaluation, draft)
        (place / SUMMARY).unlink(missing_ok=True)
        for name in (*TABLES, SUMMARY):
            (draft / name).replace(place / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(evaluation: Evaluation, folder: Path) -> None:
    """All files of a reading into an empty folder, on the disk when this returns."""
    for name, make in TABLES.items():
        make(evaluation).write_parquet(folder / name)
    with (folder / SUMMARY).open("w", encoding="utf-8") as file:
        json.dump(to_json(evaluation), file, ensure_ascii=False, separators=(",", ":"))
    for name in (*TABLES, SUMMARY):
        with (folder / name).open("rb") as written:
            os.fsync(written.fileno())


def case_table(evaluation: Evaluation) -> pl.DataFrame:
    """A row a case, in order of case id."""
    inputs, matcher = evaluation.inputs, evaluation.matcher
    log, work = inputs.log, evaluation.agreement.work
    names = [*(name for name in PEOPLE if name in log.columns), *log.attributes]
    events = log.events(["case", "activity", "time"])
    marks = {"received": matcher.mask(work.received), "delivered": matcher.mask(work.delivered)}
    if work.cancelled:
        marks["cancelled"] = matcher.mask(work.cancelled)
    frame = events.with_columns(pl.Series(name, mask) for name, mask in marks.items())
    if names:
        frame = frame.hstack(
            log.current(names).select(pl.col(name).alias(f"attribute:{name}") for name in names)
        )
    firsts = [pl.col("time").filter(pl.col(mark)).first().alias(f"{mark}_at") for mark in marks]
    grouped = frame.group_by("case", maintain_order=True).agg(
        *firsts,
        pl.len().alias("events"),
        pl.col("time").first().alias("first_time"),
        pl.col("time").last().alias("last_time"),
        pl.col("activity").last().alias("last_activity"),
        *(pl.col(f"attribute:{name}").last() for name in names),
    )
    if "cancelled" not in marks:
        grouped = grouped.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("cancelled_at"))
    state = (
        pl.when(pl.col("cancelled_at").is_not_null())
        .then(pl.lit("cancelled"))
        .when(pl.col("delivered_at").is_not_null())
        .then(pl.lit("delivered"))
        .when(pl.col("received_at").is_not_null())
        .then(pl.lit("open"))
        .otherwise(pl.lit("not received"))
    )
    found = grouped.select(
        log.case_ids.gather(grouped["case"]).alias("case"),
        pl.col("received_at").alias("received"),
        pl.col("delivered_at").alias("delivered"),
        pl.col("cancelled_at").alias("cancelled"),
        state.alias("state"),
        "events",
        "first_time",
        "last_time",
        "last_activity",
    )
    taken = set(found.columns)
    attributes = {name: name if name not in taken else f"{name}_" for name in names}
    return found.hstack([grouped[f"attribute:{name}"].alias(column) for name, column in attributes.items()])


def clock_table(evaluation: Evaluation) -> pl.DataFrame:
    """A row a clock instance, all clocks under one another."""
    case_ids = evaluation.inputs.log.case_ids
    parts = []
    for name, table in evaluation.clocks.items():
        frame = table.frame
        parts.append(
            frame.select(
                pl.lit(name).alias("clock"),
                case_ids.gather(frame["case"]).alias("case"),
                "instance",
                "version",
                "target",
                "started",
                "stopped",
                "due",
                "consumed_us",
                "budget_us",
                (pl.col("budget_us") - pl.col("consumed_us")).alias("remaining_us"),
                pl.col("state").cast(pl.String),
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema={"clock": pl.String, "case": pl.String})


def member_table(evaluation: Evaluation) -> pl.DataFrame:
    """The cases behind every KPI window, all KPIs under one another."""
    case_ids = evaluation.inputs.log.case_ids
    parts = []
    for name in dict.fromkeys(result.kpi for result in evaluation.kpis.results):
        frame = evaluation.kpis.members(name)
        if frame.is_empty():
            continue
        parts.append(
            frame.select(
                pl.lit(name).alias("kpi"),
                pl.col("window").cast(pl.String),
                case_ids.gather(frame["case"]).alias("case"),
                pl.col("instance").cast(pl.Int64),
                pl.col("role").cast(pl.String),
                pl.col("value").cast(pl.Float64),
                "at",
                pl.col("group").cast(pl.String),
                pl.col("reason").cast(pl.String),
            )
        )
    return (
        pl.concat(parts)
        if parts
        else pl.DataFrame(schema={"kpi": pl.String, "window": pl.String, "case": pl.String})
    )


def save_outlook(evaluation: Evaluation, folder: str | Path) -> Path:
    """Write the chances of breach of all open clocks beside a saved reading."""
    place = Path(folder)
    parts = [
        outlook(evaluation, clock).frame.select(pl.lit(clock).alias("clock"), pl.all())
        for clock in evaluation.clocks
    ]
    found = pl.concat(parts) if parts else pl.DataFrame(schema={"clock": pl.String, **OUTLOOK_SCHEMA})
    draft = place / f".{OUTLOOK}"
    found.write_parquet(draft)
    draft.replace(place / OUTLOOK)
    return place / OUTLOOK


PEOPLE = ("group", "resource", "role")
"""Core columns of a log that say who worked on a case."""

TABLES = {"cases.parquet": case_table, "clocks.parquet": clock_table, "members.parquet": member_table}


@dataclass(frozen=True)
class StoredReading:
    """A saved reading; tables are scanned lazily, so that a page reads only the rows it shows."""

    folder: Path

    @cached_property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / SUMMARY).read_text(encoding="utf-8"))
        return found

    @property
    def cases(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.folder / "cases.parquet")

    @property
    def clocks(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.folder / "clocks.parquet")

    @property
    def members(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.folder / "members.parquet")

    @property
    def outlook(self) -> pl.LazyFrame:
        """Chances of breach of open clocks; empty where they were not kept."""
        if not (self.folder / OUTLOOK).is_file():
            return pl.LazyFrame(schema={"clock": pl.String, **OUTLOOK_SCHEMA})
        return pl.scan_parquet(self.folder / OUTLOOK)


def open_reading(folder: str | Path) -> StoredReading:
    """Open a saved reading. Raises AgreementError when there is none (or only a half-written one)."""
    place = Path(folder)
    if not all((place / name).is_file() for name in (SUMMARY, *TABLES)):
        raise AgreementError(
            told(
                "agreement.no_reading",
                "no reading in {name}: compute it first (giao evaluate … --parquet, or open the page)",
                name=place.name,
            )
        )
    return StoredReading(place)
