"""Clock instances as they stand: counts moved by what changes, and the rows of every case kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import CLOCK_STATES, ClockTable
from giao.core.agreement.live.cases import Cases

Ints = npt.NDArray[np.int64]
MET, BREACHED, RUNNING, PAUSED, CANCELLED, NO_TARGET = range(6)


@dataclass(frozen=True)
class OpenCounts:
    """Open instances of a clock: all of them, those that run and are due within the warning, those past their budget."""

    open: int = 0
    at_risk: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class _Rows:
    """Instances of some cases, sorted by code; `frame` aligned with them, `faults` by code."""

    code: npt.NDArray[np.int32]
    state: npt.NDArray[np.uint8]
    is_open: npt.NDArray[np.bool_]
    at_risk: npt.NDArray[np.bool_]
    frame: pl.DataFrame
    faults: Mapping[int, int]


class Standing:
    """One clock."""

    def __init__(self, table: ClockTable, offsets: Ints, as_of_us: int, warning_us: int) -> None:
        self.name = table.name
        n_cases = len(offsets) - 1
        self._base = _rows(table, offsets, np.arange(n_cases, dtype=np.int32), as_of_us, warning_us)
        self._moved: dict[int, tuple[_Rows, slice]] = {}
        self.counts = table.counts
        self.open = _open(self._base, slice(None))

    def move(
        self,
        codes: Collection[int],
        table: ClockTable,
        offsets: Ints,
        code_of: npt.NDArray[np.int32],
        as_of_us: int,
        warning_us: int,
    ) -> pl.DataFrame:
        """The instances of some cases in the place of those that they had; returns them, with codes as cases."""
        fresh = _rows(table, offsets, code_of, as_of_us, warning_us)
        wanted = np.array(sorted(codes), dtype=np.int32)
        still = np.array([code not in self._moved for code in wanted.tolist()], dtype=bool)
        self._count(self._base, _within(self._base.code, wanted[still]), wanted[still], -1)
        for code in wanted[~still].tolist():
            rows, part = self._moved[code]
            self._count(rows, part, (code,), -1)
        low, high = (np.searchsorted(fresh.code, wanted, side=side).tolist() for side in ("left", "right"))
        for code, first, last in zip(wanted.tolist(), low, high, strict=True):
            self._moved[code] = (fresh, slice(first, last))
        own = _within(fresh.code, wanted)
        self._count(fresh, own, wanted, 1)
        return fresh.frame[pl.Series(own)] if len(own) < len(fresh.code) else fresh.frame

    def _count(self, rows: _Rows, part: slice | Ints, codes: Iterable[int], sign: int) -> None:
        states = np.bincount(rows.state[part], minlength=len(CLOCK_STATES)).tolist()
        here = _open(rows, part)
        faults = sum(rows.faults.get(int(code), 0) for code in codes) if rows.faults else 0
        now = self.counts
        self.counts = replace(
            now,
            started=now.started + sign * int(sum(states)),
            running=now.running + sign * states[RUNNING],
            paused=now.paused + sign * states[PAUSED],
            met=now.met + sign * states[MET],
            breached=now.breached + sign * states[BREACHED],
            cancelled=now.cancelled + sign * states[CANCELLED],
            no_target=now.no_target + sign * states[NO_TARGET],
            open_breached=now.open_breached + sign * here.overdue,
            data_faults=now.data_faults + sign * faults,
        )
        self.open = OpenCounts(
            self.open.open + sign * here.open,
            self.open.at_risk + sign * here.at_risk,
            self.open.overdue + sign * here.overdue,
        )

    def open_codes(self) -> set[int]:
        """Cases with an open instance."""
        base = np.unique(self._base.code[self._base.is_open])
        found = {code for code in base.tolist() if code not in self._moved}
        return found | {code for code, (rows, part) in self._moved.items() if rows.is_open[part].any()}

    def frame(self, cases: Cases) -> pl.DataFrame:
        """Every instance, case ids as text, in order of case and instance."""
        moved = np.array(sorted(self._moved), dtype=np.int32)
        stay = ~np.isin(self._base.code, moved)
        parts = [named(self._base.frame.filter(pl.Series(stay)), cases)]
        parts += [named(rows.frame[part], cases) for rows, part in self._moved.values()]
        return pl.concat(parts).sort("case", "instance")


def named(frame: pl.DataFrame, cases: Cases) -> pl.DataFrame:
    """Instances with the ids of their cases in the place of codes."""
    codes = frame["case"].to_numpy()
    if not len(codes):
        return frame.with_columns(pl.col("case").cast(pl.String))
    known, place = np.unique(codes, return_inverse=True)
    ids = pl.Series("case", cases.names(known), dtype=pl.String).gather(pl.Series(place.astype(np.int64)))
    return frame.with_columns(ids.alias("case"))


def _open(rows: _Rows, part: slice | Ints) -> OpenCounts:
    is_open = rows.is_open[part]
    overdue = int((is_open & (rows.state[part] == BREACHED)).sum())
    return OpenCounts(int(is_open.sum()), int(rows.at_risk[part].sum()), overdue)


def _within(code: npt.NDArray[np.int32], wanted: npt.NDArray[np.int32]) -> Ints:
    """Places of the rows of some codes (both sorted)."""
    low = np.searchsorted(code, wanted, side="left")
    counts = np.searchsorted(code, wanted, side="right") - low
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: Ints = np.arange(total, dtype=np.int64) + np.repeat(low - (ends - counts), counts)
    return found


def _rows(
    table: ClockTable, offsets: Ints, code_of: npt.NDArray[np.int32], as_of_us: int, warning_us: int
) -> _Rows:
    """A clock's table with the reading's codes, events by their number in the case."""
    frame = table.frame
    case = frame["case"].to_numpy()
    begin = offsets[:-1][case] if len(case) else np.empty(0, np.int64)
    code = code_of[case] if len(case) else np.empty(0, np.int32)
    stop = frame["stop_event"]
    numbers = stop.fill_null(0).to_numpy().astype(np.int64) - begin
    frame = frame.with_columns(
        pl.Series("case", code, dtype=pl.Int32),
        pl.Series("start_event", (frame["start_event"].to_numpy() - begin).astype(np.uint32)),
        pl.Series("stop_event", numbers.clip(0).astype(np.uint32)).set(stop.is_null(), None),
    )
    if (code[1:] < code[:-1]).any():
        order = np.argsort(code, kind="stable")
        frame, code = frame[pl.Series(order)], code[order]
    state = frame["state"].to_physical().to_numpy().astype(np.uint8)
    is_open = frame["stopped"].is_null().to_numpy()
    due = frame["due"].to_physical().fill_null(2**62).to_numpy()
    at_risk = is_open & (state == RUNNING) & (due <= as_of_us + warning_us)
    faulty = np.searchsorted(offsets, table.faults, side="right") - 1
    known, numbers = np.unique(faulty, return_counts=True)
    faults = dict(zip(code_of[known].tolist(), numbers.tolist(), strict=True)) if len(known) else {}
    return _Rows(code, state, is_open, at_risk, frame, faults)
