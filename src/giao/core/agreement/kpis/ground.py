"""What all KPIs of a reading stand on, derived once: when each case was received, delivered, cancelled; the clocks."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import CLOCK_STATES, ClockTable, Instances
from giao.core.agreement.clocks.instances import NEVER as NEVER
from giao.core.agreement.clocks.reliefs import reliefs_of
from giao.core.agreement.context import Inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.rows import NOBODY, Codes
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending, Reliefs
from giao.core.calendars import Calendar, always
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.agreement.kpis.late import Late

T = TypeVar("T")
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Life:
    """First received, delivered and cancelled event of every case: row in the log (NOBODY: none) and instant (NEVER)."""

    received_event: Codes
    delivered_event: Codes
    cancelled_event: Codes
    received: Integers
    delivered: Integers
    cancelled: Integers

    @cached_property
    def ended(self) -> Integers:
        """When each case left the backlog."""
        if (self.cancelled == NEVER).all():
            return self.delivered
        return np.minimum(self.delivered, self.cancelled)


class ClockColumns:
    """A clock's instances in columns. Instants NEVER and events NOBODY where there is none; `state` by name."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self.case: Codes = instances.column("case")
        self.stop_event: Codes = instances.column("stop_event")
        self.consumed: Integers = instances.column("consumed_us")
        self.due: Integers = instances.column("due")

    def __len__(self) -> int:
        return len(self.case)

    @property
    def instance(self) -> Codes:
        return self._instances.column("instance")

    @property
    def started(self) -> Integers:
        return self._instances.column("started")

    @property
    def stopped(self) -> Integers:
        return self._instances.column("stopped")

    def started_at(self, which: Codes) -> Integers:
        """When some of them started."""
        return self._instances.started(which)

    @property
    def is_open(self) -> Mask:
        found: Mask = self.stop_event == NOBODY
        return found

    @cached_property
    def state(self) -> Mapping[str, Mask]:
        return States(self._instances.column("state"))


class Meters(dict[Hashable, Any]):
    """Meters of one outcome, by what they measure."""


def calendar_of(inputs: Inputs, version: int, name: str | None) -> Calendar:
    """A calendar of a version by name; without one its first, and without any elapsed time."""
    known = inputs.calendars[version]
    if name is None:
        if known:
            return next(iter(known.values()))
        term = inputs.versions[0].term
        return always(min(term.start, inputs.today), max(inputs.term_end, inputs.today))
    if name not in known:
        raise AgreementError(
            told(
                "agreement.no_calendar",
                "calendar {name!r} does not exist; calendars: {known}",
                name=name,
                known=", ".join(known) or "none",
            )
        )
    return known[name]


