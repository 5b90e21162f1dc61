"""What every event means to a clock, as columns for the kernels: flags by definition, targets by list of conditions."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.program import NO_TARGET, ClockPlan, ClockProgram
from giao.core.agreement.document.clock import PauseBetween
from giao.core.agreement.patterns import Matcher

Ints = npt.NDArray[np.int64]
Number = TypeVar("Number", np.uint8, np.int16)
MODES = {"first": codes.FIRST, "sum": codes.SUM, "last": codes.LAST, "each": codes.EACH}
RULES = {
    "start": codes.AT_START,
    "stop": codes.AT_STOP,
    "restart": codes.RESTART,
    "proportional": codes.PROPORTIONAL,
}


@dataclass(frozen=True)
class ClockColumns:
    """The arguments of `find_spells` and `find_segments`; versions that say the same share a row."""

    offsets: Ints
    times: Ints
    flags: npt.NDArray[np.uint8]
    flag_rows: Ints
    targets: npt.NDArray[np.int16]
    target_rows: Ints
    constant_targets: Ints
    effective: Ints
    modes: Ints
    withins: Ints
    rules: Ints


def columns_of(plan: ClockPlan, matcher: Matcher) -> ClockColumns:
    """Evaluates the clock's patterns and conditions over the whole log, each once."""
    log = matcher.log
    flags: dict[Hashable, npt.NDArray[np.uint8]] = {}
    targets: dict[Hashable, npt.NDArray[np.int16]] = {}
    n = len(plan.programs)
    flag_rows, target_rows = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    constants = np.full(n, NO_TARGET, dtype=np.int64)
    modes, rules = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    withins = np.full(n, -1, dtype=np.int64)
    for version, program in enumerate(plan.programs):
        if program is None:
            continue
        key = _definition(program)
        if key not in flags:
            flags[key] = _flags(program, matcher)
        flag_rows[version] = list(flags).index(key)
        modes[version], rules[version] = MODES[program.reopen], RULES[program.reclassify]
        withins[version] = -1 if program.within_us is None else program.within_us
        conditions = program.conditions
        if not conditions or conditions[0] is None:
            constants[version] = 0 if conditions else NO_TARGET
            continue
        if conditions not in targets:
            targets[conditions] = _targets(conditions, matcher)
        target_rows[version] = list(targets).index(conditions)
    return ClockColumns(
        offsets=np.ascontiguousarray(log.offsets, dtype=np.int64),
        times=np.ascontiguousarray(log.times_us(), dtype=np.int64),
        flags=_stack(list(flags.values()), log.n_events, np.uint8),
        flag_rows=flag_rows,
        targets=_stack(list(targets.values()), log.n_events, np.int16),
        target_rows=target_rows,
        constant_targets=constants,
        effective=np.array(plan.effective_us, dtype=np.int64),
        modes=modes,
        withins=withins,
        rules=rules,
    )


def scope_of(plan: ClockPlan, matcher: Matcher, as_of_us: int) -> npt.NDArray[np.bool_] | None:
    """[version, case]: whether the case is in scope at its receipt (or first event); None when every case is."""
    if not any(program and program.scope for program in plan.programs):
        return None
    log = matcher.log
    found = np.ones((len(plan.programs), log.n_cases), dtype=bool)
    for version, program in enumerate(plan.programs):
        if program is None or program.scope is None:
            continue
        rows = np.flatnonzero(matcher.mask(program.received) & (log.times_us() <= as_of_us))
        cases = np.searchsorted(log.offsets, rows, side="right") - 1
        decides = log.offsets[:-1].copy()
        known, first = np.unique(cases, return_index=True)
        decides[known] = rows[first]
        found[version] = matcher.holds(program.scope)[decides]
    return found


def _definition(program: ClockProgram) -> Hashable:
    patterns = (*program.start, None, *program.stop, None, *program.cancelled)
    return (
        tuple(pattern and pattern.model_dump_json() for pattern in patterns),
        tuple(pause.model_dump_json() for pause in program.pauses),
    )


def _flags(program: ClockProgram, matcher: Matcher) -> npt.NDArray[np.uint8]:
    from giao.core.agreement.clocks import kernel

    flags = matcher.mask(program.start).astype(np.uint8)
    flags |= matcher.mask(program.stop).view(np.uint8) << 1
    if program.cancelled:
        flags |= matcher.mask(program.cancelled).view(np.uint8) << 2
    offsets = np.ascontiguousarray(matcher.log.offsets, dtype=np.int64)
    for pause in program.pauses:
        if isinstance(pause, PauseBetween):
            starts, ends = matcher.mask(pause.start), matcher.mask(pause.until)
            kernel.mark_pauses(0, len(offsets) - 1, offsets, starts, ends, flags)
        else:
            flags |= matcher.holds(pause.when).view(np.uint8) << 3
    return flags


def _targets(conditions: tuple[str | None, ...], matcher: Matcher) -> npt.NDArray[np.int16]:
    """By event, the place of the first condition that is true."""
    by_code = _targets_by_code(conditions, matcher)
    if by_code is not None:
        return by_code
    found = np.full(matcher.log.n_events, NO_TARGET, dtype=np.int16)
    for place in range(len(conditions) - 1, -1, -1):
        condition = conditions[place]
        if condition is None:
            found[:] = place
        else:
            np.copyto(found, place, where=matcher.holds(condition))
    return found


_NO_PLACE = 255


def _targets_by_code(conditions: tuple[str | None, ...], matcher: Matcher) -> npt.NDArray[np.int16] | None:
    """The same when all conditions are on one coded attribute: decided once a code, looked up by event."""
    tables = [matcher.code_table(condition) for condition in conditions if condition is not None]
    known = [table for table in tables if table is not None]
    if not known or len(known) < len(tables) or len({name for name, _ in known}) > 1 or len(conditions) > 250:
        return None
    first = np.full(len(known[0][1]), _NO_PLACE, dtype=np.uint8)
    place_of = dict(zip(filter(None, conditions), known, strict=True))
    for place in range(len(conditions) - 1, -1, -1):
        condition = conditions[place]
        holds = np.ones(len(first), dtype=bool) if condition is None else place_of[condition][1] == 1
        first[holds] = place
    found = matcher.log.looked_up(known[0][0], first).astype(np.int16)
    found[found == _NO_PLACE] = NO_TARGET
    return found


def _stack(rows: list[npt.NDArray[Number]], width: int, dtype: type[Number]) -> npt.NDArray[Number]:
    if len(rows) == 1:
        return rows[0].reshape(1, width)
    return np.stack(rows) if rows else np.empty((0, width), dtype=dtype)
