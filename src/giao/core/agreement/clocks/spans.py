"""From columns to instances and the segments that count, chunk of cases by chunk of cases."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import codes
from giao.core.agreement.clocks.columns import ClockColumns
from giao.core.agreement.clocks.program import ClockPlan
from giao.core.agreement.relief import Holes, Reliefs

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """n instances (`rows`: a row for each column of `codes`) with their segments, and (event, version) of each stop
    without start. The arrays are longer than what they hold, and the next `find` of the same thread writes over them.
    """

    n: int
    rows: Ints
    seg_from: Ints
    seg_to: Ints
    seg_target: npt.NDArray[np.int16]
    faults: Ints

    def column(self, code: int) -> Ints:
        """One column of the instances."""
        return self.rows[code, : self.n]


class Room(threading.local):
    """Arrays that a thread uses again for each of its chunks, of whichever clock: fresh memory would cost more than the
    walk. What a `find` has put there is gone with the thread's next one.
    """

    size = -1
    n_flags = n_targets = 0

    def fit(self, size: int, n_flags: int, n_targets: int) -> None:
        """Room for so many events, definitions and lists of targets."""
        if size <= self.size and n_flags <= self.n_flags and n_targets <= self.n_targets:
            return
        size, n_flags = max(size, self.size), max(n_flags, self.n_flags)
        n_targets = max(n_targets, self.n_targets)
        self.n_flags, self.n_targets = n_flags, n_targets
        self.flags, self.targets = np.empty((n_flags, size), np.uint8), np.empty((n_targets, size), np.int16)
        self.spare = np.empty(size, dtype=np.uint8)
        self.size = size
        self.rows = np.empty((codes.COLUMNS, size), dtype=np.int64)
        self.spell_from, self.spell_to = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
        self.faults, self.fault_versions = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
        # a segment can end at every event, and one at the end of every instance
        self.seg_from, self.seg_to = np.empty(2 * size, dtype=np.int64), np.empty(2 * size, dtype=np.int64)
        self.seg_target = np.empty(2 * size, dtype=np.int16)


@dataclass(frozen=True)
class GroupedHoles:
    """Agreed reliefs by group of versions that allow the same ones: `first[g, case]..past[g, case]` index intervals."""

    groups: Ints
    first: Ints
    past: Ints
    starts: Ints
    ends: Ints


class Spans:
    """Finds the instances of one clock."""

    def __init__(
        self, plan: ClockPlan, columns: ClockColumns, reliefs: Reliefs, as_of_us: int, room: Room
    ) -> None:
        self._columns = columns
        self._as_of = as_of_us
        self._holes = _holes(plan, reliefs)
        self._room = room

    def find(self, lo: int, hi: int) -> Found:
        """Instances of the cases lo..hi-1, in order."""
        from giao.core.agreement.clocks import kernel

        c, room = self._columns, self._room
        base = int(c.offsets[lo])
        n_flags, n_targets = len(c.definitions), len(c.choices)
        room.fit(int(c.offsets[hi]) - base, n_flags, n_targets)
        flags, targets = room.flags[:n_flags], room.targets[:n_targets]
        c.put(lo, hi, flags, targets, room.spare)
        n_inst, _, n_fault = kernel.find_spells(
            *(lo, hi, c.offsets, c.times, flags, c.flag_rows, c.effective, c.modes, c.withins),
            *(self._as_of, room.rows, room.spell_from, room.spell_to, room.faults, room.fault_versions),
        )
        kernel.find_segments(
            *(n_inst, base, c.offsets, c.times, flags, c.flag_rows, targets, c.target_rows),
            *(c.constant_targets, c.rules, self._as_of, room.rows, room.spell_from, room.spell_to),
            *(room.seg_from, room.seg_to, room.seg_target),
        )
        faults = np.column_stack([room.faults[:n_fault], room.fault_versions[:n_fault]])
        found = Found(n_inst, room.rows, room.seg_from, room.seg_to, room.seg_target, faults)
        return found if self._holes is None else self._cut(found, self._holes)

    def _cut(self, found: Found, holes: GroupedHoles) -> Found:
        from giao.core.agreement.clocks import kernel

        seg_from, seg_to = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        seg_target = np.empty(0, dtype=np.int16)
        of_case = (holes.groups, holes.first, holes.past, holes.starts, holes.ends)
        for fill in (False, True):
            n = kernel.cut_out(
                *(fill, found.n, found.rows, found.seg_from, found.seg_to, found.seg_target),
                *of_case,
                *(seg_from, seg_to, seg_target),
            )
            if not fill:
                seg_from, seg_to = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
                seg_target = np.empty(n, dtype=np.int16)
        kernel.pause_now(found.n, found.rows, *of_case, self._as_of)
        return Found(found.n, found.rows, seg_from, seg_to, seg_target, found.faults)


def _holes(plan: ClockPlan, reliefs: Reliefs) -> GroupedHoles | None:
    allowed: dict[frozenset[str] | None, int] = {}
    parts: list[Holes] = []
    groups = np.zeros(len(plan.programs), dtype=np.int64)
    for version, program in enumerate(plan.programs):
        if program is None:
            continue
        names = None if program.clock.relief is None else frozenset(program.clock.relief)
        if names not in allowed:
            allowed[names] = len(parts)
            parts.append(reliefs.holes(names))
        groups[version] = allowed[names]
    if not any(len(part.starts) for part in parts):
        return None
    shifts = np.cumsum([0, *(len(part.starts) for part in parts)])[:-1]
    return GroupedHoles(
        groups,
        np.stack([part.first + shift for part, shift in zip(parts, shifts, strict=True)]),
        np.stack([part.past + shift for part, shift in zip(parts, shifts, strict=True)]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )
