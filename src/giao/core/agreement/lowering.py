"""A condition's tree with what can be a column made one: `event.activity`, `clock.fix.state`, `count(events)`, …

A column's name begins with `@`, which no name of FEEL can. What a column holds stands beside it; `names.py` says what
it means, `event_columns.py` and `kpis/clock_names.py` fill it. The rule over the columns gives what the rule as written
gives over the contexts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Literal

from giao.core.rules import Rule, RuleError, Type, check
from giao.core.rules import nodes as n
from giao.core.rules.builtins import BUILTINS
from giao.core.rules.types import context_of


@dataclass(frozen=True)
class AttributeColumn:
    """An attribute whose name is also that of a function, so that the rule can tell them apart."""

    name: str


@dataclass(frozen=True)
class EventColumn:
    """A part of an event of the case: `at` counts from 1, negative back from the event at hand (-1: itself)."""

    part: str
    at: int = -1


@dataclass(frozen=True)
class Tally:
    """What holds of the case's events so far: how many (`count`), `some`, `every`. `test` reads EventColumns."""

    kind: Literal["count", "some", "every"]
    test: Rule
    parts: tuple[tuple[str, EventColumn], ...]


@dataclass(frozen=True)
class InstanceColumn:
    """A part of the instance of a clock that the row is about."""

    clock: str
    part: str


Column = AttributeColumn | EventColumn | Tally | InstanceColumn


@dataclass(frozen=True)
class Lowered:
    """The tree over columns, the columns by name, and the attributes that the tree no longer names themselves."""

    tree: n.Node
    columns: Mapping[str, Column]
    renamed: frozenset[str]


_RESERVED = frozenset({"event", "events", "clock"})


def lower(
    tree: n.Node,
    text: str,
    schema: Mapping[str, Type],
    event_parts: Mapping[str, Type],
    instance_parts: Mapping[str, Type],
) -> Lowered:
    """The tree over columns. `schema` tells which names there are."""
    bound = _bound(tree)
    if bound & _RESERVED:
        return Lowered(tree, {}, frozenset())  # the rule means something else by these names somewhere
    return _Lowering(text, schema, event_parts, instance_parts, bound).tree(tree)


class _Lowering:
    def __init__(
        self,
        text: str,
        schema: Mapping[str, Type],
        event_parts: Mapping[str, Type],
        instance_parts: Mapping[str, Type],
        bound: frozenset[str],
    ) -> None:
        self._text = text
        self._parts, self._instance_parts, self._bound = event_parts, instance_parts, bound
        self._schema = schema
        self._has_event = "event" in schema and schema["event"].name == "context"
        self._has_events = "events" in schema and schema["events"].name == "list"
        self._clocks = frozenset(schema["clock"].labels) if "clock" in schema else frozenset()
        self._columns: dict[str, Column] = {}
        self._in_filter = 0

    def tree(self, tree: n.Node) -> Lowered:
        renamed = (self._schema.keys() & BUILTINS.keys()) - self._bound
        return Lowered(self._node(tree), self._columns, frozenset(renamed))

    def _node(self, node: n.Node) -> n.Node:
        if isinstance(node, n.Path):
            found = self._path(node)
        elif isinstance(node, n.Call):
            found = self._call(node)
        elif isinstance(node, n.Quantified):
            found = self._quantified(node)
        elif isinstance(node, n.Name):
            found = self._name(node)
        else:
            found = None
        if found is not None:
            return found
        if isinstance(node, n.Filter):
            source = self._node(node.source)
            self._in_filter += 1
            condition = self._node(node.condition)
            self._in_filter -= 1
            return replace(node, source=source, condition=condition)
        return rebuilt(node, self._node, skip="function" if isinstance(node, n.Call) else None)

    def _column(self, name: str, column: Column, node: n.Node) -> n.Name:
        self._columns[name] = column
        return n.Name(node.start, node.end, name)

    def _name(self, node: n.Name) -> n.Node | None:
        """Inside a filter such a name may be a part of the element, so there it stays."""
        doubtful = node.name in self._schema and node.name in BUILTINS and node.name not in self._bound
        if not doubtful or self._in_filter:
            return None
        return self._column(f"@{node.name}", AttributeColumn(node.name), node)

    def _path(self, node: n.Path) -> n.Node | None:
        source = node.source
        if (
            isinstance(source, n.Name)
            and source.name == "event"
            and self._has_event
            and node.name in self._parts
        ):
            return self._column(f"@event.{node.name}", EventColumn(node.name), node)
        if (
            isinstance(source, n.Path)
            and isinstance(source.source, n.Name)
            and source.source.name == "clock"
            and source.name in self._clocks
            and node.name in self._instance_parts
        ):
            return self._column(
                f"@clock.{source.name}.{node.name}", InstanceColumn(source.name, node.name), node
            )
        if isinstance(source, n.Filter) and self._is_events(source.source) and node.name in self._parts:
            at = _position(source.condition)
            if at is not None:
                name = f"@event.{node.name}" if at == -1 else f"@events[{at}].{node.name}"
                return self._column(name, EventColumn(node.name, at), node)
        return None

    def _is_events(self, node: n.Node) -> bool:
        return self._has_events and isinstance(node, n.Name) and node.name == "events"

    def _call(self, node: n.Call) -> n.Node | None:
        if not (
            isinstance(node.function, n.Name) and node.function.name == "count" and len(node.arguments) == 1
        ):
            return None
        listed = node.arguments[0]
        if self._is_events(listed):
            return self._column("@event.number", EventColumn("number"), node)
        if not isinstance(listed, n.Filter) or not self._is_events(listed.source):
            return None
        return self._tally("count", None, listed.condition, node)

    def _quantified(self, node: n.Quantified) -> n.Node | None:
        first = node.iterators[0]
        if len(node.iterators) > 1 or first.until is not None or not self._is_events(first.domain):
            return None
        return self._tally("some" if node.kind == "some" else "every", first.name, node.body, node)

    def _tally(
        self, kind: Literal["count", "some", "every"], element: str | None, condition: n.Node, node: n.Node
    ) -> n.Node | None:
        """None where the test reads anything but the element, or may be no condition."""
        test = _ElementTest(self._parts, element)
        tree = test.tree(condition)
        if tree is None:
            return None
        schema = (
            {**self._parts, "item": context_of(self._parts)}
            if element is None
            else {element: context_of(self._parts)}
        )
        try:
            written = Rule(self._text, condition, schema, None, None)
            if check(written, schema).name != "boolean":
                return None
        except RuleError:
            return None
        rule = Rule(self._text, tree, test.columns, None, None)
        return self._column(
            f"@{kind}[{node.start}:{node.end}]", Tally(kind, rule, tuple(sorted(test.columns.items()))), node
        )


