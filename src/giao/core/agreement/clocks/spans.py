"""From columns to instances and the segments that count, chunk of cases by chunk of cases."""

from __future__ import annotations

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
    """Instances (`kernel` columns) with their segments, and (event, version) of each stop without start."""

    rows: Ints
    seg_from: Ints
    seg_to: Ints
    seg_target: npt.NDArray[np.int16]
    faults: Ints


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

    def __init__(self, plan: ClockPlan, columns: ClockColumns, reliefs: Reliefs, as_of_us: int) -> None:
        self._columns = columns
        self._as_of = as_of_us
        self._holes = _holes(plan, reliefs)

    def find(self, lo: int, hi: int) -> Found:
        """Instances of the cases lo..hi-1, in order."""
        from giao.core.agreement.clocks import kernel

        c = self._columns
        n_events = int(c.offsets[hi] - c.offsets[lo])
        rows = np.empty((n_events, codes.COLUMNS), dtype=np.int64)
        spell_from, spell_to, faults, fault_versions = (np.empty(n_events, dtype=np.int64) for _ in range(4))
        n_inst, n_spell, n_fault = kernel.find_spells(
            *(lo, hi, c.offsets, c.times, c.flags, c.flag_rows, c.effective, c.modes, c.withins),
            *(self._as_of, rows, spell_from, spell_to, faults, fault_versions),
        )
        rows = rows[:n_inst].copy()
        room = n_events + n_inst
        seg_from, seg_to = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        seg_target = np.empty(room, dtype=np.int16)
        n_seg = kernel.find_segments(
            *(n_inst, c.offsets, c.times, c.flags, c.flag_rows, c.targets, c.target_rows, c.constant_targets),
            *(c.rules, self._as_of, rows, spell_from[:n_spell], spell_to[:n_spell]),
            *(seg_from, seg_to, seg_target),
        )
        found = Found(
            rows,
            seg_from[:n_seg].copy(),
            seg_to[:n_seg].copy(),
            seg_target[:n_seg].copy(),
            np.column_stack([faults[:n_fault], fault_versions[:n_fault]]),
        )
        return found if self._holes is None else self._cut(found, self._holes)

    def _cut(self, found: Found, holes: GroupedHoles) -> Found:
        from giao.core.agreement.clocks import kernel

        seg_from, seg_to = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        seg_target = np.empty(0, dtype=np.int16)
        for fill in (False, True):
            n = kernel.cut_out(
                *(fill, found.rows, found.seg_from, found.seg_to, found.seg_target),
                *(holes.groups, holes.first, holes.past, holes.starts, holes.ends),
                *(seg_from, seg_to, seg_target),
            )
            if not fill:
                seg_from, seg_to = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
                seg_target = np.empty(n, dtype=np.int16)
        kernel.pause_now(
            *(found.rows, holes.groups, holes.first, holes.past, holes.starts, holes.ends, self._as_of)
        )
        return Found(found.rows, seg_from, seg_to, seg_target, found.faults)


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
