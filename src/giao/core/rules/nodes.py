"""The typed tree of a FEEL expression. Every node knows its span `[start, end)` in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """`start` and `end` are 0-based character offsets into the rule's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean, null or a temporal `@"…"` value, already as a value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`op` is one of `+ - * / **`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`op` is one of `= != < <= > >=`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`op` is `and` or `or`; the parts are two or more."""

    op: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in tests`: true when one test holds."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class UnaryComparison(Node):
    """A test `< 5`, `!= "a"` on the value at hand."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table: `-`, `not(…)` or tests separated by commas; the value is named `?`."""

    tests: tuple[Node, ...]
    negated: bool
    any: bool


@dataclass(frozen=True, slots=True)
class RangeNode(Node):
    """`low` or `high` is None for an unbounded side."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextNode(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """One `name in domain` of `for`, `some` and `every`; `until` is set for `a..b`."""

    name: str
    domain: Node
    until: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`kind` is `some` or `every`."""

    kind: str
    iterators: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class TypeNode(Node):
    """`name` is a built-in type or one the caller defines; `list<T>`, `range<T>`, `context<a: T>` and
    `function<T, …> -> T` carry their parts in `parameters` (with `labels` for a context, result last for a
    function)."""

    name: str
    parameters: tuple[TypeNode, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: str
    type: TypeNode | None


@dataclass(frozen=True, slots=True)
class FunctionNode(Node):
    """`external` functions parse but call nothing: they give null."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`labels` is empty for positional arguments, else as long as `arguments`."""

    function: Node
    arguments: tuple[Node, ...]
    labels: tuple[str, ...]


def children(node: Node) -> Iterator[Node]:
    """The direct child nodes, in the order written."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    yield item
                elif isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], Node):
                    yield item[1]


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it; an explicit stack, so that long chains do not recurse."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))
