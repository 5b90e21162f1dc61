"""`clock.<name>.<part>` in the condition of a KPI, a value for each row: which instance, and what it says.

An instance is the row's own where the row is one of that clock, else the latest of the row's case; as of the reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from giao.core.agreement.clocks import CLOCK_STATES
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.kpis.rows import NOBODY, Codes
from giao.core.agreement.lowering import InstanceColumn
from giao.core.agreement.names import (
    CLOCK,
    INSTANCE_PARTS,
    NOT_STARTED,
    Condition,
    compile_condition,
    with_clocks,
)

_STATES = pl.Enum([*CLOCK_STATES, NOT_STARTED])
_COLUMNS = {"consumed": "consumed_us"}


@dataclass(frozen=True)
class Places:
    """Where a condition is read, a row each: event, case (NOBODY: none) and number of the instance of `clock`."""

    event: Codes
    case: Codes
    instance: Codes | None = None
    clock: str | None = None


def condition_of(ground: Ground, text: str) -> Condition:
    """A KPI's condition, read and checked once a reading. Raises RuleError for names and types that do not fit."""
    return ground.kept(
        ("condition", text),
        lambda: compile_condition(text, with_clocks(ground.matcher.schema, ground.clocks)),
    )


@dataclass(frozen=True)
class ClockNames:
    """What conditions read of clocks at some places."""

    ground: Ground
    places: Places
    _found: dict[str, pl.Series] = field(default_factory=dict, compare=False)

    def column(self, of: InstanceColumn) -> pl.Series:
        """One part, aligned with the places."""
        frame, at = self.ground.clocks[of.clock].frame, self._instance(of.clock)
        values = frame[_COLUMNS.get(of.part, of.part)].gather(at)
        if of.part == "consumed":
            return values.cast(pl.Duration("us"))
        if of.part != "state":
            return values
        none = at.is_null() & pl.Series(np.asarray(self.places.case) != NOBODY)
        return values.cast(_STATES).set(none, NOT_STARTED)

    def contexts(self, condition: Condition) -> Mapping[str, Sequence[Any]]:
        """`clock` whole, where a condition reads it so."""
        if CLOCK not in condition.contexts:
            return {}
        listed: dict[str, list[dict[str, Any]]] = {}
        for clock in self.ground.clocks:
            columns = [self.column(InstanceColumn(clock, part)).alias(part) for part in INSTANCE_PARTS]
            listed[clock] = pl.DataFrame(columns).to_dicts()
        return {
            CLOCK: [
                {clock: told[at] for clock, told in listed.items()} for at in range(len(self.places.case))
            ]
        }

    def _instance(self, clock: str) -> pl.Series:
        """Row of the clock's table at each place; null where there is none. The table is in order of case and instance."""
        if clock not in self._found:
            frame = self.ground.clocks[clock].frame
            cases = frame["case"].to_numpy().astype(np.int64)
            case = np.asarray(self.places.case, dtype=np.int64)
            if clock == self.places.clock and self.places.instance is not None:
                wide = 1 + int(frame["instance"].max() or 0)  # type: ignore[arg-type]
                keys = cases * wide + frame["instance"].to_numpy()
                wanted = case * wide + np.asarray(self.places.instance, dtype=np.int64)
                row = np.searchsorted(keys, wanted, side="left")
                there = (row < len(keys)) & (case != NOBODY)
                there[there] = keys[row[there]] == wanted[there]
            else:
                row = np.searchsorted(cases, case, side="right") - 1
                there = (row >= 0) & (case != NOBODY)
                there[there] = cases[row[there]] == case[there]
            self._found[clock] = pl.Series(row).set(pl.Series(~there), None)
        return self._found[clock]
