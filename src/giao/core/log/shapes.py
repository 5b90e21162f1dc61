"""Shapes of a source other than a row an event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.plan import Plan
from giao.core.log.times import INSTANT


def unfold_cases(
    frame: pl.DataFrame, rows: NDArray[np.int64], ready: Mapping[str, pl.Series], plan: Plan
) -> tuple[pl.DataFrame, NDArray[np.int64], dict[str, pl.Series]]:
    """A row a case with several time columns -> a row an event.

    Every filled time column is an event. The row's other values are set by its earliest event (the first column in
    the mapping's order among equals), because the source does not say when they became known; mark what is only
    final as hindsight. The sequence is the row number times the number of time columns, plus the column's place.
    """
    times = plan.mapping.times or {}
    moments = [ready[label] for label in times]
    count = len(moments)
    clock = np.stack(
        [moment.to_physical().fill_null(np.iinfo(np.int64).max).to_numpy() for moment in moments]
    )
    earliest = clock.argmin(axis=0)
    parts: list[pl.DataFrame] = []
    numbers: list[NDArray[np.int64]] = []
    activities: list[pl.Series] = []
    instants: list[pl.Series] = []
    case = plan.mapping.case
    for at, (label, activity) in enumerate(times.items()):
        filled = moments[at].is_not_null()
        part = frame.filter(filled)
        first = pl.Series((earliest == at)[filled.to_numpy()])
        part = part.with_columns(
            pl.when(first).then(pl.col(name)).alias(name) for name in frame.columns if name != case
        )
        parts.append(part)
        numbers.append(rows[filled.to_numpy()] * count + at)
        activities.append(pl.Series("activity", [activity], dtype=pl.String).new_from_index(0, part.height))
        instants.append(ready[label].filter(filled))
    extra = {
        "activity": pl.concat(activities).alias("activity"),
        "time": pl.concat([part.cast(INSTANT).alias("time") for part in instants]),
    }
    return pl.concat(parts), np.concatenate(numbers), extra
