"""What every event means to a clock, as columns for the kernels: flags by definition, targets by list of conditions.

They are written for a chunk of cases at a time: what an event means follows from the code of its activity (or of an
attribute) by a small table wherever patterns and conditions name nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.program import NO_TARGET, ClockPlan, ClockProgram
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.clock import PauseBetween
from giao.core.agreement.patterns import Matcher

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]
Shorts = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]
MODES = {"first": codes.FIRST, "sum": codes.SUM, "last": codes.LAST, "each": codes.EACH}
RULES = {
    "start": codes.AT_START,
    "stop": codes.AT_STOP,
    "restart": codes.RESTART,
    "proportional": codes.PROPORTIONAL,
}


@dataclass(frozen=True)
class Signs:
    """Bits of an event: by the code of its activity, and those of masks over the log."""

    activities: npt.NDArray[Any]
    table: Flags
    masks: tuple[tuple[int, Mask], ...]

    def put(self, low: int, high: int, out: Flags) -> None:
        """The bits of the events low..high-1."""
        from giao.core.log import kernel

        kernel.translate(self.activities[low:high], self.table, out)
        for bit, mask in self.masks:
            kernel.add_bit(mask[low:high], bit, out)


@dataclass(frozen=True)
class ByCode:
    """Something told by the code of an attribute as last set; the table's last entry is for events before any was."""

    values: npt.NDArray[Any]
    is_set: Mask | None
    table: npt.NDArray[Any]

    def put(self, lo: int, hi: int, offsets: Ints, out: npt.NDArray[Any]) -> None:
        """What it tells at the events of the cases lo..hi-1."""
        from giao.core.log import kernel

        low, high = offsets[lo], offsets[hi]
        if self.is_set is None:
            kernel.translate(self.values[low:high], self.table, out)
        else:
            kernel.translate_last(lo, hi, offsets, self.values, self.is_set, self.table, out)


@dataclass(frozen=True)
class Definition:
    """The patterns and pauses of a clock. `pauses`: by signs FROM and UNTIL, or by a condition."""

    signs: Signs
    pauses: tuple[Signs | ByCode | Mask, ...]

    def put(self, lo: int, hi: int, offsets: Ints, out: Flags, spare: Flags) -> None:
        """The flags of the events of the cases lo..hi-1."""
        from giao.core.agreement.clocks import kernel
        from giao.core.log.kernel import add_bit

        low, high = int(offsets[lo]), int(offsets[hi])
        self.signs.put(low, high, out)
        for pause in self.pauses:
            if isinstance(pause, Signs):
                pause.put(low, high, spare)
                kernel.mark_pauses(lo, hi, offsets, spare, out)
            elif isinstance(pause, ByCode):
                pause.put(lo, hi, offsets, spare)
                out |= spare
            else:
                add_bit(pause[low:high], codes.PAUSED, out)


@dataclass(frozen=True)
class ClockColumns:
    """The arguments of `find_spells` and `find_segments`; versions that say the same share a row."""

    offsets: Ints
    times: Ints
    low_us: int
    definitions: tuple[Definition, ...]
    flag_rows: Ints
    choices: tuple[ByCode | Shorts, ...]
    target_rows: Ints
    constant_targets: Ints
    effective: Ints
    modes: Ints
    withins: Ints
    rules: Ints

    def put(self, lo: int, hi: int, flags: Flags, targets: Shorts, spare: Flags) -> None:
        """Flags and targets of the events of the cases lo..hi-1: a row a definition, a row a list of conditions.

        The arrays hold at least as many columns as there are events; `spare` is used on the way.
        """
        low, high = int(self.offsets[lo]), int(self.offsets[hi])
        n = high - low
        for definition, row in zip(self.definitions, flags, strict=True):
            definition.put(lo, hi, self.offsets, row[:n], spare[:n])
        for choice, places in zip(self.choices, targets, strict=True):
            if isinstance(choice, ByCode):
                choice.put(lo, hi, self.offsets, places[:n])
            else:
                places[:n] = choice[low:high]

    @cached_property
    def flags(self) -> Flags:
        """[definition, event]: the flags of every event, for who looks at single ones."""
        n_cases, n_events = len(self.offsets) - 1, len(self.times)
        found = np.empty((len(self.definitions), n_events), dtype=np.uint8)
        spare = np.empty(n_events, dtype=np.uint8)
        for definition, row in zip(self.definitions, found, strict=True):
            definition.put(0, n_cases, self.offsets, row, spare)
        return found


