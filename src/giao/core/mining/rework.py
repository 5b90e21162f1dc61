"""Rework: activities that a case does again, and those that follow themselves directly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.events import event_figures
from giao.core.mining.kernels.arcs import mark_cases
from giao.core.mining.kernels.events import AGAIN, AGAIN_CASES, CASES, EVENTS, LOOP_CASES, LOOPS
from giao.core.mining.map import holding
from giao.core.mining.result import Result, Tell
from giao.core.mining.selection import Selection
from giao.core.svg import Markup


@dataclass(frozen=True, eq=False, repr=False)
class Rework(Result):
    """One row an activity, most reworked first: cases that do it at least twice (`rework_cases`, `share` of those that
    do it at all), events beyond the first of a case (`repeats`), and of these the direct ones (`self_loops`)."""

    def plot(self, tell: Tell = str) -> Markup:
        """Share of cases with rework, an activity a bar."""
        from giao.core.mining.drawing.bars import draw_shares

        return draw_shares(self.frame, "activity", "share", tell)

    def _members(self, row: int) -> NDArray[np.bool_]:
        """Cases that do the row's activity at least twice."""
        return holding(self.selection, [self.frame["activity"][row]], least=2)

    def loop_cases(self, row: int) -> list[str]:
        """Ids of the cases in which the row's activity follows itself directly."""
        ground = self.selection.ground
        code = ground.activities.index(self.frame["activity"][row])
        found = np.zeros(self.selection.n_cases, bool)
        mark_cases(self.selection.cases, ground.offsets, ground.activity, ground.activity, code, code, found)
        return self.selection.where(found)


def rework(selection: Selection) -> Rework:
    """Rework of each activity that occurs."""
    ground = selection.ground
    figures = event_figures(selection, ground.activity, max(len(ground.activities), 1))
    occur = figures[:, EVENTS] > 0
    names = pl.Series(ground.activities or [""], dtype=pl.String)
    columns = {
        "cases": CASES,
        "rework_cases": AGAIN_CASES,
        "repeats": AGAIN,
        "self_loops": LOOPS,
        "self_loop_cases": LOOP_CASES,
    }
    frame = pl.DataFrame(
        {"activity": names.filter(pl.Series(occur))}
        | {name: figures[occur, at] for name, at in columns.items()}
    ).with_columns(share=pl.col("rework_cases") / pl.col("cases"))
    order = ["rework_cases", "repeats", "activity"]
    return Rework(frame.sort(order, descending=[True, True, False]), selection)
