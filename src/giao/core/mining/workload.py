"""Who does how much: events, cases, active days and working time of each resource, group or other value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.events import event_figures
from giao.core.mining.kernels.events import CASES, EVENTS, holds_codes
from giao.core.mining.pairs import measure_codes
from giao.core.mining.quantiles import quotients
from giao.core.mining.result import Result, Tell, durations
from giao.core.mining.selection import Selection
from giao.core.svg import Markup
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar

DAY_US = 86_400_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Workload(Result):
    """One row a value of `by`, the busiest first: events, cases, share of events, active days (UTC), activities known,
    first, last, and where the log tells starts the mean time of a step (`work_mean`)."""

    by: str

    def plot(self, tell: Tell = str) -> Markup:
        """Share of events, one bar each."""
        from giao.core.mining.drawing.bars import draw_shares

        return draw_shares(self.frame, self.by, "share", tell)

    def _members(self, row: int) -> NDArray[np.bool_]:
        coded = self.selection.ground.coded(self.by)
        wanted = np.full(coded.width, -1, np.int32)
        value = self.frame[self.by][row]
        wanted[len(coded.names) if value is None else coded.names.index(value)] = 0
        found = np.zeros(self.selection.n_cases, np.int32)
        holds_codes(self.selection.cases, self.selection.ground.offsets, coded.codes, wanted, 1, 1, found)
        return found > 0


def workload(selection: Selection, by: str = "resource", calendar: Calendar | None = None) -> Workload:
    """Work of each value of a column."""
    ground = selection.ground
    coded = ground.coded(by)
    figures = event_figures(selection, coded.codes, coded.width)
    occur = pl.Series(figures[:, EVENTS] > 0)
    rows = selection.rows
    codes, times = coded.codes[rows].astype(np.int64), ground.time[rows]
    frame = pl.DataFrame({"code": codes, "time": times, "activity": ground.activity[rows].astype(np.int64)})
    more = (
        frame.group_by("code")
        .agg(
            active_days=(pl.col("time") // DAY_US).n_unique().cast(pl.Int64),
            activities=pl.col("activity").n_unique().cast(pl.Int64),
            first=pl.col("time").min().cast(pl.Datetime("us", "UTC")),
            last=pl.col("time").max().cast(pl.Datetime("us", "UTC")),
        )
        .sort("code")
    )
    columns: dict[str, pl.Series] = {
        by: pl.Series([*coded.names, None], dtype=pl.String).filter(occur),
        "events": pl.Series(figures[:, EVENTS]).filter(occur),
        "cases": pl.Series(figures[:, CASES]).filter(occur),
    }
    clock = ground.clock(calendar)
    notes: tuple[str, ...] = ()
    if len(clock.starts):
        spent = measure_codes(
            selection.cases, ground.offsets, coded.codes, coded.width, clock.starts, clock.times,
            span=clock.span, ranked=False,
        )  # fmt: skip
        columns["work_mean"] = durations(quotients(spent.sums, spent.numbers), spent.numbers > 0).filter(
            occur
        )
    else:
        notes = (
            told(
                "mining.no_work_time",
                "The log tells no starts, so how long a step takes cannot be shown.",
            ),
        )
    found = pl.DataFrame(columns).hstack(more.drop("code"))
    found = found.with_columns(share=pl.col("events") / max(selection.n_events, 1))
    return Workload(
        found.sort(["events", by], descending=[True, False], nulls_last=True), selection, by, notes=notes
    )
