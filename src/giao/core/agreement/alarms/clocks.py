"""Open clocks as they stand at an instant after their reading, while no event has come: nothing is evaluated again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.calendars import Calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Calendars = Sequence[Mapping[str, Calendar]]
"""Calendars by name, of each version of the agreement."""


def measure_of(agreement: Agreement, clock: str, target: int) -> str | None:
    """The calendar in whose open time a budget is told; None: elapsed time."""
    found = agreement.clocks.get(clock)
    if found is None:
        return None
    if 0 <= target < len(found.targets):
        own = found.targets[target]
        return (own.calendar or found.calendar) if own.within.measure == "business" else None
    return found.calendar


def moved_to(
    clocks: pl.DataFrame, versions: Sequence[Agreement], calendars: Calendars, read_us: int, instant_us: int
) -> pl.DataFrame:
    """Open clocks (columns of `store.clock_table`) with ``left_us`` at the instant; a paused one keeps what it had.

    An instant before the reading's changes nothing: the past is read, not computed back.
    """
    left = clocks["remaining_us"].cast(pl.Int64)
    if instant_us <= read_us or clocks.is_empty():
        return clocks.with_columns(left.alias("left_us"))
    spent = np.zeros(clocks.height, dtype=np.int64)
    moves = (clocks["state"] != "paused").to_numpy()
    groups = clocks.select("clock", "version", "target").with_row_index("at")
    for (clock, version, target), rows in groups.group_by("clock", "version", "target"):
        passed = _passed(versions, calendars, str(clock), int(version), int(target), read_us, instant_us)
        spent[rows["at"].to_numpy()] = passed
    return clocks.with_columns((left - pl.Series(spent * moves)).alias("left_us"))


def _passed(
    versions: Sequence[Agreement],
    calendars: Calendars,
    clock: str,
    version: int,
    target: int,
    start_us: int,
    end_us: int,
) -> int:
    if not 0 <= version < len(versions):
        return end_us - start_us
    name = measure_of(versions[version], clock, target)
    calendar = calendars[version].get(name) if name else None
    return calendar.between(start_us, end_us) if calendar is not None else end_us - start_us


def reached_us(
    clocks: pl.DataFrame, versions: Sequence[Agreement], calendars: Calendars, instant_us: int, left_us: int
) -> int | None:
    """The next instant (this one too) at which a clock that runs has only `left_us` left; None where none will. Needs ``left_us``.

    Of each measure only the clock that comes next is looked at, so that it costs as much with one clock as with a million.
    """
    waiting = clocks.filter((pl.col("state") != "paused") & (pl.col("left_us") >= left_us))
    if waiting.is_empty():
        return None
    nearest = waiting.group_by("clock", "version", "target").agg(pl.col("left_us").min())
    found: list[int] = []
    for clock, version, target, left in nearest.iter_rows():
        name = measure_of(versions[version], clock, target) if 0 <= version < len(versions) else None
        calendar = calendars[version].get(name) if name else None
        ahead = left - left_us
        found.append(calendar.add(instant_us, ahead) if calendar is not None else instant_us + ahead)
    return min(found)


def instant_of(value_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=value_us)
