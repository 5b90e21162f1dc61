"""How many arrivals are usual in an hour of the week: the same weekday and hour of the weeks before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.alarms.clocks import EPOCH

WEEKS = 12
LEAST_WEEKS = 4
WIDTH = 3.0
"""Standard deviations from the mean to an edge of the band."""


@dataclass(frozen=True)
class Band:
    """`count` of the hour that began at `hour`; the rest is null where fewer than `LEAST_WEEKS` weeks are known."""

    hour: datetime
    count: int
    weeks: int
    usual: float | None
    low: float | None
    high: float | None


def band_at(arrivals: pl.Series, instant: datetime, zone: ZoneInfo, *, weeks: int = WEEKS) -> Band | None:
    """The last full local hour before an instant, beside the same hour of up to `weeks` weeks before.

    arrivals  instants (UTC) of all arrivals known at the instant
    The spread is that of the weeks, at least that of a Poisson count, so that a quiet hour has a band too. Weeks before
    the first arrival are not counted as empty. None where nothing has ever arrived.
    """
    known = np.sort(arrivals.drop_nulls().dt.epoch("us").to_numpy())
    known = known[: np.searchsorted(known, _us(instant), side="right")]
    if not len(known):
        return None
    local = instant.astimezone(zone).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    counts = [_count(known, local - timedelta(weeks=back)) for back in range(weeks + 1)]
    there = [
        count
        for back, count in enumerate(counts)
        if back and _us(local - timedelta(weeks=back)) >= _hour_of(int(known[0]), zone)
    ]
    now = counts[0]
    if len(there) < LEAST_WEEKS:
        return Band(local, now, len(there), None, None, None)
    mean = sum(there) / len(there)
    variance = sum((count - mean) ** 2 for count in there) / (len(there) - 1)
    reach = WIDTH * math.sqrt(max(variance, mean, 1.0))
    return Band(local, now, len(there), mean, max(0.0, mean - reach), mean + reach)


def _count(known: npt.NDArray[np.int64], start: datetime) -> int:
    """By the wall clock: `start` is local, so that nine o'clock stays nine when the clocks change."""
    low, high = np.searchsorted(known, [_us(start), _us(start + timedelta(hours=1))])
    return int(high - low)


def _hour_of(value_us: int, zone: ZoneInfo) -> int:
    """The beginning of the local hour of an instant: the first arrival's own hour is known."""
    local = (EPOCH + timedelta(microseconds=value_us)).astimezone(zone)
    return _us(local.replace(minute=0, second=0, microsecond=0))


def _us(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
