"""What of each instance of a clock counts (running, not paused), as segments; and when it broke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.case import case_events
from giao.core.agreement.clocks.columns import columns_of, scope_of
from giao.core.agreement.clocks.fold import fold_case
from giao.core.agreement.clocks.instance import CLOCK_STATES
from giao.core.agreement.clocks.instances import NEVER
from giao.core.agreement.clocks.many import add, between
from giao.core.agreement.clocks.program import NO_TARGET, ClockPlan, Measure
from giao.core.agreement.clocks.reliefs import reliefs_of
from giao.core.agreement.clocks.spans import Room, Spans
from giao.core.agreement.clocks.table import CHUNK_EVENTS, ClockTable
from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import Reliefs

Ints = npt.NDArray[np.int64]

_COPIED = (codes.CASE, codes.VERSION, codes.KIND, codes.ENDED, codes.MIXED)
BREACHED = CLOCK_STATES.index("breached")


@dataclass(frozen=True)
class ClockRows:
    """The instances of a clock in the table's order, with the segments that count.

    `owner` is the instance of a segment; instants in UTC microseconds, NEVER for a due that never comes and for a break
    that has not happened. `broke_us`: the last instant at which a stop would still have been in time.
    """

    clock: str
    case: Ints
    number: Ints
    version: Ints
    target: Ints
    started: Ints
    ended: Ints
    open: npt.NDArray[np.bool_]
    state: Ints
    consumed: Ints
    budget: Ints
    due: Ints
    broke: Ints
    owner: Ints
    seg_start: Ints
    seg_end: Ints
    plan: ClockPlan

    def counted(self, owner: Ints, starts: Ints, ends: Ints) -> Ints:
        """What of stretches counts in the measure of their instance's target."""
        found = np.zeros(len(owner), dtype=np.int64)
        for measure, rows in self._by_measure(owner):
            found[rows] = between(measure, starts[rows], ends[rows])
        return found

    def _by_measure(self, owner: Ints) -> Iterator[tuple[Measure, Ints]]:
        keys = self.version[owner] * 65_536 + self.target[owner] + 1
        for key in np.unique(keys).tolist():
            yield measure_of(self.plan, key // 65_536, key % 65_536 - 1), np.flatnonzero(keys == key)


def measure_of(plan: ClockPlan, version: int, target: int) -> Measure:
    """In what time an instance counts: that of its target, without one that of the clock."""
    program = plan.programs[version]
    assert program is not None
    return program.measure if target == NO_TARGET else program.targets[target].measure


def clock_rows(inputs: Inputs, matcher: Matcher, tables: Mapping[str, ClockTable]) -> dict[str, ClockRows]:
    """Every clock with its segments, in document order."""
    if not tables:
        return {}
    reliefs = reliefs_of(inputs, matcher, frozenset())
    room = Room()
    return {name: _rows(table, inputs, matcher, reliefs, room) for name, table in tables.items()}


def _rows(table: ClockTable, inputs: Inputs, matcher: Matcher, reliefs: Reliefs, room: Room) -> ClockRows:
    plan = table.plan
    columns = columns_of(plan, matcher)
    spans = Spans(plan, columns, reliefs, inputs.as_of_us, room)
    parts: dict[int, list[Ints]] = {code: [] for code in _COPIED}
    lengths: list[Ints] = []
    lows: list[Ints] = []
    highs: list[Ints] = []
    for lo, hi in _chunks(columns.offsets):
        found = spans.find(lo, hi)
        low, high = found.column(codes.LOW), found.column(codes.HIGH)
        owner = np.repeat(np.arange(found.n), high - low)
        place = (
            low[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        )
        lows.append(found.seg_from[place].copy())
        highs.append(found.seg_to[place].copy())
        lengths.append((high - low).copy())
        for code, copies in parts.items():
            copies.append(found.column(code).copy())
    case, version, kind, ended, mix = (_joined(copies) for copies in parts.values())
    length, seg_start, seg_end = _joined(lengths), _joined(lows), _joined(highs)
    owner = np.repeat(np.arange(len(case)), length)
    scope = scope_of(plan, matcher, inputs.as_of_us)
    if scope is not None:
        kept_rows = scope[version, case]
        segments = kept_rows[owner]
        places = np.cumsum(kept_rows) - 1
        owner, seg_start, seg_end = places[owner[segments]], seg_start[segments], seg_end[segments]
        case, kind, ended, mix = (part[kept_rows] for part in (case, kind, ended, mix))
    told = table.instances
    assert np.array_equal(case, told.column("case"))  # the walk is the table's own
    due = told.column("due").astype(np.int64)
    rows = ClockRows(
        clock=plan.name,
        case=case,
        number=told.column("instance").astype(np.int64),
        version=told.column("version").astype(np.int64),
        target=told.column("target").astype(np.int64),
        started=told.column("started").astype(np.int64),
        ended=ended,
        open=(kind == codes.OPEN) | (kind == codes.OPEN_PAUSED),
        state=told.column("state").astype(np.int64),
        consumed=told.column("consumed_us").astype(np.int64),
        budget=told.column("budget_us").astype(np.int64),
        due=due,
        broke=np.full(len(case), NEVER),
        owner=owner,
        seg_start=seg_start,
        seg_end=seg_end,
        plan=plan,
    )
    _find_breaks(rows, mix, inputs, reliefs)
    return rows


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _chunks(offsets: Ints) -> list[tuple[int, int]]:
    cuts = [0]
    while cuts[-1] < len(offsets) - 1:
        at = int(np.searchsorted(offsets, offsets[cuts[-1]] + CHUNK_EVENTS, side="right")) - 1
        cuts.append(min(max(at, cuts[-1] + 1), len(offsets) - 1))
    return list(pairwise(cuts))


def _find_breaks(rows: ClockRows, mixed: Ints, inputs: Inputs, reliefs: Reliefs) -> None:
    """Fill `broke` of the breached instances: where the microsecond after the budget is counted."""
    broken = rows.state == BREACHED
    in_parts = broken & (mixed > 0) & _proportional(rows)
    whole = np.flatnonzero(broken & ~in_parts)
    if len(whole):
        mine = np.flatnonzero(np.isin(rows.owner, whole))
        owner = rows.owner[mine]
        counted = rows.counted(owner, rows.seg_start[mine], rows.seg_end[mine])
        total = np.cumsum(counted)
        begin = np.searchsorted(owner, whole, side="left")  # segments stand in order of their instance
        before = np.concatenate(([0], total))[begin]
        past = np.searchsorted(total, before + rows.budget[whole] + 1, side="left")
        left = rows.budget[whole] + 1 - (total[past] - counted[past] - before)
        starts = rows.seg_start[mine][past]
        for measure, some in rows._by_measure(whole):
            reached, known = add(measure, starts[some], left[some])
            assert known is None  # it was counted, so the calendar knows it
            rows.broke[whole[some]] = reached - 1
    for case in np.unique(rows.case[in_parts]).tolist():
        events = [item for item in case_events(inputs.log, case) if item.time_us <= inputs.as_of_us]
        for told in fold_case(rows.plan, events, inputs.as_of_us, reliefs.of_case(case)):
            place = np.flatnonzero(in_parts & (rows.case == case) & (rows.number == told.number))
            if len(place) and told.breaches_after_us is not None:
                rows.broke[place] = told.breaches_after_us


def _proportional(rows: ClockRows) -> npt.NDArray[np.bool_]:
    rules = np.array(
        [program is not None and program.reclassify == "proportional" for program in rows.plan.programs]
        or [False]
    )
    found: npt.NDArray[np.bool_] = rules[rows.version]
    return found
