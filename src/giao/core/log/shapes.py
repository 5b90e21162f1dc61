"""Shapes of a source other than a row an event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.errors import ImportFailed
from giao.core.log.names import CLEARED
from giao.core.log.plan import Plan
from giao.core.log.times import INSTANT
from giao.core.told import told


def unfold_snapshots(
    frame: pl.DataFrame, rows: NDArray[np.int64], ready: Mapping[str, pl.Series], plan: Plan
) -> tuple[pl.DataFrame, NDArray[np.int64], dict[str, pl.Series]]:
    """Rows of snapshots, and before each of them the events that `times` tells: the first of a case stays (`in_order`).

    Such an event lies at the time in its column, and not after the row: a source whose clock runs ahead does not turn
    them round. It knows what the row says, without the columns `later`. The sequence is the row number times the number
    of events a row can become, plus their place; a sequence of the source's own is counted down before the row.
    """
    mapping = plan.mapping
    times, state, count = mapping.times or {}, str(mapping.state), mapping.events_of_a_row
    named = frame[state].cast(pl.String).is_in(list(times.values()))
    if named.any():
        raise ImportFailed(
            told(
                "log.opening_is_state",
                "{activity} is an activity of `times` and also a state in column {state}; give the event another name",
                activity=str(frame[state].filter(named.fill_null(False))[0]),
                state=state,
            )
        )
    parts, numbers = [frame.with_columns(pl.col(state).cast(pl.String))], [rows * count + count - 1]
    own = {name: [values] for name, values in ready.items() if name not in times}
    for at, (label, activity) in enumerate(times.items()):
        filled = ready[label].is_not_null()
        parts.append(
            frame.filter(filled).with_columns(
                pl.lit(activity, dtype=pl.String).alias(state),
                *(pl.lit(None, dtype=frame.schema[name]).alias(name) for name in mapping.later),
            )
        )
        numbers.append(rows[filled.to_numpy()] * count + at)
        for name, values in own.items():
            of_row = values[0].filter(filled)
            if name == "time":
                of_row = pl.select(pl.min_horizontal(ready[label].filter(filled), of_row)).to_series()
            elif name == "seq":
                of_row = of_row - (len(times) - at)
            elif name == "start":
                of_row = pl.Series([None], dtype=of_row.dtype).new_from_index(0, len(of_row))
            values.append(of_row.alias(values[0].name))
    return pl.concat(parts), np.concatenate(numbers), {name: pl.concat(each) for name, each in own.items()}


def cleared_names(frame: pl.DataFrame, plan: Plan) -> pl.Series:
    """Of each row of a snapshot, the names of the columns that have no value, parted by blanks; null where all have."""
    columns = plan.cleared()
    named = pl.concat_str(
        [pl.when(pl.col(column.label).is_null()).then(pl.lit(column.name)) for column in columns],
        separator=" ",
        ignore_nulls=True,
    )
    said = (
        frame.select(named.alias(CLEARED)).to_series() if columns else pl.Series(CLEARED, [""] * frame.height)
    )
    return said.replace("", None)


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
