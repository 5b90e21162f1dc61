"""Clocks over a whole log: one row an instance, exact to the microsecond, equal to the fold of each case."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.columns import columns_of, scope_of
from giao.core.agreement.clocks.instance import CLOCK_STATES, ClockState
from giao.core.agreement.clocks.program import ClockPlan, compile_clocks
from giao.core.agreement.clocks.settle import Settled, Settler
from giao.core.agreement.clocks.spans import Room, Spans
from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending, Reliefs, find_reliefs
from giao.core.agreement.results import ClockCounts

Ints = npt.NDArray[np.int64]

CHUNK_EVENTS = 65_536
"""Cases are walked in chunks of about so many events: what a thread holds at a time."""

CLOCK_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "case": pl.UInt32,
    "instance": pl.UInt32,
    "version": pl.UInt8,
    "target": pl.Int16,
    "start_event": pl.UInt32,
    "stop_event": pl.UInt32,
    "started": pl.Datetime("us", "UTC"),
    "stopped": pl.Datetime("us", "UTC"),
    "consumed_us": pl.Int64,
    "budget_us": pl.Int64,
    "due": pl.Datetime("us", "UTC"),
    "state": pl.Enum(CLOCK_STATES),
}
"""Columns of `ClockTable.frame`."""


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
    frame: pl.DataFrame
    counts: ClockCounts
    plan: ClockPlan = field(repr=False)
    faults: Ints = field(repr=False)


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
    reliefs = find_reliefs(inputs, matcher, with_pending=with_pending)
    room = Room()
    walks = [_Walk(plan, inputs, matcher, reliefs, room) for plan in plans.values()]
    return {walk.plan.name: walk.table(parts) for walk, parts in zip(walks, _each(walks), strict=True)}


NARROW: dict[int, np.dtype[Any]] = {
    codes.CASE: np.dtype(np.uint32),
    codes.NUMBER: np.dtype(np.uint32),
    codes.VERSION: np.dtype(np.uint8),
    codes.TARGET: np.dtype(np.int16),
    codes.START_EVENT: np.dtype(np.uint32),
    codes.STOP_EVENT: np.dtype(np.int64),  # negative while open
    codes.STARTED: np.dtype(np.int64),
    codes.ENDED: np.dtype(np.int64),
}
"""Columns of an instance that the table keeps, and the type in which a chunk hands them over."""


@dataclass(frozen=True)
class _Part:
    """The instances of a chunk of cases, copied out of the room in which they were found: columns by code, and
    consumed, budget, due, has_due, state (places in _STATES).
    """

    columns: dict[int | str, npt.NDArray[Any]]
    faults: Ints


class _Walk:
    """One clock over the log, a chunk of cases at a time."""

    def __init__(
        self, plan: ClockPlan, inputs: Inputs, matcher: Matcher, reliefs: Reliefs, room: Room
    ) -> None:
        self.plan = plan
        self.columns = columns_of(plan, matcher)
        self._scope = scope_of(plan, matcher, inputs.as_of_us)
        self._spans = Spans(plan, self.columns, reliefs, inputs.as_of_us, room)
        self._settler = Settler(plan, self.columns, inputs.as_of_us)

    def chunk(self, lo: int, hi: int) -> _Part:
        """Instances and (event, version) of the data faults of the cases lo..hi-1."""
        found = self._spans.find(lo, hi)
        settled = self._settler.settle(found)
        columns: dict[int | str, npt.NDArray[Any]] = {
            code: found.column(code).astype(dtype) for code, dtype in NARROW.items()
        }
        columns |= {
            "consumed": settled.consumed,
            "budget": settled.budget,
            "due": settled.due,
            "has_due": settled.has_due,
            "state": _state_places(settled, found.column(codes.KIND)),
        }
        return _Part(columns, found.faults)

    def table(self, parts: list[_Part]) -> ClockTable:
        """The chunks put together, without what is out of scope. Takes the parts out of the list."""
        faults = np.concatenate([np.empty((0, 2), dtype=np.int64), *(part.faults for part in parts)])
        frame = _frame(parts)
        parts.clear()
        scope = self._scope
        if scope is not None:
            frame = frame.filter(pl.Series(scope[frame["version"].to_numpy(), frame["case"].to_numpy()]))
            cases = np.searchsorted(self.columns.offsets, faults[:, 0], side="right") - 1
            faults = faults[scope[faults[:, 1], cases]]
        counts = _counts(self.plan.name, frame, len(faults))
        return ClockTable(self.plan.name, frame, counts, self.plan, faults[:, 0])


def _chunks(offsets: Ints) -> list[tuple[int, int]]:
    """Ranges of cases of about CHUNK_EVENTS events."""
    cuts = [0]
    n_cases = len(offsets) - 1
    while cuts[-1] < n_cases:
        at = int(np.searchsorted(offsets, offsets[cuts[-1]] + CHUNK_EVENTS, side="right")) - 1
        cuts.append(min(max(at, cuts[-1] + 1), n_cases))
    return list(pairwise(cuts))


def _each(walks: Sequence[_Walk]) -> list[list[_Part]]:
    """Every chunk of every clock, side by side."""
    tasks = [[(walk, *chunk) for chunk in _chunks(walk.columns.offsets)] for walk in walks]
    flat = [task for of_walk in tasks for task in of_walk]
    if max(len(of_walk) for of_walk in tasks) < 2:
        return [[walk.chunk(lo, hi) for walk, lo, hi in of_walk] for of_walk in tasks]
    with ThreadPoolExecutor(min(len(flat), os.cpu_count() or 1)) as pool:
        found = iter(list(pool.map(lambda task: task[0].chunk(task[1], task[2]), flat)))
    return [[next(found) for _ in of_walk] for of_walk in tasks]


def _frame(parts: Sequence[_Part]) -> pl.DataFrame:
    if not parts:
        return pl.DataFrame(schema=CLOCK_SCHEMA)

    def column(name: int | str) -> pl.Series:
        """One column of all parts, which let go of theirs: no two copies of the whole stand side by side."""
        return pl.Series(np.concatenate([part.columns.pop(name) for part in parts]))

    stop = column(codes.STOP_EVENT)
    is_stopped = stop >= 0
    budget = column("budget")
    found = {
        "case": column(codes.CASE),
        "instance": column(codes.NUMBER),
        "version": column(codes.VERSION),
        "target": column(codes.TARGET),
        "start_event": column(codes.START_EVENT),
        "stop_event": _where(is_stopped, stop).cast(pl.UInt32),
        "started": column(codes.STARTED),
        "stopped": _where(is_stopped, column(codes.ENDED)),
        "consumed_us": column("consumed"),
        "budget_us": _where(budget >= 0, budget),
        "due": _where(column("has_due"), column("due")),
        "state": _STATES.gather(column("state")),
    }
    frame = pl.DataFrame(found)
    return frame.cast({name: dtype for name, dtype in CLOCK_SCHEMA.items() if name != "state"})


def _where(there: pl.Series, values: pl.Series) -> pl.Series:
    """The values, null where not `there`."""
    return values if there.all() else values.set(~there, None)


def _state_places(settled: Settled, kind: Ints) -> npt.NDArray[np.uint8]:
    """Places in _STATES: kind × 4, + 2 without a budget, + 1 overspent."""
    return (kind * 4 + (settled.budget < 0) * 2 + settled.over).astype(np.uint8)


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


_STATES = pl.Series(
    [_state(place // 4, bool(place & 2), bool(place & 1)) for place in range(16)],
    dtype=pl.Enum(CLOCK_STATES),
)


def _counts(name: str, frame: pl.DataFrame, faults: int) -> ClockCounts:
    places = np.bincount(frame["state"].to_physical().to_numpy(), minlength=len(CLOCK_STATES)).tolist()
    counted = dict(zip(CLOCK_STATES, places, strict=True))
    overdue = frame.select(((pl.col("state") == "breached") & pl.col("stopped").is_null()).sum()).item()
    return ClockCounts(
        clock=name,
        started=frame.height,
        running=counted["running"],
        paused=counted["paused"],
        met=counted["met"],
        breached=counted["breached"],
        cancelled=counted["cancelled"],
        open_breached=overdue,
        no_target=counted["no_target"],
        data_faults=faults,
    )
