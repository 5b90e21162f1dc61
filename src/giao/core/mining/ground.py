"""The columns that mining reads: codes and instants of whole cases, each taken when first asked for, and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log import EventLog
from giao.core.mining.errors import MiningError
from giao.core.mining.mapped import Mapped
from giao.core.mining.threads import cut_in_parts, run_parts
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.calendars import Calendar
    from giao.core.mining.ways import Ways

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Codes = NDArray[np.unsignedinteger[Any]]

UNKNOWN = np.iinfo(np.int64).min
"""An instant that is not known (the same in the kernels)."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as codes: the name of code k is names[k]; one past the last is "not known"."""

    codes: Codes
    names: list[str]

    @property
    def width(self) -> int:
        """Codes that occur or may, "not known" included."""
        return len(self.names) + 1


@dataclass(frozen=True, eq=False)
class Clock:
    """Instants as a clock counts: differences are durations. `starts` of a log without starts has no entry."""

    times: Ints
    starts: Ints
    business: bool

    @cached_property
    def span(self) -> int:
        """No duration between two of these instants is longer."""
        from giao.core.mining.pairs import span_of

        return span_of(self.times, self.starts)


class Ground(Protocol):
    """What a question stands on: a whole log, or what a filter of events left of it."""

    log: EventLog
    offsets: Ints
    activities: list[str]

    @property
    def activity(self) -> Codes: ...
    @property
    def time(self) -> Ints: ...
    @property
    def start(self) -> Ints: ...
    @property
    def case_ids(self) -> pl.Series: ...
    @property
    def rows(self) -> Ints | None: ...
    @property
    def ways(self) -> Ways: ...
    def coded(self, column: str) -> Coded: ...
    def clock(self, calendar: Calendar | None) -> Clock: ...
    def current(self, names: Sequence[str], rows: Ints) -> pl.DataFrame: ...


def fixed(values: NDArray[Any]) -> NDArray[Any]:
    """The values as kernels take them: in one piece, read-only (so that each kernel is compiled once)."""
    found = np.ascontiguousarray(values).view()
    found.flags.writeable = False
    return found


def narrow(values: NDArray[Any], most: int) -> Codes:
    """Codes in the narrowest of the three widths that hold them."""
    kind: Any = np.uint8 if most < 2**8 else np.uint16 if most < 2**16 else np.uint32
    narrowed: Codes = values.astype(kind, copy=False)
    return narrowed


class _Base:
    """What a log and a part of it do alike."""

    log: EventLog
    offsets: Ints
    activities: list[str]

    def __init__(self) -> None:
        self._clocks: dict[Any, Clock] = {}
        self._coded: dict[str, Coded] = {}

    @property
    def activity(self) -> Codes:
        raise NotImplementedError

    @property
    def time(self) -> Ints:
        raise NotImplementedError

    @property
    def start(self) -> Ints:
        raise NotImplementedError

    @property
    def rows(self) -> Ints | None:
        return None

    def clock(self, calendar: Calendar | None) -> Clock:
        """Times and starts in clock time, or as open time of a calendar since its beginning (a monotone image: the
        difference of two is the open time between them, whichever comes first)."""
        key = None if calendar is None else (calendar.name, calendar.spec_hash)
        if key not in self._clocks and calendar is not None:
            self._clocks[key] = Clock(
                self._opened(self.time, calendar), self._opened(self.start, calendar), True
            )
        elif key not in self._clocks:
            self._clocks[key] = Clock(self.time, self.start, False)
        return self._clocks[key]

    def _opened(self, moments: Ints, calendar: Calendar) -> Ints:
        if not len(moments):
            return fixed(moments)
        known = moments != UNKNOWN
        spans = [each for each in (self.time, self.start[self.start != UNKNOWN]) if len(each)]
        low, high = min(int(each.min()) for each in spans), max(int(each.max()) for each in spans)
        calendar.cover(low, high)
        filled = moments if known.all() else np.where(known, moments, low)
        places = np.arange(len(moments), dtype=np.int32)
        parts = cut_in_parts(places, np.array([0, len(moments)]))
        if len(moments) > 1_000_000:
            from giao.core.mining.threads import threads

            parts = np.array_split(places, threads())
        found = np.empty(len(moments), np.int64)

        def work(part: Shorts) -> None:
            if len(part):
                a, b = int(part[0]), int(part[-1]) + 1
                found[a:b] = calendar.between_many(low, filled[a:b])

        run_parts(parts, work)
        found[~known] = UNKNOWN
        return fixed(found)

    @cached_property
    def ways(self) -> Ways:
        """The variant of each case."""
        from giao.core.mining.ways import find_ways

        return find_ways(self.activity, self.offsets)

    def current(self, names: Sequence[str], rows: Ints) -> pl.DataFrame:
        """Columns as last set at some of its events (negative: none)."""
        own = self.rows
        there = rows if own is None else np.where(rows < 0, -1, own[rows])
        return pl.DataFrame([self._current(name, there) for name in names])

    def _current(self, name: str, rows: Ints) -> pl.Series:
        if name == "case":
            return self.log.case_ids.gather(pl.Series(self.log.case_codes()[rows])).alias(name)
        return self.log.current_at(name, rows).alias(name)


