"""Handover of work: who hands a case to whom, by resource, group, role or any attribute of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.ground import Coded
from giao.core.mining.kernels.arcs import mark_cases
from giao.core.mining.map import statistics
from giao.core.mining.pairs import count_pairs, measure_pairs
from giao.core.mining.result import Result, Tell
from giao.core.mining.selection import Selection
from giao.core.mining.shares import shares_of
from giao.core.svg import Markup
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar


@dataclass(frozen=True, eq=False, repr=False)
class Handover(Result):
    """One row a pair of neighbours (source, target, events, cases, `self`: the same hands keep it; times from the
    completion of the one to the completion of the other). Pairs with an unknown side are only counted: `unknown`."""

    by: str
    unknown: int

    def plot(self, tell: Tell = str, *, most: int = 25) -> Markup:
        """A matrix of the busiest hands."""
        from giao.core.mining.drawing.matrix import draw_matrix

        return draw_matrix(self.frame, self.by, tell, most)

    def _members(self, row: int) -> NDArray[np.bool_]:
        coded = self.selection.ground.coded(self.by)
        one, other = (coded.names.index(self.frame[name][row]) for name in ("source", "target"))
        found = np.zeros(self.selection.n_cases, bool)
        mark_cases(
            self.selection.cases, self.selection.ground.offsets, coded.codes, coded.codes, one, other, found
        )
        return found


def handover(
    selection: Selection,
    by: str = "resource",
    *,
    percentiles: Sequence[float | str | Fraction] = (),
    calendar: Calendar | None = None,
    times: bool = True,
) -> Handover:
    """Handovers between the values of a column. `times=False` counts only."""
    ground = selection.ground
    coded: Coded = ground.coded(by)
    shares = shares_of(percentiles)
    pairs = count_pairs(selection.cases, ground.offsets, coded.codes, coded.codes, coded.width)
    none = len(coded.names)
    known = pl.Series((pairs.ones != none) & (pairs.others != none))
    names = pl.Series([*coded.names, None], dtype=pl.String)
    columns: dict[str, pl.Series] = {
        "source": names.gather(pl.Series(pairs.ones)),
        "target": names.gather(pl.Series(pairs.others)),
        "self": pl.Series(pairs.ones == pairs.others),
        "events": pl.Series(pairs.counts),
        "cases": pl.Series(pairs.within),
    }
    if times:
        clock = ground.clock(calendar)
        found = measure_pairs(
            pairs, selection.cases, ground.offsets, clock.times, clock.times, span=clock.span
        )
        columns |= statistics(found, shares)
    whole = pl.DataFrame(columns)
    unknown = int(whole.filter(~known)["events"].sum())
    notes = (
        (
            told(
                "mining.unknown_hands",
                "{n} steps are left out: {by} is not known on one side.",
                n=unknown,
                by=by,
            ),
        )
        if unknown
        else ()
    )
    # Names are sorted, so keys are in their order: a stable sort by count alone.
    frame = whole.filter(known).sort("events", descending=True, maintain_order=True)
    return Handover(frame, selection, by, unknown, notes=notes)
