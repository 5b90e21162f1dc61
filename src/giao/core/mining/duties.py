"""Segregation of duties: cases in which the same hands did two activities that two should do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.map import holding, named
from giao.core.mining.result import Result, Tell
from giao.core.mining.selection import Selection
from giao.core.svg import Markup
from giao.core.told import told


@dataclass(frozen=True, eq=False, repr=False)
class Duties(Result):
    """One row a value of `by` that did both in a case: in how many cases. `both`: cases that hold both activities at
    all; `mixed`: those of them where the same hands did both (each once, however many hands)."""

    one: str
    other: str
    by: str
    both: int
    mixed: int
    found: pl.DataFrame
    """(case, hands), one row each time."""

    def plot(self, tell: Tell = str) -> Markup:
        """Cases of each, one bar each."""
        from giao.core.mining.drawing.bars import draw_counts

        return draw_counts(self.frame, self.by, "cases", tell)

    def mixed_cases(self) -> list[str]:
        """Ids of all cases in which the same hands did both."""
        return self.selection.ids(self.found["case"].unique().sort().to_numpy())

    def _members(self, row: int) -> NDArray[np.bool_]:
        code = self.selection.ground.coded(self.by).names.index(self.frame[self.by][row])
        those = self.found.filter(pl.col("hands") == code)["case"].to_numpy()
        held: NDArray[np.bool_] = np.isin(self.selection.cases, those)
        return held


def duties(selection: Selection, one: str, other: str, by: str = "resource") -> Duties:
    """Who did both activities in one case. An activity against itself: who did it twice."""
    ground = selection.ground
    coded = ground.coded(by)
    codes = named(selection, one), named(selection, other)
    rows = selection.rows
    acts = ground.activity[rows]
    there = np.isin(acts, codes) & (coded.codes[rows] != len(coded.names))
    frame = pl.DataFrame(
        {
            "case": selection.case_of_rows[there],
            "hands": coded.codes[rows][there].astype(np.int64),
            "activity": acts[there].astype(np.int64),
        }
    )
    needed = pl.len() >= 2 if one == other else pl.col("activity").n_unique() == 2
    found = frame.group_by("case", "hands").agg(mixed=needed).filter("mixed").select("case", "hands")
    counts = found.group_by("hands").agg(cases=pl.len().cast(pl.Int64))
    names = pl.Series(coded.names or [""], dtype=pl.String)
    shown = pl.DataFrame({by: names.gather(counts["hands"]), "cases": counts["cases"]})
    least = 2 if one == other else 1
    both = holding(selection, [one, other], least=least, how="all")
    unknown = int((np.isin(acts, codes) & (coded.codes[rows] == len(coded.names))).sum())
    notes = (
        (told("mining.unknown_duties", "{n} events are left out: {by} is not known.", n=unknown, by=by),)
        if unknown
        else ()
    )
    return Duties(
        shown.sort(["cases", by], descending=[True, False]), selection, one, other, by,
        int(both.sum()), found["case"].n_unique(), found, notes=notes,
    )  # fmt: skip
