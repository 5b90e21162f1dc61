"""Clocks over a whole log: one row an instance, exact to the microsecond, equal to the fold of each case."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.columns import columns_of, scope_of
from giao.core.agreement.clocks.instance import CLOCK_STATES, ClockState
from giao.core.agreement.clocks.instances import NEVER, NOBODY, TYPES, Gathering, Instances
from giao.core.agreement.clocks.program import ClockPlan, compile_clocks
from giao.core.agreement.clocks.reliefs import reliefs_of
from giao.core.agreement.clocks.settle import Settler
from giao.core.agreement.clocks.spans import Room, Spans
from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending, Reliefs
from giao.core.agreement.results import ClockCounts

Ints = npt.NDArray[np.int64]

CHUNK_EVENTS = 65_536
"""Cases are walked in chunks of about so many events: what a thread holds at a time."""


@dataclass(frozen=True)
class ClockTable:
    """Every instance of one clock as of the reading's instant, in order of case and start.

    frame   case (row of `log.case_ids`), instance (0, 1, … within the case; of the cases in scope), version (index),
            target (place in the clock's targets, -1 none), start_event and stop_event (rows of the log; stop null while
            open), started, stopped (null while open; a cancelled instance stops at its cancelling event), consumed_us,
            budget_us and due (null without a target), state: an open instance past its budget is `breached`, one
            without a target `running` or `paused` while open and `no_target` when stopped
    faults  rows of the log: stops before any start of their case
    """

    name: str
    instances: Instances
    counts: ClockCounts
    plan: ClockPlan = field(repr=False)
    faults: Ints = field(repr=False)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The instances as a frame, made when somebody asks."""
        return self.instances.frame()


def evaluate_clocks(
    inputs: Inputs, matcher: Matcher, *, with_pending: Pending = frozenset()
) -> dict[str, ClockTable]:
    """Every clock of every version over the log, in document order.

    `with_pending`: ids of relief claims that are taken as agreed though they are not (True: all that are pending), to
    see what they would change. Raises AgreementError and RuleError with a sentence that says what and how to mend.
    """
    plans = compile_clocks(inputs, matcher.schema)
    if not plans:
        return {}
    reliefs = reliefs_of(inputs, matcher, with_pending)
    room = Room()
    walks = [_Walk(plan, inputs, matcher, reliefs, room) for plan in plans.values()]
    for parts in _each(walks, matcher.log.offsets):
        for walk, part in zip(walks, parts, strict=True):
            walk.take(part)
    return {walk.plan.name: walk.table() for walk in walks}


@dataclass(frozen=True)
class _Part:
    """The instances of a chunk of cases, copied out of the room in which they were found, and (event, version) of the
    data faults.
    """

    columns: dict[str, npt.NDArray[Any]]
    faults: Ints


_COPIED = {
    "case": codes.CASE,
    "version": codes.VERSION,
    "target": codes.TARGET,
    "start_event": codes.START_EVENT,
    "stop_event": codes.STOP_EVENT,
}