class _ElementTest:
    """A condition on one element of `events` with the element's parts as columns."""

    def __init__(self, parts: Mapping[str, Type], element: str | None) -> None:
        self._parts, self._element = parts, element or "item"
        self._bare = element is None
        self.columns: dict[str, EventColumn] = {}

    def tree(self, condition: n.Node) -> n.Node | None:
        nested = (n.Filter, n.For, n.Quantified, n.FunctionNode, n.ContextNode)
        if any(isinstance(node, nested) for node in n.walk(condition)):
            return None
        try:
            return self._node(condition)
        except _NotOfTheElement:
            return None

    def _node(self, node: n.Node) -> n.Node:
        if isinstance(node, n.Path) and isinstance(node.source, n.Name) and node.source.name == self._element:
            return self._column(node.name, node)
        if isinstance(node, n.Name):
            if not self._bare:
                raise _NotOfTheElement
            return self._column(node.name, node)
        if isinstance(node, n.Call) and not (
            isinstance(node.function, n.Name) and node.function.name in BUILTINS
        ):
            raise _NotOfTheElement
        return rebuilt(node, self._node, skip="function" if isinstance(node, n.Call) else None)

    def _column(self, part: str, node: n.Node) -> n.Name:
        if part not in self._parts:
            raise _NotOfTheElement
        self.columns[f"@event.{part}"] = EventColumn(part)
        return n.Name(node.start, node.end, f"@event.{part}")


class _NotOfTheElement(Exception):
    """The test reads something else."""


def _position(condition: n.Node) -> int | None:
    if not isinstance(condition, n.Literal) or type(condition.value) is not Decimal:
        return None
    at = int(condition.value)
    return at if at == condition.value and at != 0 and abs(at) < 2**31 else None


def _bound(tree: n.Node) -> frozenset[str]:
    """Names that the rule itself introduces somewhere."""
    found: set[str] = set()
    for node in n.walk(tree):
        if isinstance(node, n.For | n.Quantified):
            found.update(iteration.name for iteration in node.iterators)
        elif isinstance(node, n.FunctionNode):
            found.update(parameter.name for parameter in node.parameters)
        elif isinstance(node, n.ContextNode):
            found.update(key for key, _ in node.entries)
    return frozenset(found)


def rebuilt(node: n.Node, change: Callable[[n.Node], n.Node], skip: str | None = None) -> n.Node:
    """The node with its direct children changed (but for one field)."""
    updates: dict[str, Any] = {}
    for item in fields(node):
        if item.name == skip:
            continue
        before = getattr(node, item.name)
        after = _changed(before, change)
        if after is not before:
            updates[item.name] = after
    return replace(node, **updates) if updates else node


def _changed(value: Any, change: Callable[[n.Node], n.Node]) -> Any:
    if isinstance(value, n.Node):
        return change(value)
    if isinstance(value, tuple):
        parts = tuple(_changed(part, change) for part in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return value
