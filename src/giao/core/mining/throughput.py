"""How long cases take: exact quantiles, mean, and a histogram; from the first event (its start, where told) to the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.mining.events import spans_of
from giao.core.mining.ground import Ints
from giao.core.mining.quantiles import of_values, quotients
from giao.core.mining.result import DURATION, Result, Tell
from giao.core.mining.selection import Selection
from giao.core.mining.shares import shares_of
from giao.core.svg import Markup
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar

BARS = 24
STANDARD = (0, 0.05, 0.25, 0.75, 0.9, 0.95, 0.99, 1)


@dataclass(frozen=True, eq=False, repr=False)
class Throughput(Result):
    """`frame`: one row a quantile (quantile, duration). `histogram`: from, until, cases. `mean` over all cases."""

    mean_us: int | None
    values_us: Ints
    """Duration of each selected case, in their order."""
    business: bool = False

    @cached_property
    def histogram(self) -> pl.DataFrame:
        """Cases by duration, in equal steps from the shortest to the longest."""
        if not len(self.values_us):
            return pl.DataFrame(schema={"from": DURATION, "until": DURATION, "cases": pl.Int64})
        low, high = int(self.values_us.min()), int(self.values_us.max())
        width = max(-(-(high - low + 1) // BARS), 1)
        counts = np.bincount((self.values_us - low) // width, minlength=1).astype(np.int64)
        edges = low + width * np.arange(len(counts) + 1, dtype=np.int64)
        return pl.DataFrame(
            {
                "from": pl.Series(edges[:-1]).cast(DURATION),
                "until": pl.Series(edges[1:]).cast(DURATION),
                "cases": counts,
            }
        )

    def quantile(self, share: float) -> int | None:
        """A quantile in microseconds; None where there is no case."""
        return of_values(self.values_us, [Fraction(str(share))])[0] if len(self.values_us) else None

    def plot(self, tell: Tell = str) -> Markup:
        """The histogram with the median marked."""
        from giao.core.mining.drawing.throughput import draw_throughput

        return draw_throughput(self, tell)

    def _members(self, row: int) -> NDArray[np.bool_]:
        """Cases that take at most the row's quantile."""
        most = self.frame["duration"].dt.total_microseconds()[row]
        found: NDArray[np.bool_] = self.values_us <= most
        return found

    def slower_than(self, microseconds: int) -> list[str]:
        """Ids of the cases that take longer."""
        return self.selection.where(self.values_us > microseconds)


def throughput(
    selection: Selection,
    *,
    percentiles: Sequence[float | str | Fraction] = STANDARD,
    calendar: Calendar | None = None,
) -> Throughput:
    """Case durations of the selected cases, in clock time or in business time of a calendar."""
    clock = selection.ground.clock(calendar)
    begun, ended = spans_of(selection, clock.starts, clock.times)
    values = ended - begun
    shares = shares_of(percentiles)
    empty = not len(values)
    found: list[int | None] = [None] * len(shares) if empty else [*of_values(values, shares)]
    mean = None if empty else int(quotients([_exact_sum(values)], np.array([len(values)], np.int64))[0])
    frame = pl.DataFrame(
        {
            "quantile": [float(share) for share in shares],
            "duration": pl.Series(found, dtype=pl.Int64).cast(DURATION),
        }
    )
    notes = (
        (told("mining.no_cases", "No case is left, so there is nothing to show; widen the filter."),)
        if empty
        else ()
    )
    return Throughput(frame, selection, mean, values, calendar is not None, notes=notes)


def _exact_sum(values: Ints) -> int:
    return int((values >> 32).sum()) * 2**32 + int((values & 0xFFFFFFFF).sum())