class Whole(_Base):
    """All events of a log."""

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self.log = log
        self.offsets = fixed(log.offsets.astype(np.int64, copy=False))
        self.activities = log.activities
        self._kept = Mapped(log.folder, log.hash)

    @property
    def case_ids(self) -> pl.Series:
        return self.log.case_ids

    @cached_property
    def activity(self) -> Codes:
        def make() -> Codes:
            return narrow(self.log.activity_codes(), len(self.activities))

        return fixed(self._kept.column("activity", self.log.n_events, make))

    @cached_property
    def time(self) -> Ints:
        def make() -> Ints:
            return self.log.times_us().astype(np.int64, copy=False)

        return fixed(self._kept.column("time", self.log.n_events, make))

    @cached_property
    def start(self) -> Ints:
        if "start" not in self.log.columns:
            return fixed(np.empty(0, np.int64))

        def make() -> Ints:
            begun = self.log.events(["start"])["start"].to_physical()
            found: Ints = begun.fill_null(UNKNOWN).to_numpy()
            return found

        return fixed(self._kept.column("start", self.log.n_events, make))

    @cached_property
    def ways(self) -> Ways:
        from giao.core.mining.ways import Ways, find_ways

        made: list[Ways] = []

        def ids() -> Shorts:
            made.append(find_ways(self.activity, self.offsets))
            return made[0].ids

        found = fixed(self._kept.column("variant", self.log.n_cases, ids))
        firsts = self._kept.column(
            "variant_case", -1, lambda: (made[0] if made else find_ways(self.activity, self.offsets)).cases
        )
        return Ways(found, fixed(firsts))

    def coded(self, column: str) -> Coded:
        """A text column as codes: a core one as its event says, an attribute as last set."""
        if column == "activity":
            return Coded(self.activity, self.activities)
        if column not in self._coded:
            names = self._names(column)

            def make() -> Codes:
                return narrow(self._codes(column, names), len(names))

            kept = self._kept if column in ("resource", "group", "role") else Mapped(None, "")
            self._coded[column] = Coded(fixed(kept.column(f"code-{column}", self.log.n_events, make)), names)
        return self._coded[column]

    def _names(self, column: str) -> list[str]:
        if column not in self.log.columns or column == "case":
            raise _no_column(self.log, column)
        kind = self.log.dtype(column)
        if isinstance(kind, pl.Enum):
            return [str(name) for name in kind.categories]
        values = self.log.events([column])[column].unique().drop_nulls().sort()
        return [str(value) for value in values.to_list()]

    def _codes(self, column: str, names: list[str]) -> NDArray[Any]:
        core = column in ("resource", "group", "role", "lifecycle")
        values = self.log.events([column])[column] if core else self.log.current([column])[column]
        if isinstance(values.dtype, pl.Enum):
            codes = values.to_physical().cast(pl.UInt32)
        else:
            kinds = values.unique().drop_nulls().sort()
            codes = values.replace_strict(
                kinds, np.arange(len(kinds), dtype=np.uint32), default=None, return_dtype=pl.UInt32
            )
        found: NDArray[Any] = codes.fill_null(len(names)).to_numpy()
        return found


class Cut(_Base):
    """The events that a filter of events left; cases without any are gone."""

    def __init__(self, ground: Ground, keep: NDArray[np.bool_]) -> None:
        from giao.core.mining.kernels.events import keep_events

        super().__init__()
        count = int(keep.sum())
        rows, origin = np.empty(count, np.int64), np.empty(len(ground.offsets) - 1, np.int32)
        kept = np.zeros(len(ground.offsets), np.int64)
        _, cases = keep_events(ground.offsets, fixed(keep), rows, origin, kept)
        self._ground = ground
        self._picked = rows
        self.log = ground.log
        self.activities = ground.activities
        self.offsets = fixed(kept[: cases + 1])
        self.origin = origin[:cases].copy()
        """The case of the ground below that each case is."""

    @cached_property
    def case_ids(self) -> pl.Series:
        return self._ground.case_ids.gather(pl.Series(self.origin))

    @cached_property
    def rows(self) -> Ints:
        below = self._ground.rows
        return self._picked if below is None else below[self._picked]

    @cached_property
    def activity(self) -> Codes:
        return fixed(self._ground.activity[self._picked])

    @cached_property
    def time(self) -> Ints:
        return fixed(self._ground.time[self._picked])

    @cached_property
    def start(self) -> Ints:
        begun = self._ground.start
        return fixed(begun[self._picked] if len(begun) else begun)

    def coded(self, column: str) -> Coded:
        if column == "activity":
            return Coded(self.activity, self.activities)
        if column not in self._coded:
            below = self._ground.coded(column)
            self._coded[column] = Coded(fixed(below.codes[self._picked]), below.names)
        return self._coded[column]


def same_width(one: Codes, other: Codes) -> tuple[Codes, Codes]:
    """Two columns of codes in the wider type of both."""
    kind = np.promote_types(one.dtype, other.dtype)
    return fixed(one.astype(kind, copy=False)), fixed(other.astype(kind, copy=False))


def _no_column(log: EventLog, column: str) -> MiningError:
    known: Mapping[str, Any] = {
        name: None for name in log.columns if name not in ("case", "time", "seq", "cleared")
    }
    return MiningError(
        told(
            "mining.no_column",
            "the log has no column {column}, so this cannot be shown; it has {known}",
            column=column,
            known=", ".join(known),
        )
    )
