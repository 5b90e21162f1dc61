"""Bottlenecks: before which step cases wait, for whom, how long, and how surely.

Waiting is from the completion before to the start of the step; where the log tells no starts, to its completion (then it
holds the work too, and a note says so). `low` and `high` bound the median with 95% confidence from the ranks of the
durations alone (no shape is assumed); where there are too few for that, they are null.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.ground import Coded, Ints, fixed, same_width
from giao.core.mining.kernels.arcs import mark_cases
from giao.core.mining.map import statistics
from giao.core.mining.pairs import Measured, count_pairs, measure_pairs
from giao.core.mining.result import Result, Tell, durations
from giao.core.mining.selection import Selection
from giao.core.mining.shares import shares_of
from giao.core.svg import Markup
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar

SURELY = 1.959963984540054
"""Standard deviations of a normal value that hold 95%."""

EXACTLY = 500
"""Up to so many durations the ranks are counted, not approximated."""

FEWEST = 6
"""Of fewer durations no two bound the median with 95%."""


@dataclass(frozen=True, eq=False, repr=False)
class Bottlenecks(Result):
    """One row a (source, target), or a (activity, value of `by`); most waiting in all first.

    waits, mean, median, low, high over all durations, overlaps (negative ones) included; waited_s: seconds of all waiting
    together, with its `share`; overlaps and overlapped_s: how often and how long the step began before the one before it
    had ended, never set off against waiting.
    """

    by: str | None
    business: bool = False

    def plot(self, tell: Tell = str) -> Markup:
        """Share of all waiting, one bar each."""
        from giao.core.mining.drawing.bars import draw_shares

        pair = ("source", "target") if self.by is None else ("activity", self.by)
        named = self.frame.with_columns(where=pl.col(pair[0]) + " → " + pl.col(pair[1]).fill_null("–"))
        return draw_shares(named, "where", "share", tell)

    def _members(self, row: int) -> NDArray[np.bool_]:
        ground = self.selection.ground
        left, right, names = _columns(self.selection, self.by)
        first, second = ("source", "target") if self.by is None else ("activity", self.by)
        one = ground.activities.index(self.frame[first][row])
        value = self.frame[second][row]
        other = len(names.names) if value is None else names.names.index(value)
        found = np.zeros(self.selection.n_cases, bool)
        mark_cases(self.selection.cases, ground.offsets, left, right, one, other, found)
        return found


def bottlenecks(
    selection: Selection,
    by: str | None = None,
    *,
    calendar: Calendar | None = None,
    percentiles: Sequence[float | str | Fraction] = (0.95,),
) -> Bottlenecks:
    """Waiting before each step: by the pair of activities, or by activity and whom it waits for."""
    ground = selection.ground
    clock = ground.clock(calendar)
    left, right, names = _columns(selection, by)
    lefts = max(len(ground.activities), 1)
    pairs = count_pairs(selection.cases, ground.offsets, left, right, names.width, left_width=lefts)
    told_starts = len(clock.starts) > 0
    until = clock.starts if told_starts else clock.times
    found = measure_pairs(
        pairs, selection.cases, ground.offsets, clock.times, until, span=clock.span, left_width=lefts
    )
    first, second = ("source", "target") if by is None else ("activity", by)
    overlaps = found.negative_sums
    waited = [total - back for total, back in zip(found.sums, overlaps, strict=True)]
    whole = sum(waited)
    columns = {
        first: pl.Series(ground.activities or [""], dtype=pl.String).gather(pl.Series(pairs.ones)),
        second: pl.Series([*names.names, None], dtype=pl.String).gather(pl.Series(pairs.others)),
        "waits": pl.Series(found.numbers),
        "cases": pl.Series(pairs.within),
        **statistics(found, shares_of(percentiles)),
        **_bounds(found),
        "waited_s": pl.Series([total / 1_000_000 for total in waited], dtype=pl.Float64),
        "share": pl.Series([total / whole if whole else None for total in waited], dtype=pl.Float64),
        "overlaps": pl.Series(found.negatives),
        "overlapped_s": pl.Series([-total / 1_000_000 for total in overlaps], dtype=pl.Float64),
    }
    frame = pl.DataFrame(columns).filter(pl.col("waits") > 0)
    order = ["waited_s", "waits", first, second]
    notes = (
        ()
        if told_starts
        else (
            told(
                "mining.waits_hold_work",
                "The log tells no starts: waiting here runs to the completion of the next step and holds its work.",
            ),
        )
    )
    ordered = frame.sort(order, descending=[True, True, False, False], nulls_last=True)
    return Bottlenecks(ordered, selection, by, calendar is not None, notes=notes)


def _columns(
    selection: Selection, by: str | None
) -> tuple[NDArray[np.unsignedinteger], NDArray[np.unsignedinteger], Coded]:
    """Codes so that the pair (left[i], right[i + 1]) is (activity before, activity) or (activity, whom it waits for)."""
    ground = selection.ground
    if by is None:
        return ground.activity, ground.activity, Coded(ground.activity, ground.activities)
    coded = ground.coded(by)
    one, other = same_width(ground.activity, coded.codes)
    ahead = np.empty_like(one)
    ahead[:-1], ahead[-1:] = one[1:], one[-1:]
    return fixed(ahead), other, coded


def _bounds(found: Measured) -> dict[str, pl.Series]:
    """Durations at the ranks that bound the median."""
    numbers: Ints = found.numbers
    enough = numbers >= FEWEST
    low = np.array([lowest_rank(n) if n >= FEWEST else 0 for n in numbers.tolist()], np.int64)
    high = np.maximum(numbers - 1 - low, 0)
    values = found.at_ranks(np.stack([low, high], axis=1)) if len(numbers) else np.empty((0, 2), np.int64)
    return {"low": durations(values[:, 0], enough), "high": durations(values[:, 1], enough)}


@lru_cache(maxsize=4096)
def lowest_rank(number: int) -> int:
    """The rank (from 0) so that it and its mirror hold the median with at least 95%: the largest d of which a fair coin
    falls heads at most d times in `number` throws with at most 2.5%. Of many throws by the normal approximation."""
    if number > EXACTLY:
        return math.floor((number - 1 - SURELY * math.sqrt(number)) / 2)
    total, found = 0, 0
    for heads in range(number):
        total += math.comb(number, heads)
        if 40 * total > 2**number:
            break
        found = heads
    return found
