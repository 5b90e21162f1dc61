"""Rows that tell a start and an end as two events, and starts and completions as one row: the two ways round."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from giao.core.log.kernel import order_events, pair_starts
from giao.core.log.model import EventLog, Held

SHARED = ("activity", "resource", "group", "role", "recorded")


def unfold_starts(log: EventLog) -> EventLog:
    """Two events for each row with a `start`; see `EventLog.with_start_events`.

    Twice the source sequence (plus one for the end) keeps the source's order among equal times.
    """
    frame = log.events()
    begun = frame["start"].is_not_null()
    lifecycle = pl.Enum(sorted({"start", "complete"} | set(_words(frame))))
    ends = frame.drop("start").with_columns(pl.col("seq") * 2 + 1)
    had = pl.col("lifecycle") if "lifecycle" in frame.columns else pl.lit(None)
    ends = ends.with_columns(
        pl.when(begun)
        .then(pl.lit("complete"))
        .otherwise(had.cast(pl.String))
        .cast(lifecycle)
        .alias("lifecycle")
    )
    # A row without start keeps its lifecycle; without one it is the completion of a moment.
    if "lifecycle" not in frame.columns:
        ends = ends.with_columns(pl.col("lifecycle").fill_null("complete"))
    shared = [name for name in SHARED if name in frame.columns]
    starts = frame.filter(begun).select(
        "case",
        pl.col("start").alias("time"),
        pl.col("seq") * 2,
        *shared,
        pl.lit("start").cast(lifecycle).alias("lifecycle"),
    )
    both = pl.concat([ends, starts], how="diagonal")
    offsets = np.zeros(log.n_cases + 1, np.int64)
    case = both["case"].to_numpy()
    np.cumsum(np.bincount(case, minlength=log.n_cases), out=offsets[1:])
    order = order_events(case, both["time"].to_physical().to_numpy(), both["seq"].to_numpy(), offsets)
    both = both[pl.Series(order)] if both.height else both
    core = [
        "activity",
        "time",
        "seq",
        *(n for n in ("recorded", "lifecycle", "resource", "group", "role", "cost") if n in both),
    ]
    names = [*core, *(name for name in log.attributes if name in both.columns)]
    return EventLog(
        Held({name: both[name] for name in names}),
        case_ids=log.case_ids,
        offsets=offsets,
        activities=log.activities,
        attributes=log.attributes,
        hash=hashlib.sha256(f"{log.hash} with start events".encode()).hexdigest(),
        zone=log.zone,
        source=log.source,
        personal=log.personal,
    )


def fold_instances(log: EventLog) -> EventLog:
    """One row for each start and the completion it belongs to; see `EventLog.with_instances`."""
    lifecycle = log.events(["lifecycle"])["lifecycle"].cast(pl.String).str.to_lowercase()
    step = pl.select(
        pl.when(lifecycle == "start").then(1).when(lifecycle == "complete").then(2).otherwise(0)
    ).to_series()
    work = log.activity_codes().astype(np.int64)
    if "concept_instance" in log.columns:
        same = log.events(["activity", "concept_instance"]).select(pl.struct(pl.all()).rank("dense"))
        work = same.to_series().to_numpy().astype(np.int64)
    resource = np.zeros(log.n_events, np.int64)
    if "resource" in log.columns:
        resource = log.events(["resource"])["resource"].to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    begun = pair_starts(step.cast(pl.Int8).to_numpy(), work, resource, log.offsets)
    times = log.events(["time"])["time"]
    rows = pl.Series(begun)
    found = times.gather(pl.select(pl.when(rows >= 0).then(rows)).to_series()).alias("start")
    if "start" in log.columns:
        found = pl.select(pl.coalesce(log.events(["start"])["start"], found)).to_series()
    keep = np.ones(log.n_events, bool)
    keep[begun[begun >= 0]] = False
    frame = log.events([name for name in log.columns if name not in ("case", "start")])
    core = ("activity", "time", "seq")
    named = (
        {name: frame[name] for name in core}
        | {"start": found}
        | {name: frame[name] for name in frame.columns if name not in core}
    )
    whole = EventLog(
        Held(named),
        case_ids=log.case_ids,
        offsets=log.offsets,
        activities=log.activities,
        attributes=log.attributes,
        hash=log.hash,
        zone=log.zone,
        source=log.source,
        personal=log.personal,
    )
    return whole.take(keep, "with instances")


def _words(frame: pl.DataFrame) -> list[str]:
    if "lifecycle" not in frame.columns:
        return []
    return [str(word) for word in frame["lifecycle"].cast(pl.String).unique().drop_nulls()]
