"""Something that holds of each case from one instant to the next (who holds it, whether it is in hand), as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

UNTOLD = 0
"""The value before the first change of a case."""


@dataclass(frozen=True)
class Course:
    """Changes in order of case and time: from `times[i]` on `values[i]` holds of its case, before its first one UNTOLD.

    `first`: the changes of case c are first[c] .. first[c + 1].
    """

    first: Ints
    times: Ints
    values: Ints

    @property
    def cases(self) -> Ints:
        """The case of each change."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int64), np.diff(self.first))

    def ends(self, last: int) -> Ints:
        """Where each change is followed by the next one of its case, or else `last`."""
        found = np.append(self.times[1:], last)
        found[self.first[1:][np.diff(self.first) > 0] - 1] = last
        return found


def course_of(offsets: Ints, times: Ints, rows: Ints, values: Ints) -> Course:
    """From the events (rows of the log, in order) that say what holds from then on.

    Of several at one instant the last in log order holds; what changes nothing is left out.
    """
    cases = np.searchsorted(offsets, rows, side="right") - 1
    at = times[rows]
    if len(rows):
        last = np.append((cases[1:] != cases[:-1]) | (at[1:] != at[:-1]), True)
        cases, at, values = cases[last], at[last], values[last]
        first = np.append(True, cases[1:] != cases[:-1])
        changed = first | np.append(True, values[1:] != values[:-1])
        changed &= ~(first & (values == UNTOLD))
        cases, at, values = cases[changed], at[changed], values[changed]
    counts = np.bincount(cases, minlength=len(offsets) - 1) if len(offsets) > 1 else np.empty(0, np.int64)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Course(starts, at.astype(np.int64), values.astype(np.int64))


@dataclass(frozen=True)
class Pieces:
    """Stretches cut where the course changes: `owner` is the stretch that it was cut from; none is empty."""

    owner: Ints
    start: Ints
    end: Ints
    value: Ints


def cut(course: Course, cases: Ints, starts: Ints, ends: Ints) -> Pieces:
    """Cut stretches [start, end) of cases where the course changes inside them. In order of stretch and time."""
    some = np.flatnonzero(starts < ends)
    cases, starts, ends = cases[some], starts[some], ends[some]
    # A rank for each instant makes (case, instant) one whole number, so that one search finds all places.
    instants = np.unique(np.concatenate([course.times, starts, ends]))
    width = len(instants) + 1
    keys = course.cases * width + np.searchsorted(instants, course.times)
    low = np.searchsorted(keys, cases * width + np.searchsorted(instants, starts), side="right")
    high = np.searchsorted(keys, cases * width + np.searchsorted(instants, ends), side="left")
    counts = high - low + 1
    owner = np.repeat(np.arange(len(some)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    before = low[owner] + place - 1  # the change that holds in the piece
    told = before >= course.first[cases[owner]]
    padded_times, padded_values = np.append(course.times, 0), np.append(course.values, UNTOLD)
    begin = np.where(place == 0, starts[owner], padded_times[before])
    after = np.minimum(before + 1, len(course.times))
    finish = np.where(place == counts[owner] - 1, ends[owner], padded_times[after])
    value = np.where(told, padded_values[before], UNTOLD)
    return Pieces(some[owner].astype(np.int64), begin, finish, value)


def at(course: Course, cases: Ints, instants: Ints) -> Ints:
    """What holds of each case at an instant (from that instant on)."""
    if not len(instants):
        return np.empty(0, dtype=np.int64)
    found = cut(course, cases, instants, instants + 1)
    # one microsecond has one piece: instants are whole
    return found.value
