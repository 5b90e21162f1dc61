"""Clocks over a whole log: one row an instance, exact to the microsecond, equal to the fold of each case."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.columns import ClockColumns, columns_of, scope_of
from giao.core.agreement.clocks.instance import CLOCK_STATES
from giao.core.agreement.clocks.program import ClockPlan, compile_clocks
from giao.core.agreement.clocks.settle import Settled, settle
from giao.core.agreement.clocks.spans import Spans
from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Pending, Reliefs, find_reliefs
from giao.core.agreement.results import ClockCounts

Ints = npt.NDArray[np.int64]

CHUNK_EVENTS = 400_000
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
    return {name: _evaluate(plan, inputs, matcher, reliefs) for name, plan in plans.items()}


def _evaluate(plan: ClockPlan, inputs: Inputs, matcher: Matcher, reliefs: Reliefs) -> ClockTable:
    columns = columns_of(plan, matcher)
    spans = Spans(plan, columns, reliefs, inputs.as_of_us)

    def chunk(bounds: tuple[int, int]) -> tuple[pl.DataFrame, Ints]:
        found = spans.find(*bounds)
        return _frame(settle(plan, found), found.rows), found.faults

    parts = _each(chunk, _chunks(columns))
    frame = pl.concat([part for part, _ in parts]) if parts else pl.DataFrame(schema=CLOCK_SCHEMA)
    faults = np.concatenate([fault for _, fault in parts]) if parts else np.empty((0, 2), dtype=np.int64)
    scope = scope_of(plan, matcher, inputs.as_of_us)
    if scope is not None:
        frame = frame.filter(pl.Series(scope[frame["version"].to_numpy(), frame["case"].to_numpy()]))
        cases = np.searchsorted(matcher.log.offsets, faults[:, 0], side="right") - 1
        faults = faults[scope[faults[:, 1], cases]]
    return ClockTable(plan.name, frame, _counts(plan.name, frame, len(faults)), plan, faults[:, 0])


def _chunks(columns: ClockColumns) -> list[tuple[int, int]]:
    """Ranges of cases of about CHUNK_EVENTS events."""
    offsets = columns.offsets
    cuts = [0]
    n_cases = len(offsets) - 1
    while cuts[-1] < n_cases:
        at = int(np.searchsorted(offsets, offsets[cuts[-1]] + CHUNK_EVENTS, side="right")) - 1
        cuts.append(min(max(at, cuts[-1] + 1), n_cases))
    return list(pairwise(cuts))


def _each(
    work: Callable[[tuple[int, int]], tuple[pl.DataFrame, Ints]],
    chunks: Sequence[tuple[int, int]],
) -> list[tuple[pl.DataFrame, Ints]]:
    if len(chunks) < 2:
        return [work(chunk) for chunk in chunks]
    with ThreadPoolExecutor(min(len(chunks), os.cpu_count() or 1)) as pool:
        return list(pool.map(work, chunks))


def _frame(settled: Settled, rows: Ints) -> pl.DataFrame:
    stopped = rows[:, codes.STOP_EVENT] >= 0
    has_budget = settled.budget >= 0
    values: dict[str, Any] = {
        "case": rows[:, codes.CASE],
        "instance": rows[:, codes.NUMBER],
        "version": rows[:, codes.VERSION],
        "target": rows[:, codes.TARGET],
        "start_event": rows[:, codes.START_EVENT],
        "stop_event": _known(rows[:, codes.STOP_EVENT], stopped),
        "started": rows[:, codes.STARTED],
        "stopped": _known(rows[:, codes.ENDED], stopped),
        "consumed_us": settled.consumed,
        "budget_us": _known(settled.budget, has_budget),
        "due": _known(settled.due, settled.has_due),
        "state": _states(settled, rows),
    }
    return pl.DataFrame([pl.Series(name, values[name]).cast(dtype) for name, dtype in CLOCK_SCHEMA.items()])


def _known(values: Ints, mask: npt.NDArray[np.bool_]) -> pl.Series:
    """Values with nulls where the mask is false."""
    if mask.all():
        return pl.Series(values)
    return (
        pl.DataFrame({"value": values, "known": mask})
        .select(pl.when(pl.col("known")).then(pl.col("value")))
        .to_series()
    )


def _states(settled: Settled, rows: Ints) -> pl.Series:
    kind = rows[:, codes.KIND]
    code = {state: place for place, state in enumerate(CLOCK_STATES)}
    open_state = np.where(kind == codes.OPEN_PAUSED, code["paused"], code["running"])
    state = np.where(kind == codes.STOPPED, code["met"], open_state)
    state[settled.over] = code["breached"]
    state[(kind == codes.STOPPED) & (settled.budget < 0)] = code["no_target"]
    state[kind == codes.CANCELLED] = code["cancelled"]
    return pl.Series(CLOCK_STATES, dtype=pl.Enum(CLOCK_STATES)).gather(state)


def _counts(name: str, frame: pl.DataFrame, faults: int) -> ClockCounts:
    counted = dict(frame["state"].value_counts().iter_rows())
    overdue = frame.select(((pl.col("state") == "breached") & pl.col("stopped").is_null()).sum()).item()
    return ClockCounts(
        clock=name,
        started=frame.height,
        running=counted.get("running", 0),
        paused=counted.get("paused", 0),
        met=counted.get("met", 0),
        breached=counted.get("breached", 0),
        cancelled=counted.get("cancelled", 0),
        open_breached=overdue,
        no_target=counted.get("no_target", 0),
        data_faults=faults,
    )
