"""Which events a pattern means, for a whole log at once. One case at a time: `clocks/fold.py`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.work import Work
from giao.core.agreement.event_columns import EventColumns
from giao.core.agreement.names import CORE_TYPES, Condition, compile_condition, with_events
from giao.core.log import EventLog
from giao.core.rules import Type, type_named

Mask = npt.NDArray[np.bool_]
T = TypeVar("T")


def schema_of(log: EventLog, work: Work | None = None) -> dict[str, Type]:
    """Names that a condition may read on this log, with FEEL types; the agreement's declared types win.

    What the agreement declares and no event of this log sets (nobody has filled it in yet) is null throughout.
    """
    names = dict(CORE_TYPES)
    names |= {name: type_named(attribute.type) for name, attribute in log.attributes.items()}
    if work is not None:
        names |= {name: type_named(spec.type) for name, spec in work.attributes.items()}
    return names


class Matcher:
    """Patterns and conditions over one log, each evaluated once and remembered.

    A condition sees the attributes as last set at that event, this event included, `event` and `events` (`names.py`).
    """

    def __init__(self, log: EventLog, work: Work | None = None) -> None:
        self.log = log
        self.schema = with_events(schema_of(log, work))
        self.columns = EventColumns(log)
        self._conditions: dict[str, pl.Series] = {}
        self._masks: dict[tuple[Any, ...], Mask] = {}
        self._tables: dict[str, tuple[str, npt.NDArray[np.uint8]] | None] = {}
        self._kept: dict[Hashable, Any] = {}

    def kept_for(self, owner: object, key: Hashable, make: Callable[[], T]) -> T:
        """Something that follows from an owner besides (a reading's inputs), derived once as long as both stand."""
        _, found = self.kept(("for", id(owner), key), lambda: (owner, make()))
        made: T = found
        return made

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something that follows from this log and agreement alone, derived once (earlier readings share it)."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @cached_property
    def codes(self) -> npt.NDArray[Any]:
        """The code of each event's activity."""
        return self.log.activity_codes()

    def activity_table(self, patterns: Sequence[Pattern]) -> Mask | None:
        """By activity code whether an event matches; None where a pattern names more than activities."""
        if any(pattern.lifecycle is not None or pattern.where is not None for pattern in patterns):
            return None
        wanted = {activity for pattern in patterns for activity in pattern.activity or ()}
        return np.array([*(activity in wanted for activity in self.log.activities), False], dtype=bool)

    def condition(self, text: str) -> pl.Series:
        """A FEEL condition at every event: Boolean, null where FEEL says null. Raises RuleError on a wrong name."""
        if text not in self._conditions:
            table = self.code_table(text)
            if table is None:
                self._conditions[text] = self.columns.read(self._compiled(text))
            else:
                told = self.log.looked_up(*table)
                self._conditions[text] = pl.Series(told == 1).set(pl.Series(told == 2), None)
        return self._conditions[text]

    def holds(self, text: str) -> Mask:
        """The same as a mask: null is not true."""
        if text not in self._conditions and (table := self.code_table(text)) is not None:
            found: Mask = self.log.looked_up(*table) == 1
            return found
        return self.condition(text).fill_null(False).to_numpy()

    def holds_at(self, text: str, events: npt.NDArray[np.signedinteger[Any]]) -> Mask:
        """The mask at some events (row numbers, negative for none, where it is false)."""
        there: Mask = events >= 0
        if text not in self._conditions and len(events) * 2 < self.log.n_events:
            rows = events.astype(np.int64, copy=False)
            told = self.columns.read(self._compiled(text), rows)
            there &= told.fill_null(False).to_numpy()
        else:
            there &= self.holds(text)[np.maximum(events, 0)]
        return there

    def code_table(self, text: str) -> tuple[str, npt.NDArray[np.uint8]] | None:
        """`EventColumns.code_table` of a condition."""
        if text not in self._tables:
            self._tables[text] = self.columns.code_table(self._compiled(text))
        return self._tables[text]

    def _compiled(self, text: str) -> Condition:
        return compile_condition(text, self.schema)

    def mask(self, patterns: Sequence[Pattern]) -> Mask:
        """True at every event that matches at least one of the patterns."""
        table = self.activity_table(patterns)
        if table is not None:
            by_code: Mask = table[self.codes]  # as quick to make again as to keep
            return by_code
        key = tuple(pattern.model_dump_json() for pattern in patterns)
        if key not in self._masks:
            found: Mask = np.zeros(self.log.n_events, dtype=bool)
            for pattern in patterns:
                found = found | self._one(pattern)
            self._masks[key] = found
        return self._masks[key]

    def _one(self, pattern: Pattern) -> Mask:
        found: Mask | None = None
        if pattern.activity is not None:
            table = np.zeros(len(self.log.activities) + 1, dtype=bool)
            wanted = set(pattern.activity)
            for code, activity in enumerate(self.log.activities):
                table[code] = activity in wanted
            found = table[self.codes]
        if pattern.lifecycle is not None:
            events = self.log.events(["lifecycle"]) if "lifecycle" in self.log.columns else None
            if events is None:
                column = np.full(
                    self.log.n_events, "complete" in {name.lower() for name in pattern.lifecycle}
                )
            else:
                wanted_cycle = [name.lower() for name in pattern.lifecycle]
                lowered = events["lifecycle"].cast(pl.String).str.to_lowercase()
                column = lowered.is_in(wanted_cycle).fill_null(False).to_numpy()
            found = column if found is None else found & column
        if pattern.where is not None:
            holds = self.holds(pattern.where)
            found = holds if found is None else found & holds
        return found if found is not None else np.zeros(self.log.n_events, dtype=bool)


def unknown_activities(log: EventLog, patterns: Mapping[str, Sequence[Pattern]]) -> list[tuple[str, str]]:
    """(place, activity) of each activity that a pattern names and the log never shows."""
    known = set(log.activities)
    return [
        (place, activity)
        for place, items in patterns.items()
        for pattern in items
        for activity in pattern.activity or []
        if activity not in known
    ]
