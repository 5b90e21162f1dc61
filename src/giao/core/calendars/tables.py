"""Open time as a cumulative function: prefix sums over sorted intervals, and slots that find an interval at once.

`F(t)` is the open time from the table's beginning to t. Everything follows: `between(a, b) = F(b) - F(a)`, and
`add(a, d)` is the smallest x with `F(x) = F(a) + d`. Only differences of F within one table mean anything.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from giao.core.calendars.intervals import Intervals
from giao.core.calendars.offsets import FAR_FUTURE, FAR_PAST, Instants

BEYOND = 2**63 - 1
"""What `reach` answers when the budget is not used up within the table."""

KernelTables = tuple[
    Instants, Instants, Instants, npt.NDArray[np.int32], npt.NDArray[np.int32], int, int, int, int
]
"""(opens, closes, before, slots, reach slots, shift, reach shift, low, high): what compiled code reads."""


@dataclass(frozen=True, slots=True)
class OpenTable:
    """Open intervals within [low, high] and their prefix sums: `before[i]` is the open time before interval i."""

    low: int
    high: int
    opens: Instants
    closes: Instants
    before: Instants
    open_list: list[int]
    close_list: list[int]
    before_list: list[int]
    kernel: KernelTables

    @property
    def total(self) -> int:
        """Open time of the whole table."""
        return self.before_list[-1]

    def opened_before(self, moment: int) -> int:
        """Open time from the table's beginning to an instant in [low, high]."""
        found = bisect_right(self.open_list, moment) - 1
        if found < 0:
            return 0
        return self.before_list[found] + min(moment, self.close_list[found]) - self.open_list[found]

    def opened_before_many(self, moments: Instants) -> Instants:
        """The same for many instants."""
        if not len(self.opens):
            return np.zeros(len(moments), dtype=np.int64)
        found = np.searchsorted(self.opens, moments, side="right") - 1
        at = np.maximum(found, 0)
        inside = np.minimum(moments, self.closes[at]) - self.opens[at]
        return np.where(found < 0, 0, self.before[at] + inside)

    def reach(self, target: int) -> int:
        """The first instant x with F(x) = target, for 0 < target <= total."""
        found = bisect_left(self.before_list, target) - 1
        return self.open_list[found] + target - self.before_list[found]

    def reach_many(self, targets: Instants) -> Instants:
        """The same for many targets."""
        found = np.searchsorted(self.before, targets, side="left") - 1
        return np.asarray(self.opens[found] + targets - self.before[found], dtype=np.int64)


def build_open_table(intervals: Intervals, low: int, high: int) -> OpenTable:
    """A table over sorted, disjoint intervals within [low, high]."""
    opens, closes = (np.ascontiguousarray(side, dtype=np.int64) for side in intervals)
    before = np.concatenate(([0], np.cumsum(closes - opens))).astype(np.int64)
    for column in (opens, closes, before):
        column.flags.writeable = False
    return OpenTable(
        low=low,
        high=high,
        opens=opens,
        closes=closes,
        before=before,
        open_list=opens.tolist(),
        close_list=closes.tolist(),
        before_list=before.tolist(),
        kernel=_build_kernel_tables(opens, closes, before, low, high),
    )


def always_table() -> OpenTable:
    """One interval over all representable time: between(a, b) = b - a, add(a, d) = a + d."""
    intervals = (np.array([FAR_PAST], dtype=np.int64), np.array([FAR_FUTURE], dtype=np.int64))
    return build_open_table(intervals, FAR_PAST, FAR_FUTURE)


def _build_kernel_tables(
    opens: Instants, closes: Instants, before: Instants, low: int, high: int
) -> KernelTables:
    """Slots cut [low, high] into equal spans of 2**shift; each knows the first interval that ends after its start.

    An interval past the end closes the arrays, so that a search always stops.
    """
    shift = _choose_shift(high - low, len(opens))
    starts = low + (np.arange(((high - low) >> shift) + 1, dtype=np.int64) << shift)
    slots = np.searchsorted(closes, starts, side="right").astype(np.int32)
    total = int(before[-1])
    reach_shift = _choose_shift(total, len(opens))
    levels = np.arange((total >> reach_shift) + 1, dtype=np.int64) << reach_shift
    reach_slots = np.maximum(np.searchsorted(before, levels, side="right") - 1, 0).astype(np.int32)
    sealed_opens = np.append(opens, BEYOND)
    sealed_closes = np.append(closes, BEYOND)
    for column in (sealed_opens, sealed_closes, slots, reach_slots):
        column.flags.writeable = False
    return sealed_opens, sealed_closes, before, slots, reach_slots, shift, reach_shift, low, high


def _choose_shift(span: int, intervals: int) -> int:
    """The slot width 2**shift that gives about three slots an interval."""
    return max((span // (3 * max(intervals, 1))).bit_length(), 1)
