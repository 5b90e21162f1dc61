"""The static check: every name exists, every operator and function gets types that it works on.

`check` infers the type of a rule against a schema of names and raises RuleError at the column that does not fit. What is
not known is `any` and passes; a null is of every type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from giao.core.rules import nodes as n
from giao.core.rules.builtins import BUILTINS, Builtin, functions_of
from giao.core.rules.errors import RuleError
from giao.core.rules.rule import Rule
from giao.core.rules.static.near import did_you_mean
from giao.core.rules.types import ANY_TYPE, Type, type_named
from giao.core.told import told

NodeT = TypeVar("NodeT", bound=n.Node)
Infer = Callable[[Any, Any], Type]
_INFER: dict[type[n.Node], Infer] = {}


def infers(
    kind: type[NodeT],
) -> Callable[[Callable[[Checker, NodeT], Type]], Callable[[Checker, NodeT], Type]]:
    """Register the inference of a node type."""

    def register(function: Callable[[Checker, NodeT], Type]) -> Callable[[Checker, NodeT], Type]:
        _INFER[kind] = function
        return function

    return register


def check(
    rule: Rule,
    schema: Mapping[str, Type | str],
    functions: Mapping[str, Callable[..., Any]] | None = None,
    *,
    zoned: bool = True,
) -> Type:
    """The type of the rule when its names have the types of `schema` (a Type or its name, `list<string>`).

    `functions` are functions of the caller's, by default those the rule was compiled with. With `zoned` the schema's
    dates and times are instants (as all of giao's are), so comparing one with a literal without zone is an error: it
    would always be null. Raises RuleError at the first place that does not fit, with the nearest name when one is unknown.
    """
    known = {name: type_named(part) if isinstance(part, str) else part for name, part in schema.items()}
    extra = rule.functions if functions is None else functions_of(functions)
    checker = Checker(rule.text, known, extra, zoned=zoned)
    try:
        return checker.infer(rule.tree)
    except RecursionError:
        raise RuleError(
            told("rule.too_deep_check", "The rule is nested too deeply to be checked."), rule.text
        ) from None


class Checker:
    """Types of names in scope, innermost last."""

    def __init__(
        self, text: str, schema: Mapping[str, Type], functions: Mapping[str, Builtin], *, zoned: bool
    ) -> None:
        self.text = text
        self.schema = schema
        self.functions = {**BUILTINS, **functions}
        self.extra = functions
        self.zoned = zoned
        self.scopes: list[Mapping[str, Type]] = []
        self.open_scopes = 0

    def infer(self, node: n.Node) -> Type:
        return _INFER[type(node)](self, node)

    def error(self, message: str, node: n.Node) -> RuleError:
        return RuleError(message, self.text, node.start)

    @contextmanager
    def scope(self, names: Mapping[str, Type], *, is_open: bool = False) -> Iterator[None]:
        """Names while a part is inferred; an open scope may hold others too (the entries of an unknown element)."""
        self.scopes.append(names)
        self.open_scopes += is_open
        try:
            yield
        finally:
            self.scopes.pop()
            self.open_scopes -= is_open

    def lookup(self, name: str) -> Type | None:
        for names in reversed(self.scopes):
            if name in names:
                return names[name]
        return self.schema.get(name)

    def visible(self) -> Iterable[str]:
        return [*self.schema, *(name for names in self.scopes for name in names)]

    def unknown_name(self, node: n.Name) -> RuleError:
        hint = did_you_mean(node.name, self.visible())
        if not hint and self.schema and len(self.schema) <= 12:
            hint = told("word.known_here", " Known here: {names}.", names=", ".join(sorted(self.schema)))
        return self.error(
            told("rule.no_name", "There is no name {name!r} here.{hint}", name=node.name, hint=hint), node
        )


@infers(n.Name)
def infer_name(checker: Checker, node: n.Name) -> Type:
    found = checker.lookup(node.name)
    if found is not None:
        return found
    if checker.open_scopes:
        return ANY_TYPE
    if node.name in checker.functions:
        return Type("function")
    raise checker.unknown_name(node)
