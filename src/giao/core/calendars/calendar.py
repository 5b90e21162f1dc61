"""The compiled calendar: how long, until when, for one instant or for millions."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import numpy as np
import numpy.typing as npt

from giao.core.calendars.business_days import DayTable
from giao.core.calendars.days import plan_day, terms_on
from giao.core.calendars.errors import HorizonError
from giao.core.calendars.horizon import GrowingHorizon
from giao.core.calendars.layout import Entry, day_number
from giao.core.calendars.offsets import EPOCH, FAR_FUTURE, Instants
from giao.core.calendars.spec import CalendarSpec, read_time_of_day
from giao.core.calendars.tables import BEYOND, KernelTables, OpenTable
from giao.core.told import told

_FEW = 4096
"""Up to this many rows NumPy answers before numba would be loaded."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Calendar:
    """Business time of one calendar. Instants and durations are integer microseconds, instants in UTC since 1970.

    Immutable and safe to share between threads. A question past the compiled horizon extends it, or raises
    HorizonError where open time cannot be known (no holiday data, or never open again).
    """

    name: str
    spec: CalendarSpec
    spec_hash: str
    book: Mapping[str, Entry]
    specs: Mapping[str, CalendarSpec]
    _horizon: GrowingHorizon

    def __repr__(self) -> str:
        layout = self._horizon.present.layout
        return f"<Calendar {self.name!r} in {self.zone}, {layout.first} to {layout.last}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and (self.name, self.spec_hash) == (other.name, other.spec_hash)

    def __hash__(self) -> int:
        return hash((self.name, self.spec_hash))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.name, dict(self.specs), *self._horizon.asked)

    @property
    def zone(self) -> str:
        """The IANA zone whose days it counts."""
        return self.book[self.name].zone

    @property
    def opens(self) -> Instants:
        """Openings within the present horizon, sorted (read-only)."""
        return self._horizon.present.table.opens

    @property
    def closes(self) -> Instants:
        """The closing of each opening, disjoint and not touching (read-only)."""
        return self._horizon.present.table.closes

    @property
    def horizon(self) -> tuple[int, int]:
        """The instants within which tables answer now. Further questions extend it."""
        table = self._horizon.present.table
        return table.low, table.high

    # How long, and until when

    def between(self, start: int, end: int) -> int:
        """Open time in [start, end). Raises ValueError when end is before start."""
        if end < start:
            raise ValueError(_backwards(start, end))
        table = self._horizon.covering(start, end).table
        return table.opened_before(end) - table.opened_before(start)

    def add(self, start: int, duration: int) -> int:
        """The earliest instant x >= start with between(start, x) == duration.

        A budget that ends with the day ends at closing time, not at the next opening; 0 gives `start` itself.
        """
        if duration < 0:
            raise ValueError(f"A duration of {duration} microseconds is negative; a budget counts forward.")
        if duration == 0:
            return start
        table = self._horizon.budgeting(start, start, duration).table
        return table.reach(table.opened_before(start) + duration)

    def between_many(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> Instants:
        """`between` of each pair (one of them may be a single instant)."""
        begun, ended = _read_pairs(starts, ends)
        if not len(begun):
            return np.empty(0, dtype=np.int64)
        _check_forward(begun, ended)
        table = self._horizon.covering(int(begun.min()), int(ended.max())).table
        if _use_numpy(len(begun)):
            return table.opened_before_many(ended) - table.opened_before_many(begun)
        from giao.core.calendars.kernel import between_pairs

        return between_pairs(table.kernel, begun, ended)

    def add_many(self, starts: npt.ArrayLike, durations: npt.ArrayLike) -> Instants:
        """`add` of each pair (one of them may be a single value)."""
        begun, wanted = _read_pairs(starts, durations)
        if not len(begun):
            return np.empty(0, dtype=np.int64)
        if np.any(wanted < 0):
            row = int(np.argmax(wanted < 0))
            raise ValueError(
                f"Row {row}: a duration of {wanted[row]} microseconds is negative; budgets count forward."
            )
        if (longest := int(wanted.max())) > FAR_FUTURE:
            raise HorizonError(
                told(
                    "calendar.endless",
                    "Calendar {name!r}: a budget of {duration} microseconds never ends; check its unit.",
                    name=self.name,
                    duration=longest,
                )
            )
        table = self._horizon.covering(int(begun.min()), int(begun.max())).table
        if not _use_numpy(len(begun)):
            from giao.core.calendars.kernel import reach_pairs

            result = reach_pairs(table.kernel, begun, wanted)
            if not np.any(result == BEYOND):
                return result
            return reach_pairs(self._budgeting_rows(table, begun, wanted).kernel, begun, wanted)
        table = self._budgeting_rows(table, begun, wanted)
        result, some = begun.copy(), wanted > 0
        result[some] = table.reach_many(table.opened_before_many(begun[some]) + wanted[some])
        return result

    def _budgeting_rows(self, table: OpenTable, begun: Instants, wanted: Instants) -> OpenTable:
        """A table in which every row's budget is used up."""
        # Not the longest budget from the latest start: that could ask for years that no row needs.
        late = int(np.argmax(table.opened_before_many(begun) + wanted))
        self._horizon.budgeting(int(begun[late]), int(begun[late]), int(wanted[late]))
        return self._horizon.covering(int(begun.min()), int(begun.max())).table

    # Business days

    def business_day_due(
        self, received: int, days: int, cut_off: time | str | int | None = None, same_time: bool = False
    ) -> int:
        """The closing of the n-th business day after the day of receipt (see `giao.core.calendars.business_days`).

        `cut_off` is a local time of day and replaces the calendar's own; `same_time` gives the wall time of receipt
        on that day instead of its closing.
        """
        if same_time:
            return int(self.business_day_due_many([received], days, cut_off, same_time=True)[0])
        cut = read_time_of_day(cut_off)
        _check_count(days)
        table = self._horizon.reaching_day(
            received, received, lambda table: table.day_of_receipt(received) + days, cut
        )
        return table.closing_list[table.day_of_receipt(received) + days]

    def business_day_due_many(
        self,
        received: npt.ArrayLike,
        days: npt.ArrayLike,
        cut_off: time | str | int | None = None,
        same_time: bool = False,
    ) -> Instants:
        """`business_day_due` of each pair."""
        moments, counts = _read_pairs(received, days)
        if not len(moments):
            return np.empty(0, dtype=np.int64)
        _check_count(int(counts.min()))
        cut = read_time_of_day(cut_off)

        def furthest(table: DayTable) -> int:
            return int((np.searchsorted(table.limits, moments, side="left") + counts).max())

        table = self._horizon.reaching_day(int(moments.min()), int(moments.max()), furthest, cut)
        begun = np.searchsorted(table.limits, moments, side="left")
        due = begun + counts
        return table.same_time(moments, begun, due) if same_time else table.closings[due]

    def business_days_between(self, start: int, end: int, cut_off: time | str | int | None = None) -> int:
        """The largest n with business_day_due(start, n) <= end; 0 when not even day 0 has closed by then.

        So a case received at `start` is older than 10 business days at `end` when it is past the due of day 10.
        """
        if end < start:
            raise ValueError(_backwards(start, end))
        cut = read_time_of_day(cut_off)
        horizon = self._horizon.covering_days(start, end)
        table = horizon.days(cut)
        return max(table.closed_by(end) - table.day_of_receipt(start), 0)

    def business_days_between_many(
        self, starts: npt.ArrayLike, ends: npt.ArrayLike, cut_off: time | str | int | None = None
    ) -> Instants:
        """`business_days_between` of each pair."""
        begun, ended = _read_pairs(starts, ends)
        if not len(begun):
            return np.empty(0, dtype=np.int64)
        _check_forward(begun, ended)
        cut = read_time_of_day(cut_off)
        table = self._horizon.covering_days(int(begun.min()), int(ended.max())).days(cut)
        closed = np.searchsorted(table.closings, ended, side="right") - 1
        return np.asarray(
            np.maximum(closed - np.searchsorted(table.limits, begun, side="left"), 0), dtype=np.int64
        )

    def business_days(self, first: date, last: date) -> list[date]:
        """The business days among the local days from first to last, both included."""
        known = self._horizon.laid_out(first, last).days(None).days
        low, high = day_number(first), day_number(last)
        return [
            date.fromordinal(int(day) + EPOCH.toordinal()) for day in known[(known >= low) & (known <= high)]
        ]

    # For explanations and drawing

    def is_open(self, moment: int) -> bool:
        """Whether an instant is within open time (a closing instant is not)."""
        table = self._horizon.covering(moment, moment).table
        found = bisect_right(table.open_list, moment) - 1
        return found >= 0 and moment < table.close_list[found]

    def open_intervals(self, start: int, end: int) -> list[tuple[int, int]]:
        """The open intervals within [start, end), cut to it, in order."""
        if end < start:
            raise ValueError(_backwards(start, end))
        table = self._horizon.covering(start, end).table
        first = bisect_right(table.close_list, start)
        found = []
        for opened, closed in zip(table.open_list[first:], table.close_list[first:], strict=True):
            if opened >= end:
                break
            if max(opened, start) < min(closed, end):
                found.append((max(opened, start), min(closed, end)))
        return found

    def why_closed(self, day: date) -> str | None:
        """Why a local day has no open time, in a few words; None for a business day.

        `holiday: <its name in the country's language>`, `closed by the agreement`, `weekend`, `no hours on Tuesdays`,
        `the clocks skipped its hours`; of a combined calendar the reasons of its members.
        """
        if self.business_days(day, day):
            return None
        return _why_closed(self.book, self.name, day) or "the clocks skipped its hours"

    # For compiled code

    def cover(self, low: int, high: int) -> None:
        """Extends the horizon over [low, high]. Call before `tables()`: compiled code cannot extend."""
        self._horizon.covering(low, high)

    def cover_budget(self, low: int, high: int, duration: int) -> None:
        """Extends the horizon so that `reach` of any start in [low, high] and budget up to `duration` is inside."""
        self._horizon.budgeting(low, high, duration)

    def tables(self) -> KernelTables:
        """The present horizon for `giao.core.calendars.kernel`: a plain tuple of arrays and integers."""
        return self._horizon.present.table.kernel


def new_calendar(
    name: str,
    specs: Mapping[str, CalendarSpec],
    book: Mapping[str, Entry],
    spec_hash: str,
    first: date,
    last: date,
) -> Calendar:
    """A calendar over at least the local days first to last. Raises HorizonError when they cannot be known."""
    return Calendar(name, specs[name], spec_hash, book, specs, GrowingHorizon(book, name, first, last))


def _rebuild(name: str, specs: dict[str, CalendarSpec], first: date, last: date) -> Calendar:
    from giao.core.calendars.compile import compile_calendars

    return compile_calendars(specs, first, last)[name]


def _why_closed(book: Mapping[str, Entry], name: str, day: date) -> str | None:
    terms = terms_on(book[name].terms, day)
    members = terms.any_of or terms.all_of
    if not members:
        return plan_day(terms, day).why_closed
    reasons = [(member, _why_closed(book, member, day)) for member in members]
    return (
        "; ".join(f"{member}: {why}" for member, why in reasons if why)
        or "its calendars are not open together"
    )


def _read_pairs(one: npt.ArrayLike, other: npt.ArrayLike) -> tuple[Instants, Instants]:
    columns = [np.asarray(value) for value in (one, other)]
    for column in columns:
        if column.size and column.dtype.kind not in "iu":
            raise TypeError(
                f"Instants and durations are integer microseconds, not {column.dtype}; convert them first."
            )
    pair = np.broadcast_arrays(*(np.atleast_1d(column) for column in columns))
    left, right = (np.ascontiguousarray(column, dtype=np.int64) for column in pair)
    return left, right


def _use_numpy(rows: int) -> bool:
    return rows <= _FEW and "giao.core.calendars.kernel" not in sys.modules


def _check_count(days: int) -> None:
    if days < 0:
        raise ValueError(f"{days} business days is negative; a target counts forward.")


def _check_forward(starts: Instants, ends: Instants) -> None:
    if np.any(ends < starts):
        row = int(np.argmax(ends < starts))
        raise ValueError(f"Row {row}: {_backwards(int(starts[row]), int(ends[row]))}")


def _backwards(start: int, end: int) -> str:
    return told(
        "calendar.backwards",
        "The end {end} is before the start {start}; swap them (instants are microseconds in UTC since 1970).",
        end=end,
        start=start,
    )