def columns_of(plan: ClockPlan, matcher: Matcher) -> ClockColumns:
    """Reads the clock's patterns and conditions, each once."""
    log = matcher.log
    definitions: dict[Hashable, Definition] = {}
    choices: dict[Hashable, ByCode | Shorts] = {}
    n = len(plan.programs)
    flag_rows, target_rows = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    constants = np.full(n, NO_TARGET, dtype=np.int64)
    modes, rules = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    withins = np.full(n, -1, dtype=np.int64)
    for version, program in enumerate(plan.programs):
        if program is None:
            continue
        key = _definition_key(program)
        if key not in definitions:
            definitions[key] = _definition(program, matcher)
        flag_rows[version] = list(definitions).index(key)
        modes[version], rules[version] = MODES[program.reopen], RULES[program.reclassify]
        withins[version] = -1 if program.within_us is None else program.within_us
        conditions = program.conditions
        if not conditions or conditions[0] is None:
            constants[version] = 0 if conditions else NO_TARGET
            continue
        if conditions not in choices:
            choices[conditions] = _choice(conditions, matcher)
        target_rows[version] = list(choices).index(conditions)
    return ClockColumns(
        offsets=np.ascontiguousarray(log.offsets, dtype=np.int64),
        times=np.ascontiguousarray(log.times_us(), dtype=np.int64),
        low_us=log.span_us[0],
        definitions=tuple(definitions.values()),
        flag_rows=flag_rows,
        choices=tuple(choices.values()),
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


def _definition_key(program: ClockProgram) -> Hashable:
    patterns = (*program.start, None, *program.stop, None, *program.cancelled)
    return (
        tuple(pattern and pattern.model_dump_json() for pattern in patterns),
        tuple(pause.model_dump_json() for pause in program.pauses),
    )


def _definition(program: ClockProgram, matcher: Matcher) -> Definition:
    bits = {codes.START: program.start, codes.STOP: program.stop, codes.CANCEL: program.cancelled}
    pauses: list[Signs | ByCode | Mask] = []
    for pause in program.pauses:
        if isinstance(pause, PauseBetween):
            pauses.append(_signs({codes.FROM: pause.start, codes.UNTIL: pause.until}, matcher))
            continue
        table = matcher.code_table(pause.when)
        if table is None:
            pauses.append(matcher.holds(pause.when))
        else:
            bit = np.where(table[1] == 1, codes.PAUSED, 0).astype(np.uint8)
            pauses.append(_by_code(table[0], bit, matcher))
    return Definition(_signs(bits, matcher), tuple(pauses))


def _signs(patterns: Mapping[int, Sequence[Pattern]], matcher: Matcher) -> Signs:
    by_activity = np.zeros(len(matcher.log.activities) + 1, dtype=np.uint8)
    masks = []
    for bit, listed in patterns.items():
        table = matcher.activity_table(listed)
        if table is None:
            masks.append((bit, matcher.mask(listed)))
        else:
            by_activity[table] |= bit
    return Signs(matcher.codes, by_activity, tuple(masks))


def _by_code(attribute: str, table: npt.NDArray[Any], matcher: Matcher) -> ByCode:
    return ByCode(*matcher.log.attribute_codes(attribute), table)


def _choice(conditions: tuple[str | None, ...], matcher: Matcher) -> ByCode | Shorts:
    """The place of the first condition that is true: by code where all are on one coded attribute, else by event."""
    by_code = _choice_by_code(conditions, matcher)
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


def _choice_by_code(conditions: tuple[str | None, ...], matcher: Matcher) -> ByCode | None:
    tables = {text: matcher.code_table(text) for text in conditions if text is not None}
    known = [table for table in tables.values() if table is not None]
    if not known or len(known) < len(tables) or len({name for name, _ in known}) > 1:
        return None
    found = np.full(len(known[0][1]), NO_TARGET, dtype=np.int16)
    for place in range(len(conditions) - 1, -1, -1):
        condition = conditions[place]
        table = None if condition is None else tables[condition]
        found[slice(None) if table is None else table[1] == 1] = place
    return _by_code(known[0][0], found, matcher)
