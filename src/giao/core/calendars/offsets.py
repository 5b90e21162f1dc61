"""A zone's offsets from UTC as a table of regimes, and the way from wall time to instants.

A wall time is microseconds of the local clock since 1970-01-01T00:00 on that clock. Between two changes of offset (a
*regime*) wall and instant differ by a constant, so every question about DST becomes a clip against a few regimes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Instants = npt.NDArray[np.int64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR_PAST = -(2**60)
FAR_FUTURE = 2**60


def _offset_at(zone: ZoneInfo, second: int) -> int:
    moment = (EPOCH + timedelta(seconds=second)).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None  # a ZoneInfo always knows its offset
    return round(offset.total_seconds())


@lru_cache(maxsize=8192)
def _changes_in_year(key: str, year: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Offset (s) at the year's first UTC instant, and the (second, new offset) of its changes."""
    zone = ZoneInfo(key)
    start = (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
    end = (datetime(year + 1, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
    offset = first = _offset_at(zone, start)
    changes = []
    # A probe a day finds every change: no zone of the IANA database has two of them within 6 days.
    for later in range(start + 86_400, end + 86_400, 86_400):
        later = min(later, end)
        new = _offset_at(zone, later)
        if new != offset:
            known, changed = later - 86_400, later
            while changed - known > 1:
                middle = (known + changed) // 2
                if _offset_at(zone, middle) == offset:
                    known = middle
                else:
                    changed = middle
            # A change in the first second of the next year belongs to it, as its first offset.
            if changed < end:
                changes.append((changed, new))
            offset = new
    return first, tuple(changes)


@dataclass(frozen=True, slots=True)
class Regimes:
    """Spans of constant offset, in order: regime i holds from `starts[i]` up to `ends[i]` (UTC microseconds).

    The first starts in the far past and the last ends in the far future: a caller must stay within the years asked for.
    """

    starts: Instants
    ends: Instants
    offsets: Instants

    def wall(self, instants: Instants) -> Instants:
        """Wall times of instants."""
        found = np.searchsorted(self.starts, instants, side="right") - 1
        return np.asarray(instants + self.offsets[found], dtype=np.int64)

    def wall_of(self, instant: int) -> int:
        """Wall time of one instant."""
        found = int(np.searchsorted(self.starts, instant, side="right")) - 1
        return instant + int(self.offsets[found])

    def first_instant(self, walls: Instants) -> Instants:
        """The first instant at which the wall clock reads this time or later (PEP 495 fold=0; a gap: its end)."""
        reached = np.maximum.accumulate(self.ends + self.offsets)
        found = np.searchsorted(reached, walls, side="right")
        return np.asarray(np.maximum(self.starts[found], walls - self.offsets[found]), dtype=np.int64)

    def last_instant(self, walls: Instants) -> Instants:
        """The last instant at which the wall clock reads this time or earlier (fold=1; a gap: just before it)."""
        begun = np.minimum.accumulate((self.starts + self.offsets)[::-1])[::-1]
        found = np.searchsorted(begun, walls, side="right") - 1
        return np.asarray(np.minimum(self.ends[found] - 1, walls - self.offsets[found]), dtype=np.int64)

    def pieces(self, starts: Instants, ends: Instants) -> tuple[Instants, Instants, Instants]:
        """Every instant whose wall time lies in [start, end): (index of the wall span, opens, closes), by index.

        A wall time that the clock skips gives nothing, one that it shows twice gives both passes. `starts` must be
        sorted and no span longer than 2 days.
        """
        parts: list[tuple[Instants, Instants, Instants]] = []
        for begun, ended, offset in zip(self.starts, self.ends, self.offsets, strict=True):
            near, far = np.searchsorted(starts, (begun + offset - 2 * DAY, ended + offset))
            low = np.maximum(starts[near:far], begun + offset)
            high = np.minimum(ends[near:far], ended + offset)
            index = np.flatnonzero(low < high)
            if len(index):
                parts.append((index + near, low[index] - offset, high[index] - offset))
        if not parts:
            empty = np.empty(0, dtype=np.int64)
            return empty, empty, empty
        index, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((low, index))
        return index[order], low[order], high[order]


@lru_cache(maxsize=512)
def regimes(key: str, first_year: int, last_year: int) -> Regimes:
    """The regimes of a zone over whole UTC years (2 to 9998), both included."""
    starts, offsets = [FAR_PAST], [_changes_in_year(key, first_year)[0]]
    for second, offset in _all_changes(key, range(first_year, last_year + 1)):
        if offset != offsets[-1]:
            starts.append(second * SECOND)
            offsets.append(offset)
    return Regimes(
        starts=np.array(starts, dtype=np.int64),
        ends=np.array([*starts[1:], FAR_FUTURE], dtype=np.int64),
        offsets=np.array(offsets, dtype=np.int64) * SECOND,
    )


def _all_changes(key: str, years: Iterable[int]) -> Iterable[tuple[int, int]]:
    for year in years:
        start = (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
        first, changes = _changes_in_year(key, year)
        yield start, first
        yield from changes
