"""Synthetic service-desk events at any size: seeded, eight events a case on average, office hours, priorities, pauses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

STATES = ["New", "Active", "Awaiting User Info", "Resolved", "Closed", "Reopened"]
PRIORITIES = ["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"]
YEAR_US = 365 * 86_400 * 1_000_000
START_US = 1_704_067_200_000_000
"""2024-01-01 UTC."""


def frame(events: int, seed: int = 7) -> pl.DataFrame:
    """Columns case (String), activity, time (UTC), priority, group, amount; sorted by case and time; about `events` rows."""
    rng = np.random.default_rng(seed)
    cases = max(1, events // 8)
    lengths = rng.integers(4, 13, cases)
    total = int(lengths.sum())
    case = np.repeat(np.arange(cases, dtype=np.uint32), lengths)
    first = np.zeros(total, dtype=bool)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    first[starts] = True
    last = np.zeros(total, dtype=bool)
    last[np.cumsum(lengths) - 1] = True
    activity = rng.choice([1, 1, 1, 2, 2, 3, 5], total)
    activity[first] = 0
    activity[last] = 4
    resolved = np.roll(last, -1)
    activity[resolved] = 3
    gaps = rng.exponential(6 * 3600 * 1e6, total).astype(np.int64)
    gaps[first] = 0
    running = np.cumsum(gaps)
    begun = rng.integers(0, 2 * YEAR_US, cases) + START_US
    time = running - np.repeat(running[starts], lengths) + np.repeat(begun, lengths)
    priority = np.repeat(rng.choice(4, cases, p=[0.05, 0.1, 0.6, 0.25]), lengths).astype(np.uint32)
    group = rng.integers(0, 40, total).astype(np.uint32)
    amount = np.repeat(np.round(rng.gamma(2.0, 300.0, cases), 2), lengths)
    names = pl.Series([f"C{number:09d}" for number in range(cases)])
    return pl.DataFrame(
        {
            "case": names.gather(case),
            "activity": pl.Series(STATES).gather(activity.astype(np.uint32)),
            "time": pl.Series(time).cast(pl.Datetime("us", "UTC")),
            "priority": pl.Series(PRIORITIES).gather(priority),
            "team": pl.Series([f"Team {number}" for number in range(40)]).gather(group),
            "amount": amount,
        }
    )


def write(events: int, path: Path, seed: int = 7) -> Path:
    """The frame as Parquet (kept between runs: the same size and seed give the same file)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        frame(events, seed).write_parquet(path)
    return path
