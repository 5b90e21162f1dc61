"""What one clock did in one case, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from giao.core.agreement.relief import Relieved

ClockState = Literal["met", "breached", "running", "paused", "cancelled", "no_target"]
CLOCK_STATES: tuple[ClockState, ...] = ("met", "breached", "running", "paused", "cancelled", "no_target")

Interval = tuple[int, int]
"""[start, end) in UTC microseconds."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An event: its position (row of the log, or place in the case) and its instant."""

    position: int
    time_us: int


@dataclass(frozen=True, slots=True)
class Spell:
    """From a start to a stop; open while there is no stop."""

    start: Mark
    stop: Mark | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause by its place in `paused_while`; without `stop` it goes on."""

    source: int
    start: Mark
    stop: Mark | None


@dataclass(frozen=True, slots=True)
class TargetChange:
    """The target in force from an event on (-1: none matches)."""

    mark: Mark
    target: int


@dataclass(frozen=True)
class ClockInstance:
    """One instance of a clock, as of an instant. Durations and instants in microseconds, positions of events as given.

    spells             what was between starts and stops; under `reopen: last` one, its gaps included
    pauses, reliefs    those that touch [started, ended)
    counted            the intervals whose time counts (open time of the measure within them is consumed)
    changes            targets in force, in order; the first from the start
    target             place of the target that decides, -1 when none matched
    origin_us          from where the target counts: the start, under `restart` the last change
    stopped_us         None while open; the cancelling event of a cancelled instance
    ended_us           where [started, ended) ends: the stop, or the reading's instant
    due_us             the earliest instant at which the budget is used up; None without target
    breaches_after_us  the last instant at which a stop is still in time
    """

    clock: str
    number: int
    version: int
    start_event: int
    stop_event: int | None
    started_us: int
    stopped_us: int | None
    ended_us: int
    spells: tuple[Spell, ...]
    pauses: tuple[Pause, ...]
    reliefs: tuple[Relieved, ...]
    counted: tuple[Interval, ...]
    changes: tuple[TargetChange, ...]
    target: int
    origin_us: int
    consumed_us: int
    budget_us: int | None
    due_us: int | None
    breaches_after_us: int | None
    state: ClockState