class _Walk:
    """One clock over the log, a chunk of cases at a time."""

    def __init__(
        self, plan: ClockPlan, inputs: Inputs, matcher: Matcher, reliefs: Reliefs, room: Room
    ) -> None:
        self.plan = plan
        self._columns = columns_of(plan, matcher)
        self._scope = scope_of(plan, matcher, inputs.as_of_us)
        self._spans = Spans(plan, self._columns, reliefs, inputs.as_of_us, room)
        self._settler = Settler(plan, self._columns, inputs.as_of_us)
        more = {"budget_us": np.dtype(np.int64)} if self._settler.counts_days else {}
        self._gathering = Gathering(matcher.log.n_cases + 1, more)
        self._faults: list[Ints] = []

    def chunk(self, lo: int, hi: int) -> _Part:
        """What there is in the cases lo..hi-1."""
        found = self._spans.find(lo, hi)
        settled = self._settler.settle(found)
        kind = found.column(codes.KIND)
        columns: dict[str, npt.NDArray[Any]] = {
            name: found.column(code).astype(TYPES[name]) for name, code in _COPIED.items()
        }
        due = settled.due
        due[~settled.has_due] = NEVER
        columns |= {
            "consumed_us": settled.consumed,
            "due": due,
            "state": _STATE_OF[kind * 4 + (settled.budget < 0) * 2 + settled.over],
        }
        if self._settler.counts_days:
            columns["budget_us"] = settled.budget
        return _Part(columns, found.faults)

    def take(self, part: _Part) -> None:
        """Put the next chunk behind those before it."""
        self._gathering.add(part.columns)
        self._faults.append(part.faults)

    def table(self) -> ClockTable:
        """The chunks together, without what is out of scope."""
        faults = np.concatenate([np.empty((0, 2), dtype=np.int64), *self._faults])
        instances = Instances(self._gathering.done(), self._columns.times, self._settler.budgets)
        scope = self._scope
        if scope is not None:
            instances = instances.where(scope[instances.column("version"), instances.column("case")])
            cases = np.searchsorted(self._columns.offsets, faults[:, 0], side="right") - 1
            faults = faults[scope[faults[:, 1], cases]]
        counts = _counts(self.plan.name, instances, len(faults))
        return ClockTable(self.plan.name, instances, counts, self.plan, faults[:, 0])


def _chunks(offsets: Ints) -> list[tuple[int, int]]:
    """Ranges of cases of about CHUNK_EVENTS events."""
    cuts = [0]
    n_cases = len(offsets) - 1
    while cuts[-1] < n_cases:
        at = int(np.searchsorted(offsets, offsets[cuts[-1]] + CHUNK_EVENTS, side="right")) - 1
        cuts.append(min(max(at, cuts[-1] + 1), n_cases))
    return list(pairwise(cuts))


def _each(walks: Sequence[_Walk], offsets: Ints) -> Iterator[list[_Part]]:
    """By chunk, in order, the part of every clock; chunks are walked side by side."""

    def walk(chunk: tuple[int, int]) -> list[_Part]:
        return [each.chunk(*chunk) for each in walks]

    chunks = _chunks(offsets)
    if len(chunks) < 2:
        yield from (walk(chunk) for chunk in chunks)
        return
    with ThreadPoolExecutor(min(len(chunks), os.cpu_count() or 1)) as pool:
        yield from pool.map(walk, chunks)


def _state(kind: int, no_budget: bool, over: bool) -> ClockState:
    if kind == codes.CANCELLED:
        return "cancelled"
    if no_budget and kind == codes.STOPPED:
        return "no_target"
    if over:
        return "breached"
    if kind == codes.STOPPED:
        return "met"
    return "paused" if kind == codes.OPEN_PAUSED else "running"


_STATE_OF = np.array(
    [CLOCK_STATES.index(_state(place // 4, bool(place & 2), bool(place & 1))) for place in range(16)],
    dtype=np.uint8,
)
"""Places in CLOCK_STATES by kind × 4, + 2 without a budget, + 1 overspent."""


def _counts(name: str, instances: Instances, faults: int) -> ClockCounts:
    state = instances.column("state")
    counted = dict(zip(CLOCK_STATES, np.bincount(state, minlength=len(CLOCK_STATES)).tolist(), strict=True))
    is_open = instances.column("stop_event") == NOBODY
    overdue = int(np.count_nonzero(is_open & (state == CLOCK_STATES.index("breached"))))
    return ClockCounts(
        clock=name,
        started=len(instances),
        running=counted["running"],
        paused=counted["paused"],
        met=counted["met"],
        breached=counted["breached"],
        cancelled=counted["cancelled"],
        open_breached=overdue,
        no_target=counted["no_target"],
        data_faults=faults,
    )
