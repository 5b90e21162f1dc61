"""Clock instances as they stand: counts moved by what changes, and the rows of every case kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import CLOCK_STATES, ClockTable
from giao.core.agreement.live.cases import Cases
from giao.core.agreement.live.chunk import runs
from giao.core.agreement.results import ClockCounts

Ints = npt.NDArray[np.int64]
MET, BREACHED, RUNNING, PAUSED, CANCELLED, NO_TARGET = range(6)
OPEN, AT_RISK, OVERDUE, FAULTS = range(6, 10)
N_NUMBERS = 10
"""What is counted of each case: instances by state (`CLOCK_STATES`), open ones, stops without a start."""


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
        self._numbers = np.zeros((1_024, N_NUMBERS), dtype=np.int64)
        self._at: dict[int, int] = {}
        self._used = 0
        self._total = _numbers(self._base, np.zeros(len(self._base.code), np.int64), 1).sum(axis=0)
        self._total[FAULTS] = table.counts.data_faults

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
        self._total -= self._told_of(wanted)
        low = np.searchsorted(fresh.code, wanted, side="left")
        counts = np.searchsorted(fresh.code, wanted, side="right") - low
        own = runs(low, counts)
        numbers = _numbers(fresh, np.repeat(np.arange(len(wanted)), counts), len(wanted), own)
        numbers[:, FAULTS] = [fresh.faults.get(code, 0) for code in wanted.tolist()] if fresh.faults else 0
        self._total += numbers.sum(axis=0)
        self._keep(wanted, numbers)
        for code, first, n in zip(wanted.tolist(), low.tolist(), counts.tolist(), strict=True):
            self._moved[code] = (fresh, slice(first, first + n))
        return fresh.frame[pl.Series(own)] if len(own) < len(fresh.code) else fresh.frame

    def _told_of(self, codes: npt.NDArray[np.int32]) -> Ints:
        """What some cases have counted for so far."""
        places = [self._at.get(code, -1) for code in codes.tolist()]
        found: Ints = self._numbers[[place for place in places if place >= 0]].sum(axis=0)
        still = codes[np.array(places, dtype=np.int64) < 0]
        if len(still):
            low = np.searchsorted(self._base.code, still, side="left")
            own = runs(low, np.searchsorted(self._base.code, still, side="right") - low)
            found = found + _numbers(self._base, np.zeros(len(own), np.int64), 1, own)[0]
            found[FAULTS] += sum(self._base.faults.get(code, 0) for code in still.tolist())
        return found

    def _keep(self, codes: npt.NDArray[np.int32], numbers: Ints) -> None:
        places = []
        for code in codes.tolist():
            if code not in self._at:
                self._at[code] = self._used
                self._used += 1
            places.append(self._at[code])
        if self._used > len(self._numbers):
            more = np.zeros((2 * self._used - len(self._numbers), N_NUMBERS), dtype=np.int64)
            self._numbers = np.concatenate([self._numbers, more])
        self._numbers[places] = numbers

    @property
    def counts(self) -> ClockCounts:
        told = self._total.tolist()
        return ClockCounts(
            clock=self.name,
            started=sum(told[: len(CLOCK_STATES)]),
            running=told[RUNNING],
            paused=told[PAUSED],
            met=told[MET],
            breached=told[BREACHED],
            cancelled=told[CANCELLED],
            open_breached=told[OVERDUE],
            no_target=told[NO_TARGET],
            data_faults=told[FAULTS],
        )

    @property
    def open(self) -> OpenCounts:
        told = self._total.tolist()
        return OpenCounts(told[OPEN], told[AT_RISK], told[OVERDUE])

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


def _numbers(rows: _Rows, group: Ints, n_groups: int, part: Ints | None = None) -> Ints:
    """By group, instances by state, then those open, at risk and overdue; faults are put in by the caller."""
    state, is_open, at_risk = rows.state, rows.is_open, rows.at_risk
    if part is not None:
        state, is_open, at_risk = state[part], is_open[part], at_risk[part]
    key = group * N_NUMBERS
    size = n_groups * N_NUMBERS
    found = np.bincount(key + state, minlength=size)
    found += np.bincount(key[is_open] + OPEN, minlength=size)
    found += np.bincount(key[at_risk] + AT_RISK, minlength=size)
    found += np.bincount(key[is_open & (state == BREACHED)] + OVERDUE, minlength=size)
    return found.reshape(n_groups, N_NUMBERS)


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
