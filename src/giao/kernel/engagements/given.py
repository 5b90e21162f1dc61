"""What a sub-contractor sees of an engagement: the events that its own groups did, case by case. Nothing else.

No attribute, no clock, no service level, no money, no event of others, and not who did it: the simplest rule that cannot leak.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from giao.core.log import EventLog, open_log
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.engagements.queries import current_log

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class GivenCase:
    """A case with at least one event of the groups: how many, first and last of them."""

    case: str
    events: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class GivenEvent:
    at: datetime
    activity: str
    group: str


def groups_of(engagement: Engagement) -> list[str]:
    """The groups that the log names, sorted; empty without a log or a group column."""
    log = _log(engagement)
    if log is None or "group" not in log.columns:
        return []
    found = log.events(["group"])["group"].cast(pl.String).drop_nulls().unique().sort()
    return [str(name) for name in found]


def given_events(engagement: Engagement, groups: Iterable[str]) -> pl.DataFrame:
    """case, time, activity, group: only of these groups, not later than the engagement's own instant."""
    log = _log(engagement)
    if log is None or "group" not in log.columns:
        return pl.DataFrame(
            schema={
                "case": pl.String,
                "time": pl.Datetime("us", "UTC"),
                "activity": pl.String,
                "group": pl.String,
            }
        )
    if engagement.as_of is not None:
        log = log.as_of((engagement.as_of - EPOCH) // timedelta(microseconds=1))
    frame = log.events(["case", "time", "activity", "group"]).with_columns(
        log.case_ids.gather(log.events(["case"])["case"]).alias("case"),  # events hold the case's number
        pl.col("activity", "group").cast(pl.String),
    )
    return frame.filter(pl.col("group").is_in(list(groups)))


def given_cases(events: pl.DataFrame) -> list[GivenCase]:
    """The last touched first."""
    rows = (
        events.group_by("case")
        .agg(
            pl.len().alias("events"), pl.col("time").min().alias("first"), pl.col("time").max().alias("last")
        )
        .sort(["last", "case"], descending=[True, False])
    )
    return [GivenCase(*row) for row in rows.select("case", "events", "first", "last").iter_rows()]


def events_of(events: pl.DataFrame, case: str) -> list[GivenEvent]:
    rows = events.filter(pl.col("case") == case).sort("time", maintain_order=True)
    return [GivenEvent(*row) for row in rows.select("time", "activity", "group").iter_rows()]


def _log(engagement: Engagement) -> EventLog | None:
    row = current_log(engagement)
    return open_log(in_data(row.folder)) if row is not None else None