class Ground:
    """Inputs, matcher and clocks of a reading, and what is derived from them on demand and kept.

    late  set when this ground holds only the cases that were alive at an instant before a later reading
    """

    def __init__(
        self,
        inputs: Inputs,
        matcher: Matcher,
        clocks: Mapping[str, ClockTable],
        with_pending: Pending = frozenset(),
        late: Late | None = None,
    ) -> None:
        self.inputs, self.matcher, self.clocks = inputs, matcher, clocks
        self.with_pending = with_pending
        self.late = late
        self._lives: dict[str, Life] = {}
        self._scopes: dict[tuple[str, str], Mask] = {}
        self._columns: dict[str, ClockColumns] = {}
        self._values: dict[str, pl.Series] = {}
        self._kept: dict[Hashable, Any] = {}
        self._meters: weakref.ref[Meters] | None = None

    def keep_meters_in(self, meters: Meters) -> None:
        """Meters stand with the outcome: they know their ground, and in it they would make a circle that outlives the
        reading until the garbage collector comes by."""
        self._meters = weakref.ref(meters)

    def meter(self, key: Hashable, make: Callable[[], T]) -> T:
        """A meter, made once as long as the outcome stands."""
        meters = self._meters() if self._meters is not None else None
        if meters is None:
            return make()
        if key not in meters:
            meters[key] = make()
        found: T = meters[key]
        return found

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something derived once a reading."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def known(self, key: Hashable) -> Any:
        """A meter already made, or None."""
        meters = self._meters() if self._meters is not None else None
        return None if meters is None else meters.get(key)

    @cached_property
    def reliefs(self) -> Reliefs:
        """Every relief claim of the reading; those of `with_pending` taken as agreed."""
        return reliefs_of(self.inputs, self.matcher, self.with_pending)

    @cached_property
    def times(self) -> Integers:
        return self.inputs.log.times_us()

    @cached_property
    def offsets(self) -> Integers:
        return np.ascontiguousarray(self.inputs.log.offsets, dtype=np.int64)

    @cached_property
    def last_event(self) -> Codes:
        """Last event of each case that has happened at the reading's instant."""
        return self.event_before(np.arange(self.n_cases, dtype=np.int64), self.inputs.as_of_us + 1)

    @property
    def n_cases(self) -> int:
        return self.inputs.log.n_cases

    def cases_of(self, events: Codes) -> Codes:
        """Case of each event."""
        return (np.searchsorted(self.offsets, events, side="right") - 1).astype(np.int32)

    def events(self, patterns: Sequence[Pattern]) -> Integers:
        """Rows of the matching events that have happened, in log order."""
        found = np.flatnonzero(self.matcher.mask(patterns))
        return found if self._all_past else found[self.times[found] <= self.inputs.as_of_us]

    @cached_property
    def _all_past(self) -> bool:
        return self.inputs.log.span_us[1] <= self.inputs.as_of_us

    def life(self, version: Agreement) -> Life:
        work = version.work
        key = work.model_dump_json(include={"received", "delivered", "cancelled"})
        if key not in self._lives:
            received, received_us = self._first(work.received)
            delivered, delivered_us = self._first(work.delivered)
            cancelled, cancelled_us = self._first(work.cancelled or [])
            self._lives[key] = Life(received, delivered, cancelled, received_us, delivered_us, cancelled_us)
        return self._lives[key]

    def _first(self, patterns: Sequence[Pattern]) -> tuple[Codes, Integers]:
        from giao.core.log.kernel import first_coded

        if not patterns:
            n = self.n_cases
            return np.broadcast_to(np.int32(NOBODY), n), np.broadcast_to(np.int64(NEVER), n)
        event, instant = np.empty(self.n_cases, np.int32), np.empty(self.n_cases, np.int64)
        table = self.matcher.activity_table(patterns)
        codes = self.matcher.codes if table is not None else self.matcher.mask(patterns).view(np.uint8)
        table = np.array([False, True]) if table is None else table
        until = self.inputs.as_of_us
        first_coded(self.offsets, codes, table, self.times, until, NEVER, event, instant)
        return event, instant

    def in_scope(self, version: Agreement) -> Mask | None:
        """Cases that the agreement is about: its `where` at receipt (at the first event of a case never received)."""
        if version.where is None:
            return None
        key = (version.where, version.work.model_dump_json(include={"received"}))
        if key not in self._scopes:
            received = self.life(version).received_event
            at = np.where(received == NOBODY, self.offsets[:-1], received)
            self._scopes[key] = self.matcher.holds(version.where)[at]
        return self._scopes[key]

    def event_before(self, cases: Codes, instant: int | Integers) -> Codes:
        """Last event of each case before an instant; NOBODY where there is none."""
        low = self.offsets[cases].copy()
        high = self.offsets[cases + 1].copy()
        begin = low.copy()
        while (low < high).any():
            middle = (low + high) >> 1
            going = low < high
            earlier = np.zeros(len(low), dtype=bool)
            earlier[going] = self.times[middle[going]] < (
                instant if np.isscalar(instant) else np.asarray(instant)[going]
            )
            low = np.where(going & earlier, middle + 1, low)
            high = np.where(going & ~earlier, middle, high)
        return np.where(low > begin, low - 1, NOBODY).astype(np.int32)

    def current(self, name: str) -> pl.Series:
        """An attribute as last set at every event."""
        if name not in self._values:
            if name not in self.inputs.log.columns:
                known = ", ".join(self.inputs.log.attributes) or "none"
                raise AgreementError(
                    told(
                        "agreement.no_attribute",
                        "the log has no attribute {name!r}; it has {known}",
                        name=name,
                        known=known,
                    )
                )
            self._values[name] = self.inputs.log.current([name])[name]
        return self._values[name]

    def at_events(self, name: str, events: Codes) -> pl.Series:
        """An attribute as last set at some events; null where there is no event."""
        if name not in self._values and name in self.inputs.log.columns:
            return self.inputs.log.current_at(name, events)
        places = pl.Series(events)
        return self.current(name).gather(places.set(places < 0, None))

    def calendar(self, version: int, name: str | None) -> Calendar:
        """A calendar of a version by name; without one its first, and without any elapsed time."""
        return calendar_of(self.inputs, version, name)

    def clock(self, name: str) -> ClockColumns:
        """A clock's instances in columns. Raises AgreementError for an unknown clock."""
        if name not in self._columns:
            if name not in self.clocks:
                known = ", ".join(self.clocks) or "none"
                raise AgreementError(
                    told(
                        "agreement.no_clock",
                        "clock {name!r} does not exist; clocks: {known}",
                        name=name,
                        known=known,
                    )
                )
            self._columns[name] = ClockColumns(self.clocks[name].instances)
        return self._columns[name]


class States(Mapping[str, Mask]):
    """By name of a state, which instances are in it."""

    def __init__(self, places: npt.NDArray[np.uint8]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Mask:
        if name not in CLOCK_STATES:
            raise KeyError(name)
        found: Mask = self._places == CLOCK_STATES.index(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(CLOCK_STATES)

    def __len__(self) -> int:
        return len(CLOCK_STATES)
