"""The dotted chart: every event a point, across is time, down are cases in order of their beginning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.events import spans_of
from giao.core.mining.result import Result, Tell
from giao.core.mining.selection import Selection
from giao.core.svg import Markup
from giao.core.told import told


@dataclass(frozen=True, eq=False, repr=False)
class DottedChart(Result):
    """One row an event: place (of its case, from 0), case, activity, time, since (the case's first event).

    Of more events than asked for, whole cases are taken at even distances; a note says how many.
    """

    def plot(self, tell: Tell = str) -> Markup:
        """The points, coloured by activity."""
        from giao.core.mining.drawing.dotted import draw_dotted

        return draw_dotted(self, tell)

    def _members(self, row: int) -> NDArray[np.bool_]:
        case = self.frame["case"][row]
        ids = self.selection.ground.case_ids.gather(pl.Series(self.selection.cases))
        found: NDArray[np.bool_] = (ids == case).to_numpy()
        return found


def dotted(selection: Selection, most: int = 20_000) -> DottedChart:
    """Points of at most about `most` events."""
    ground = selection.ground
    begun, _ = spans_of(selection, ground.start, ground.time)
    order = np.lexsort((selection.cases, begun))
    notes: tuple[str, ...] = ()
    if selection.n_events > most and selection.n_cases:
        step = -(-selection.n_events // most)
        order = order[::step]
        notes = (
            told(
                "mining.some_cases",
                "{shown} of {n} cases are shown, every {step} by their beginning.",
                shown=len(order),
                n=selection.n_cases,
                step=step,
            ),
        )
    cases = selection.cases[order].astype(np.int64)
    lengths = ground.offsets[cases + 1] - ground.offsets[cases]
    before = np.cumsum(lengths) - lengths
    rows = np.repeat(ground.offsets[cases] - before, lengths) + np.arange(int(lengths.sum()), dtype=np.int64)
    names = pl.Series(ground.activities or [""], dtype=pl.String)
    ids = ground.case_ids.gather(pl.Series(cases))
    place = np.repeat(np.arange(len(cases), dtype=np.int64), lengths)
    frame = pl.DataFrame(
        {
            "place": place,
            "case": ids.gather(pl.Series(place)),
            "activity": names.gather(pl.Series(ground.activity[rows].astype(np.int64))),
            "time": pl.Series(ground.time[rows]).cast(pl.Datetime("us", "UTC")),
            "since": pl.Series(ground.time[rows] - np.repeat(begun[order], lengths)).cast(pl.Duration("us")),
        }
    )
    return DottedChart(frame, selection, notes=notes)
