"""Patterns and conditions on one event of one case: the scalar side of `patterns.py`. Names mean what `names.py` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from giao.core.agreement.document.base import Pattern
from giao.core.agreement.lowering import AttributeColumn, InstanceColumn, Tally
from giao.core.agreement.names import (
    EVENTS,
    IN_A_CLOCK,
    Condition,
    compile_condition,
    event_context,
    instant,
    with_events,
)
from giao.core.rules import Type


class Rules:
    """FEEL conditions of a schema, each compiled and checked once."""

    def __init__(self, schema: Mapping[str, Type]) -> None:
        self._schema = with_events(schema)
        self._compiled: dict[str, Condition] = {}

    def names(self, condition: str) -> frozenset[str]:
        """What a condition reads."""
        return self._condition(condition).names

    def reads_events(self, condition: str) -> bool:
        """Whether a condition looks back over the events of the case."""
        found = self._condition(condition)
        return EVENTS in found.names and self._schema[EVENTS].name == "list"

    def holds(self, condition: str, context: Mapping[str, Any]) -> bool:
        """Whether a condition is true; null is not. Names that nothing has set yet are null."""
        found = self._condition(condition)
        values = {name: _value(found, name, context) for name in found.rule.names}
        return found.rule.evaluate(values) is True

    def seen(self, condition: str, context: Mapping[str, Any]) -> dict[str, Any]:
        """What a condition read, by name: attributes, and parts of events as it writes them."""
        found = self._condition(condition)
        return {
            name.removeprefix("@"): _value(found, name, context)
            for name in sorted(found.rule.names - found.contexts)
            if not isinstance(found.columns.get(name), Tally)
        }

    def _condition(self, text: str) -> Condition:
        if text not in self._compiled:
            self._compiled[text] = compile_condition(text, self._schema, IN_A_CLOCK)
        return self._compiled[text]


def _value(condition: Condition, name: str, context: Mapping[str, Any]) -> Any:
    column = condition.columns.get(name)
    if column is None:
        return context[f"@{name}"] if name in condition.contexts else context.get(name)
    if isinstance(column, AttributeColumn):
        return context.get(column.name)
    if isinstance(column, Tally):
        return _tally(column, context["@events"])
    assert not isinstance(column, InstanceColumn)  # the schema refuses clocks here
    events = context["@events"]
    inside = abs(column.at) <= len(events)
    return events[column.at - 1 if column.at > 0 else column.at][column.part] if inside else None


def _tally(column: Tally, events: list[Mapping[str, Any]]) -> Any:
    verdicts = [
        column.test.evaluate({name: event[part.part] for name, part in column.parts}) for event in events
    ]
    if column.kind == "count":
        return sum(verdict is True for verdict in verdicts)
    decisive = column.kind == "some"
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def context_of(
    values: Mapping[str, Any],
    own: Mapping[str, Any],
    number: int,
    time_us: int,
    activity: str,
    lifecycle: str | None,
    before: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Names of a condition at an event.

    values  attributes as last set, this event included; `own`: what the event itself sets
    number  its position in the case, from 1; `before`: contexts of the events before it, when a condition reads `events`
    """
    event = event_context(number, time_us, activity, lifecycle, own)
    return {
        "@event": event,
        "@events": [*before, event],
        **values,
        "activity": activity,
        "lifecycle": lifecycle,
        "time": instant(time_us),
    }


def matches(
    rules: Rules,
    patterns: Iterable[Pattern],
    activity: str,
    lifecycle: str | None,
    context: Mapping[str, Any],
) -> bool:
    """Whether an event is meant by at least one of the patterns."""
    return any(_one(rules, pattern, activity, lifecycle, context) for pattern in patterns)


def _one(
    rules: Rules, pattern: Pattern, activity: str, lifecycle: str | None, context: Mapping[str, Any]
) -> bool:
    if pattern.activity is not None and activity not in pattern.activity:
        return False
    if pattern.lifecycle is not None and (lifecycle or "").lower() not in [
        name.lower() for name in pattern.lifecycle
    ]:
        return False
    return pattern.where is None or rules.holds(pattern.where, context)
