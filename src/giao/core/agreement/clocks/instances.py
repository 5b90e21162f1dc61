"""The instances of one clock over a log as columns, in the narrowest types that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks.instance import CLOCK_STATES

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
"""Instant of what has not happened."""

NOBODY = -1
"""Event that there is none; budget of an instance without a target."""

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

TYPES: dict[str, np.dtype[Any]] = {
    "case": np.dtype(np.int32),
    "version": np.dtype(np.uint8),
    "target": np.dtype(np.int16),
    "start_event": np.dtype(np.int32),
    "stop_event": np.dtype(np.int32),
    "consumed_us": np.dtype(np.int64),
    "due": np.dtype(np.int64),
    "state": np.dtype(np.uint8),
}
"""What is held of each instance: NOBODY for the event that there is none, NEVER for a due, `state` a place in
CLOCK_STATES. The rest of CLOCK_SCHEMA follows from it.
"""


class Instances:
    """Columns of equal length, in order of case and start. By name as in CLOCK_SCHEMA; NOBODY and NEVER for null."""

    def __init__(self, held: Mapping[str, Array], times: Ints, budgets: Ints) -> None:
        """`times`: of the log's events; `budgets`: by [version, target + 1], NOBODY for none. `held` may have a budget
        for each instance (where it depends on more than the target), and their numbers.
        """
        self._columns = dict(held)
        self._times, self._budgets = times, budgets

    def __len__(self) -> int:
        return len(self._columns["case"])

    def column(self, name: str) -> Array:
        """One column; what is not held is derived when first asked for."""
        if name not in self._columns:
            self._columns[name] = self._derived(name)
        return self._columns[name]

    def started(self, which: npt.NDArray[Any]) -> Ints:
        """When some of them started."""
        found: Ints = self._times[self._columns["start_event"][which]]
        return found

    def where(self, chosen: Mask) -> Instances:
        """Some of the instances, with the numbers that they have among all."""
        self.column("instance")
        held = {name: values[chosen] for name, values in self._columns.items()}
        return Instances(held, self._times, self._budgets)

    def _derived(self, name: str) -> Array:
        held = self._columns
        if name == "started":
            return self._times[held["start_event"]]
        if name == "stopped":
            stop = held["stop_event"]
            found = self._times[stop] if len(self._times) else np.empty(0, np.int64)
            found[stop == NOBODY] = NEVER
            return found
        if name == "budget_us":
            return self._budgets[held["version"], held["target"].astype(np.int64) + 1]
        if name == "instance":
            return _numbers(held["case"])
        raise KeyError(name)

    def frame(self) -> pl.DataFrame:
        """The instances as a frame of CLOCK_SCHEMA."""
        found = {}
        for name, dtype in CLOCK_SCHEMA.items():
            values = pl.Series(name, self.column(name))
            if name in _MISSING:
                missing = values == _MISSING[name]
                values = values.set(missing, None) if missing.any() else values
            found[name] = _STATES.gather(values) if name == "state" else values.cast(dtype)
        return pl.DataFrame(found)


_MISSING = {"stop_event": NOBODY, "stopped": NEVER, "budget_us": NOBODY, "due": NEVER}
_STATES = pl.Series(list(CLOCK_STATES), dtype=pl.Enum(CLOCK_STATES))


def _numbers(case: Array) -> Array:
    """The place of each row among those of its case, which stand together."""
    new = case[1:] != case[:-1]
    if new.all():
        return np.broadcast_to(np.int32(0), len(case))
    first = np.concatenate(([0], np.flatnonzero(new) + 1)).astype(np.int32)
    begin = np.repeat(first, np.diff(np.append(first, len(case))))
    found: Array = np.arange(len(case), dtype=np.int32) - begin
    return found


class Gathering:
    """Instances that come part by part, in order. Each part is copied into place at once, so that no two copies of the
    whole ever stand side by side.
    """

    def __init__(self, expected: int, more: Mapping[str, np.dtype[Any]]) -> None:
        """`more`: columns beside those of TYPES."""
        self._n = 0
        # Memory that nothing is written to is not taken: too large a guess costs nothing.
        types = {**TYPES, **more}
        self._columns = {name: np.empty(expected, dtype) for name, dtype in types.items()}

    def add(self, part: Mapping[str, Array]) -> None:
        """The next instances."""
        low, high = self._n, self._n + len(part["case"])
        for name, values in part.items():
            if high > len(self._columns[name]):
                self._columns[name] = _longer(self._columns[name], low, high)
            self._columns[name][low:high] = values
        self._n = high

    def done(self) -> dict[str, Array]:
        """The columns of all of them."""
        return {name: values[: self._n] for name, values in self._columns.items()}


def _longer(values: Array, used: int, needed: int) -> Array:
    found = np.empty(max(needed, len(values) * 2), values.dtype)
    found[:used] = values[:used]
    return found
