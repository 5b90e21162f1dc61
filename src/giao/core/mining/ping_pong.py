"""Ping-pong: work that goes from A to B and comes back to A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.ground import Ints, Shorts
from giao.core.mining.kernels.events import go_and_return
from giao.core.mining.result import Result, Tell
from giao.core.mining.selection import Selection
from giao.core.mining.threads import cut_in_parts, run_parts
from giao.core.svg import Markup


@dataclass(frozen=True, eq=False, repr=False)
class PingPong(Result):
    """One row a pair (first, second): how often work went first → second → first, and in how many cases.

    Steps of the same hands after each other are one stay; events whose hands are not known are passed over.
    """

    by: str
    triples: Ints
    """(case, first, second) of each time."""

    def plot(self, tell: Tell = str) -> Markup:
        """The busiest pairs, one bar each."""
        from giao.core.mining.drawing.bars import draw_counts

        named = self.frame.with_columns(pair=pl.col("first") + " ⇄ " + pl.col("second"))
        return draw_counts(named, "pair", "events", tell)

    def _members(self, row: int) -> NDArray[np.bool_]:
        names = self.selection.ground.coded(self.by).names
        one, other = (names.index(self.frame[name][row]) for name in ("first", "second"))
        those = self.triples[(self.triples[:, 1] == one) & (self.triples[:, 2] == other), 0]
        found: NDArray[np.bool_] = np.isin(self.selection.cases, those)
        return found


def ping_pong(selection: Selection, by: str = "resource") -> PingPong:
    """Returns of work between values of a column."""
    ground = selection.ground
    coded = ground.coded(by)
    none = len(coded.names)

    def work(part: Shorts) -> Ints:
        number = go_and_return(part, ground.offsets, coded.codes, none, np.empty((0, 3), np.int64))
        out = np.empty((number, 3), np.int64)
        go_and_return(part, ground.offsets, coded.codes, none, out)
        return out

    triples = np.concatenate(run_parts(cut_in_parts(selection.cases, ground.offsets), work))
    names = pl.Series(coded.names or [""], dtype=pl.String)
    frame = pl.DataFrame({"case": triples[:, 0], "one": triples[:, 1], "other": triples[:, 2]})
    found = frame.group_by("one", "other").agg(
        events=pl.len().cast(pl.Int64), cases=pl.col("case").n_unique().cast(pl.Int64)
    )
    named = found.select(
        first=names.gather(found["one"]), second=names.gather(found["other"]), events="events", cases="cases"
    )
    return PingPong(
        named.sort(["events", "first", "second"], descending=[True, False, False]), selection, by, triples
    )
