"""FEEL types as the static check sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from giao.core.rules.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    FUNCTION,
    LIST,
    NULL,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_MONTHS,
)
from giao.core.told import told


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name; `arguments` are the element of a list or range, the members of a context (named by
    `labels`), or the parameters and then the result of a function. `open` contexts may have other members."""

    name: str
    arguments: tuple[Type, ...] = ()
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.name == FUNCTION and self.arguments:
            given = ", ".join(str(part) for part in self.arguments[:-1])
            return f"function<{given}> -> {self.arguments[-1]}"
        if self.labels:
            inner = ", ".join(
                f"{label}: {part}" for label, part in zip(self.labels, self.arguments, strict=True)
            )
            return f"{self.name}<{inner}>"
        if self.arguments and self.arguments[0].name != "any":
            return f"{self.name}<{self.arguments[0]}>"
        return self.name

    @property
    def element(self) -> Type:
        """What a list or range holds."""
        return self.arguments[0] if self.arguments else ANY_TYPE

    @property
    def members(self) -> Mapping[str, Type]:
        """What a context holds, as far as known."""
        return dict(zip(self.labels, self.arguments, strict=True))


ANY_TYPE = Type("any")
NULL_TYPE = Type(NULL)
NUMBER_TYPE = Type(NUMBER)
STRING_TYPE = Type(STRING)
BOOLEAN_TYPE = Type(BOOLEAN)
DATE_TYPE = Type(DATE)
TIME_TYPE = Type(TIME)
DATE_TIME_TYPE = Type(DATE_TIME)
DAYS_TIME_TYPE = Type(DAYS_TIME)
YEARS_MONTHS_TYPE = Type(YEARS_MONTHS)
CONTEXT_TYPE = Type(CONTEXT)
FUNCTION_TYPE = Type(FUNCTION)

SIMPLE_TYPES: Mapping[str, Type] = {
    part.name: part
    for part in (
        NUMBER_TYPE,
        STRING_TYPE,
        BOOLEAN_TYPE,
        DATE_TYPE,
        TIME_TYPE,
        DATE_TIME_TYPE,
        DAYS_TIME_TYPE,
        YEARS_MONTHS_TYPE,
    )
}


def list_of(element: Type = ANY_TYPE) -> Type:
    return Type(LIST, (element,))


def range_of(element: Type = ANY_TYPE) -> Type:
    return Type(RANGE, (element,))


def context_of(members: Mapping[str, Type]) -> Type:
    """A context whose members are all known."""
    return Type(CONTEXT, tuple(members.values()), tuple(members))


def function_of(parameters: Iterable[Type], result: Type) -> Type:
    return Type(FUNCTION, (*parameters, result))


def type_named(name: str) -> Type:
    """The type a schema names: `number`, `date and time`, `list<string>`, `any`. Raises ValueError otherwise."""
    from giao.core.rules.parser import parse_type

    return from_node(parse_type(name))


def from_node(node: Any) -> Type:
    """The type written in a rule or schema."""
    lowered = node.name.lower()
    if lowered == "any":
        return ANY_TYPE
    if node.name == NULL:
        return NULL_TYPE
    parts = tuple(from_node(part) for part in node.parameters)
    if node.name in (LIST, RANGE):
        return Type(node.name, parts or (ANY_TYPE,))
    if node.name in (CONTEXT, FUNCTION):
        return Type(node.name, parts, node.labels)
    if node.name in SIMPLE_TYPES:
        return SIMPLE_TYPES[node.name]
    raise ValueError(
        told(
            "rule.no_type",
            "There is no type named {name!r}; FEEL knows {names}, list and context.",
            name=node.name,
            names=", ".join(SIMPLE_TYPES),
        )
    )
