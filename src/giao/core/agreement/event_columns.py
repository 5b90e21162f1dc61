"""What a condition reads about events, as columns of a whole log: parts of `event` and `events`, tallies, attributes.

And the way for what has no column: row by row with contexts, the events of one case at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.lowering import AttributeColumn, EventColumn, InstanceColumn, Tally
from giao.core.agreement.names import CORE_NAMES, EVENT, EVENT_PARTS, EVENTS, OWN, Condition
from giao.core.log import EventLog
from giao.core.rules import evaluate_frame

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Instances = Callable[[InstanceColumn], pl.Series]
"""A part of a clock's instance for each of the rows read."""

_ROWS = "@row"


class EventColumns:
    """Columns of one log, each made once when first asked for."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self._parts: dict[EventColumn, pl.Series] = {}
        self._tallies: dict[tuple[Any, ...], pl.Series] = {}

    def read(
        self,
        condition: Condition,
        events: Integers | None = None,
        instances: Instances | None = None,
        contexts: Mapping[str, Sequence[Any]] | None = None,
    ) -> pl.Series:
        """The condition at each event: Boolean, null where FEEL says null, or no condition.

        events     rows of the log to read it at, negative where a row has none; every event when absent
        instances  columns of clocks, aligned with `events`
        contexts   further names that the rule reads row by row, a value for each of `events`
        """
        n_rows = self.log.n_events if events is None else len(events)
        frame = pl.DataFrame({_ROWS: np.zeros(n_rows, dtype=np.int8)})
        series = []
        for name in sorted(condition.rule.names - condition.contexts - (contexts or {}).keys()):
            column = condition.columns.get(name)
            if isinstance(column, InstanceColumn):
                assert instances is not None  # the schema without clocks refuses their names
                values = instances(column)
            elif events is None:
                values = self._column(name, column)
            else:
                values = self._column_at(name, column, events)
            series.append(values.alias(name))
        frame = frame.with_columns(series)
        if condition.contexts or contexts:
            at = np.arange(n_rows, dtype=np.int64) if events is None else events
            return self._by_rows(condition, frame, at, contexts or {})
        return _as_boolean(evaluate_frame(condition.rule, frame))

    def _column(self, name: str, column: AttributeColumn | EventColumn | Tally | None) -> pl.Series:
        if isinstance(column, EventColumn):
            return self.part(column)
        if isinstance(column, Tally):
            return self.tally(column)
        return self.attribute(name if column is None else column.name)

    def _column_at(
        self, name: str, column: AttributeColumn | EventColumn | Tally | None, events: Integers
    ) -> pl.Series:
        """The same at some events; an attribute is looked for from there, not made for the whole log."""
        attribute = name if column is None else column.name if isinstance(column, AttributeColumn) else None
        if attribute is not None and attribute in self.log.columns and attribute not in OWN:
            return self.log.current_at(attribute, events)
        places = pl.Series(events)
        return self._column(name, column).gather(places.set(places < 0, None))

    def code_table(self, condition: Condition) -> tuple[str, npt.NDArray[np.uint8]] | None:
        """A condition on one coded attribute as a table: by code (and, last, for null) 1 true, 0 false, 2 null.

        None for a condition on anything else. Returned with the attribute's name, for `EventLog.looked_up`.
        """
        names = condition.rule.names
        if condition.contexts or len(names) != 1:
            return None
        (name,) = names
        column = condition.columns.get(name)
        if column is not None and not isinstance(column, AttributeColumn):
            return None
        attribute = name if column is None else column.name
        if attribute not in self.log.columns or attribute in OWN:
            return None
        dtype = self.log.events([attribute]).schema[attribute]
        if not isinstance(dtype, pl.Enum) or len(dtype.categories) > self.log.n_events:
            return None
        values = pl.Series(name, [*dtype.categories.to_list(), None], dtype=dtype)
        frame = pl.DataFrame({_ROWS: np.zeros(len(values), dtype=np.int8)}).with_columns(values)
        told = _as_boolean(evaluate_frame(condition.rule, frame))
        return attribute, told.cast(pl.UInt8).fill_null(2).to_numpy()

    def attribute(self, name: str) -> pl.Series:
        """An attribute as last set at each event; names of the event itself as it says them."""
        log = self.log
        if name not in log.columns:
            own = name in CORE_NAMES and name in EVENT_PARTS
            return self.part(EventColumn(name)) if own else _nothing(log.n_events)
        return (log.events([name]) if name in OWN else log.current([name]))[name]

    def part(self, column: EventColumn) -> pl.Series:
        """A part of an event of the case; null where the case has no such event (yet)."""
        if column not in self._parts:
            own = self._own(column.part)
            self._parts[column] = own if column.at == -1 else own.gather(self._places(column.at))
        return self._parts[column]

    def _own(self, part: str) -> pl.Series:
        log = self.log
        if part == "number":
            return pl.Series(np.arange(1, log.n_events + 1, dtype=np.int64) - self._begin)
        if part in log.columns:
            return log.events([part])[part]
        if part == "lifecycle":
            return pl.repeat("complete", log.n_events, eager=True, dtype=pl.String)
        return _nothing(log.n_events)

    @property
    def _begin(self) -> Integers:
        """Row of the first event of the case of each event."""
        found: Integers = np.repeat(self.log.offsets[:-1], np.diff(self.log.offsets)).astype(np.int64)
        return found

    def _places(self, at: int) -> pl.Series:
        here = np.arange(self.log.n_events, dtype=np.int64)
        place = self._begin + at - 1 if at > 0 else here + at + 1
        there = (place <= here) & (place >= self._begin)
        return pl.Series(place).set(pl.Series(~there), None)

    def tally(self, column: Tally) -> pl.Series:
        """How many events of the case so far pass a test; or whether some, or every one, does."""
        key = (column.kind, column.test.tree)
        if key not in self._tallies:
            self._tallies[key] = self._tally(column)
        return self._tallies[key]

    def _tally(self, column: Tally) -> pl.Series:
        frame = pl.DataFrame({_ROWS: np.zeros(self.log.n_events, dtype=np.int8)})
        frame = frame.with_columns([self.part(part).alias(name) for name, part in column.parts])
        passed = _as_boolean(evaluate_frame(column.test, frame))
        if column.kind == "count":
            return pl.Series(self._so_far(passed.fill_null(False).to_numpy()))
        decisive = column.kind == "some"
        decided = self._so_far((passed == decisive).fill_null(False).to_numpy()) > 0
        unsure = self._so_far(passed.is_null().to_numpy()) > 0
        verdict = pl.Series(np.where(decided, decisive, not decisive))
        return verdict.set(pl.Series(unsure & ~decided), None)

    def _so_far(self, mask: Mask) -> Integers:
        """In each case, true values up to and including each event."""
        total = np.concatenate(([0], np.cumsum(mask, dtype=np.int64)))
        found: Integers = total[1:] - total[self._begin]
        return found

    def _by_rows(
        self,
        condition: Condition,
        frame: pl.DataFrame,
        events: Integers,
        contexts: Mapping[str, Sequence[Any]],
    ) -> pl.Series:
        found: list[bool | None] = [None] * len(events)
        of_events = condition.contexts & {EVENT, EVENTS}
        order = np.argsort(events, kind="stable")
        listed = self._listed(events[order]) if of_events else iter([])
        rows = frame.drop(_ROWS)[order].iter_rows(named=True) if frame.width > 1 else ({} for _ in order)
        for at, row in zip(order.tolist(), rows, strict=True):
            context = {**row, **{name: values[at] for name, values in contexts.items()}}
            if of_events:
                so_far = next(listed)
                context |= {EVENT: so_far[-1] if so_far else None, EVENTS: so_far}
            value = condition.rule.evaluate(context)
            found[at] = value if type(value) is bool else None
        return pl.Series(found, dtype=pl.Boolean)

    def _listed(self, events: Integers) -> Iterator[list[dict[str, Any]]]:
        """`events` as of each event; events in ascending order, negative ones are none."""
        names = list(EVENT_PARTS)
        columns = pl.DataFrame([self.part(EventColumn(name)).alias(name) for name in names])
        offsets = self.log.offsets
        case, of_case = -1, list[dict[str, Any]]()
        for event in events.tolist():
            if event < 0:
                yield []
                continue
            if case < 0 or event >= offsets[case + 1]:
                case = int(np.searchsorted(offsets, event, side="right")) - 1
                of_case = columns[int(offsets[case]) : int(offsets[case + 1])].to_dicts()
            yield of_case[: event - int(offsets[case]) + 1]


def _nothing(length: int) -> pl.Series:
    return pl.Series([], dtype=pl.Null).extend_constant(None, length)


def _as_boolean(values: pl.Series) -> pl.Series:
    """Anything but true and false is null: it is no condition."""
    if values.dtype == pl.Boolean:
        return values
    if values.dtype == pl.Object:
        told = [value if type(value) is bool else None for value in values.to_list()]
        return pl.Series(told, dtype=pl.Boolean)
    return pl.Series([], dtype=pl.Boolean).extend_constant(None, len(values))
