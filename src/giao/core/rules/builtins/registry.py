"""How a built-in function is declared, found and called.

A declaration is one line, such as `substring(string: string, start position: number, length?: number) -> string`.
Marks: `name?` may be left out; `type?` may be null; `*name: list` takes one list or any number of elements; `name...`
takes all that follows. Types separated by `|` are alternatives; `T` stands for any one type. An argument that is a list
of one is unwrapped where a single value is wanted, and a single value is wrapped where a list is wanted (DMN 1.5,
10.3.2.9.4); anything else that does not fit makes the call null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giao.core.rules.types import ANY_TYPE, Type, from_node
from giao.core.rules.values import LIST, kind_of, note


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    types: tuple[Type, ...]
    kinds: frozenset[str]
    optional: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """`spread` is None, `elements` (one list or its elements) or `rest` (the last parameter takes all that follows)."""

    parameters: tuple[Parameter, ...]
    result: Type
    spread: str | None
    function: Callable[..., Any]

    def accepts(self, count: int) -> bool:
        """Whether so many positional arguments may fit."""
        if self.spread == "elements":
            return count >= 1
        least = sum(1 for parameter in self.parameters if not parameter.optional)
        return least <= count and (self.spread == "rest" or count <= len(self.parameters))

    def places(self, labels: Sequence[str]) -> list[int | None] | None:
        """For each parameter the index of the argument so named; None when the names do not fit."""
        known = [parameter.name for parameter in self.parameters]
        if len(set(labels)) != len(labels) or any(label not in known for label in labels):
            return None
        found = [labels.index(name) if name in labels else None for name in known]
        if any(
            place is None and not parameter.optional
            for place, parameter in zip(found, self.parameters, strict=True)
        ):
            return None
        return found


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function by name with its signatures, tried in the order declared. `heavy` ones work on lists."""

    name: str
    signatures: tuple[Signature, ...]
    heavy: bool


BUILTINS: dict[str, Builtin] = {}


def builtin(declaration: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under its declaration; several declarations of one name are its overloads."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name, signature = read_declaration(declaration, function)
        before = BUILTINS[name].signatures if name in BUILTINS else ()
        BUILTINS[name] = make_builtin(name, (*before, signature))
        return function

    return register


def make_builtin(name: str, signatures: tuple[Signature, ...]) -> Builtin:
    heavy = any(
        signature.spread or any(parameter.kinds & {LIST, "any"} for parameter in signature.parameters)
        for signature in signatures
    )
    return Builtin(name, signatures, heavy)


def functions_of(extra: Mapping[str, Callable[..., Any]] | None) -> dict[str, Builtin]:
    """Functions a caller adds. A function may carry its FEEL declaration in the attribute `feel`
    (`missed(kpi: string, k: number, n: number) -> boolean`); without it any arguments are handed on."""
    found: dict[str, Builtin] = {}
    for name, function in (extra or {}).items():
        declared = getattr(function, "feel", None)
        if declared is None:
            parameter = Parameter("arguments", (ANY_TYPE,), frozenset({"any"}), optional=True, nullable=True)
            signature = Signature((parameter,), ANY_TYPE, "rest", _spread_call(function))
        else:
            _, signature = read_declaration(str(declared), function)
        found[name] = make_builtin(name, (signature,))
    return found


def _spread_call(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda arguments=(): function(*arguments)


def read_declaration(text: str, function: Callable[..., Any]) -> tuple[str, Signature]:
    head, _, tail = text.rpartition("->")
    name, _, inside = head.strip().removesuffix(")").partition("(")
    parameters: list[Parameter] = []
    spread: str | None = None
    for part in _split(inside, ","):
        label, _, kind = (piece.strip() for piece in part.partition(":"))
        if label.startswith("*"):
            spread, label = "elements", label[1:]
        elif label.endswith("..."):
            spread, label = "rest", label[:-3]
        optional, nullable = label.endswith("?"), kind.endswith("?")
        types = tuple(_type(piece) for piece in _split(kind.removesuffix("?"), "|"))
        kinds = frozenset("any" if part.name in ("T", "any") else part.name for part in types)
        parameters.append(
            Parameter(label.removesuffix("?"), types, kinds, optional, nullable or "any" in kinds)
        )
    return name, Signature(tuple(parameters), _type(tail), spread, function)


def _split(text: str, separator: str) -> list[str]:
    """Split outside angle brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "<") - (char == ">")
        if char == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _type(text: str) -> Type:
    from giao.core.rules.parser import parse_type

    def read(node: Any) -> Type:
        if node.name == "T":
            return Type("T")
        parts = tuple(read(part) for part in node.parameters)
        return Type(node.name, parts, node.labels) if parts else from_node(node)

    return read(parse_type(text.strip()))


MISFIT = object()


def fit(value: Any, parameter: Parameter) -> Any:
    """The value as the parameter takes it, or MISFIT."""
    kinds = parameter.kinds
    if value is None:
        return None if parameter.nullable else MISFIT
    kind = kind_of(value)
    if kind in kinds or "any" in kinds:
        return value
    if kind == LIST and len(value) == 1:
        inner = value[0]
        return inner if inner is not None and kind_of(inner) in kinds else MISFIT
    return [value] if LIST in kinds else MISFIT


def call(function: Builtin, arguments: Sequence[Any], labels: Sequence[str] = ()) -> Any:
    """The value of a call by position or name; null (with a warning) when no signature fits."""
    for signature in function.signatures:
        prepared = prepare(signature, arguments, labels)
        if prepared is not None:
            return signature.function(*prepared)
    return note(f"{function.name}() is not defined for these arguments.")


def prepare(signature: Signature, arguments: Sequence[Any], labels: Sequence[str] = ()) -> list[Any] | None:
    """The arguments as the function takes them, or None when they do not fit this signature."""
    if labels:
        places = signature.places(labels)
        if places is None:
            return None
        ordered = [None if place is None else arguments[place] for place in places]
        given = [place is not None for place in places]
        if signature.spread == "rest" and given[-1]:
            ordered = [*ordered[:-1], ordered[-1] if kind_of(ordered[-1]) == LIST else [ordered[-1]]]
    else:
        if not signature.accepts(len(arguments)):
            return None
        if signature.spread == "elements":
            alone = len(arguments) == 1 and (arguments[0] is None or kind_of(arguments[0]) == LIST)
            ordered = [arguments[0] if alone else list(arguments)]
        elif signature.spread == "rest":
            fixed = len(signature.parameters) - 1
            return _with_rest(signature, arguments, fixed)
        else:
            ordered = list(arguments)
        given = [True] * len(ordered)
    while given and not given[-1]:
        ordered.pop()
        given.pop()
    return _fitted(signature, ordered, given)


def _fitted(signature: Signature, ordered: list[Any], given: list[bool]) -> list[Any] | None:
    result: list[Any] = []
    for value, parameter, is_given in zip(ordered, signature.parameters, given, strict=False):
        fitted = fit(value, parameter) if is_given else None
        if fitted is MISFIT:
            return None
        result.append(fitted)
    return result


def _with_rest(signature: Signature, arguments: Sequence[Any], fixed: int) -> list[Any] | None:
    first = _fitted(signature, list(arguments[:fixed]), [True] * fixed)
    last = signature.parameters[-1]
    rest = [fit(value, last) for value in arguments[fixed:]]
    if first is None or any(value is MISFIT for value in rest):
        return None
    return [*first, rest]
