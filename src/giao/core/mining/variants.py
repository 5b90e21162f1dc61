"""Variants: the different sequences of activities, how many cases took each, and how long these took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.errors import MiningError
from giao.core.mining.events import spans_of
from giao.core.mining.ground import Ints, Shorts
from giao.core.mining.quantiles import of_groups, quotients
from giao.core.mining.result import Result, Tell, durations, quantile_name
from giao.core.mining.selection import Selection
from giao.core.mining.shares import shares_of
from giao.core.svg import Markup
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar
    from giao.core.mining.variant_diff import Difference


@dataclass(frozen=True, eq=False, repr=False)
class Variants(Result):
    """One row a variant, the commonest first: number (of the whole log, so it stays under case filters), cases, share,
    events, mean, median, activities (the sequence)."""

    business: bool = False

    @property
    def total(self) -> int:
        """Cases of all variants."""
        return self.selection.n_cases

    def coverage(self, top: int) -> Fraction:
        """Share of the cases that the commonest `top` variants hold."""
        if not self.total:
            return Fraction(0)
        return Fraction(int(self.frame["cases"].head(top).sum()), self.total)

    def compare(self, one: int, other: int) -> Difference:
        """Two rows of `frame` beside each other, aligned with as few gaps as can be."""
        from giao.core.mining.variant_diff import difference

        for row in (one, other):
            if not 0 <= row < self.frame.height:
                raise MiningError(
                    told(
                        "mining.no_variant",
                        "there is no variant {row}; there are {n}",
                        row=row,
                        n=self.frame.height,
                    )
                )
        return difference(self.frame["activities"][one].to_list(), self.frame["activities"][other].to_list())

    def plot(self, tell: Tell = str, *, top: int = 20) -> Markup:
        """The commonest variants as rows of steps with their share."""
        from giao.core.mining.drawing.variants import draw_variants

        return draw_variants(self, tell, top)

    @cached_property
    def _numbers(self) -> Ints:
        found: Ints = self.frame["number"].to_numpy()
        return found

    def _members(self, row: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.selection.ground.ways.ids[self.selection.cases] == self._numbers[row]
        return found


def variants(
    selection: Selection,
    *,
    percentiles: Sequence[float | str | Fraction] = (),
    calendar: Calendar | None = None,
    top: int | None = None,
    times: bool = True,
) -> Variants:
    """The variants of the selected cases; `top` keeps the commonest only. `times=False` counts only."""
    ground = selection.ground
    ids = ground.ways.ids[selection.cases] if selection.n_cases < len(ground.offsets) - 1 else ground.ways.ids
    counts = np.bincount(ids, minlength=len(ground.ways.cases)).astype(np.int64)
    # Numbers already fall by count in the whole log; among a filter's cases they may not.
    order = np.argsort(-counts, kind="stable")
    order = order[: int(np.count_nonzero(counts))]
    if top is not None:
        order = order[:top]
    firsts = ground.ways.cases[order]
    lengths = ground.offsets[firsts + 1] - ground.offsets[firsts]
    total = max(selection.n_cases, 1)
    columns: dict[str, pl.Series | NDArray[np.int64]] = {
        "number": order.astype(np.int64),
        "cases": counts[order],
        "share": pl.Series(counts[order] / total),
        "events": lengths,
    }
    if times:
        columns |= _times(selection, ids, order, len(counts), shares_of(percentiles), calendar)
    columns["activities"] = sequences(ground.activity, ground.offsets, firsts, ground.activities)
    return Variants(pl.DataFrame(columns), selection, calendar is not None)


def _times(
    selection: Selection,
    ids: Shorts,
    order: Ints,
    number: int,
    shares: Sequence[Fraction],
    calendar: Calendar | None,
) -> dict[str, pl.Series]:
    clock = selection.ground.clock(calendar)
    begun, ended = spans_of(selection, clock.starts, clock.times)
    counts, sums, found = of_groups(ids, ended - begun, number, shares)
    there = counts[order] > 0
    columns = {"mean": durations(quotients([sums[n] for n in order], counts[order]), there)}
    for share, values in zip(shares, found, strict=True):
        columns[quantile_name(share)] = durations(values[order], there)
    return columns


def sequences(
    codes: NDArray[np.unsignedinteger], offsets: Ints, cases: Ints, names: Sequence[str]
) -> pl.Series:
    """The activities of some cases, a list each."""
    lengths = offsets[cases + 1] - offsets[cases]
    before = np.cumsum(lengths) - lengths
    rows = np.repeat(offsets[cases] - before, lengths) + np.arange(int(lengths.sum()), dtype=np.int64)
    words = pl.Series("activities", list(names) or [""], dtype=pl.String)
    flat = words.gather(pl.Series(codes[rows].astype(np.int64)))
    places = pl.Series(np.repeat(np.arange(len(cases)), lengths))
    frame = pl.DataFrame({"place": places, "activities": flat})
    return frame.group_by("place", maintain_order=True).agg("activities")["activities"]
