"""The compiler's frame: which names are whose, constants folded, and one compile function for each kind of node.

A compiled part is `Code`: a function from the environment (a mapping of names to values) to a value. Names that the rule
introduces live in a `Scope` on top of the caller's mapping; only rules that loop or call heavy functions get one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

from giao.core.rules import nodes as n
from giao.core.rules.builtins import BUILTINS, Builtin, call
from giao.core.rules.values import CONTEXT, LIST, READY, Function, convert, kind_of, note

Code = Callable[[Any], Any]
TypeTest = Callable[[Any], bool]
NodeT = TypeVar("NodeT", bound=n.Node)

_COMPILE: dict[type[n.Node], Callable[[Any, Any], Code]] = {}


def compiles(
    kind: type[NodeT],
) -> Callable[[Callable[[Compiler, NodeT], Code]], Callable[[Compiler, NodeT], Code]]:
    """Register the compile function of a node type."""

    def register(function: Callable[[Compiler, NodeT], Code]) -> Callable[[Compiler, NodeT], Code]:
        _COMPILE[kind] = function
        return function

    return register


class Compiler:
    """Compiles one rule. `functions` are those the caller adds, `types` tests for type names of the caller's own."""

    def __init__(
        self,
        names: Iterable[str] | None,
        functions: Mapping[str, Builtin],
        types: Mapping[str, TypeTest],
    ) -> None:
        self.given = None if names is None else frozenset(names)
        self.functions = functions
        self.types = types
        self.locals: list[frozenset[str]] = []
        self.filters = 0
        self.needs_budget = False
        self.free: set[str] = set()
        self._constants: dict[int, tuple[Code, Any]] = {}

    def compile(self, node: n.Node) -> Code:
        """The code of a node; nothing is evaluated but constants."""
        return _COMPILE[type(node)](self, node)

    # ---- constants ---------------------------------------------------------------------------------------------------

    def constant(self, value: Any) -> Code:
        def constant(_: Any) -> Any:
            return value

        self._constants[id(constant)] = (constant, value)
        return constant

    def is_constant(self, code: Code) -> bool:
        return id(code) in self._constants

    def value_of(self, code: Code) -> Any:
        """The value of constant code."""
        return self._constants[id(code)][1]

    def folded(self, code: Code, *parts: Code) -> Code:
        """`code`, or its value when all parts are constants and it is a plain value (a null keeps its warning)."""
        if all(self.is_constant(part) for part in parts):
            value = code({})
            if value is not None and kind_of(value) not in (LIST, CONTEXT):
                return self.constant(value)
        return code

    # ---- names -------------------------------------------------------------------------------------------------------

    @contextmanager
    def scope(self, names: Iterable[str]) -> Any:
        """Names that the rule introduces, while what is inside is compiled."""
        self.locals.append(frozenset(names))
        try:
            yield
        finally:
            self.locals.pop()

    @contextmanager
    def filtering(self) -> Any:
        """Inside a filter any name may be an entry of the element."""
        self.filters += 1
        try:
            with self.scope(["item"]):
                yield
        finally:
            self.filters -= 1

    def is_local(self, name: str) -> bool:
        return any(name in names for names in self.locals)

    def is_given(self, name: str) -> bool:
        return self.given is not None and name in self.given

    def function_named(self, name: str) -> Builtin | None:
        """The function a call of that name means, unless the rule or the caller's names define it."""
        if self.is_local(name):
            return None
        if name in self.functions:
            return self.functions[name]
        return None if self.is_given(name) else BUILTINS.get(name)

    def function_behind(self, name: str) -> Builtin | None:
        """The built-in that a variable of the same name stands before: called unless the variable is a function."""
        return BUILTINS.get(name) if self.is_local(name) or self.is_given(name) else None

    def mark_free(self, name: str) -> None:
        if self.is_local(name) or (self.filters and self.given is not None and name not in self.given):
            return
        self.free.add(name)


def as_function(builtin: Builtin) -> Function:
    """A built-in as a value that can be handed to another function."""
    parameters = tuple(parameter.name for parameter in builtin.signatures[0].parameters)
    variadic = len(builtin.signatures) > 1 or builtin.signatures[0].spread is not None
    return Function(builtin.name, parameters, lambda arguments: call(builtin, arguments), variadic)


@compiles(n.Literal)
def compile_literal(compiler: Compiler, node: n.Literal) -> Code:
    return compiler.constant(node.value)


@compiles(n.Name)
def compile_name(compiler: Compiler, node: n.Name) -> Code:
    name = node.name
    builtin = compiler.functions.get(name) or BUILTINS.get(name)
    if compiler.is_local(name) and not compiler.filters:
        return lambda env: env[name]
    fallback = None if builtin is None else as_function(builtin)
    if builtin is None or compiler.is_given(name) or name in ("item", "partial"):
        compiler.mark_free(name)

    def load(env: Any) -> Any:
        try:
            value = env[name]
        except KeyError:
            return fallback if fallback is not None else note(f"There is no value named {name!r}.")
        kind = type(value)
        if kind is str or kind is bool:
            return value
        if kind is Decimal:
            return value if value.is_finite() else None
        if kind is int:
            return Decimal(value)
        return value if kind in READY else convert(value)

    return load


def raw(compiler: Compiler, node: n.Node) -> Code:
    """Code that may give a Python value not yet converted: paths into a big context convert only what they reach."""
    if isinstance(node, n.Name) and not (compiler.is_local(node.name) and not compiler.filters):
        name, load = node.name, compiler.compile(node)

        def peek(env: Any) -> Any:
            try:
                value = env[name]
            except KeyError:
                return load(env)
            return value if isinstance(value, Mapping) else load(env)

        return peek
    if isinstance(node, n.Path):
        return compile_raw_path(compiler, node)
    return compiler.compile(node)


def compile_raw_path(compiler: Compiler, node: n.Path) -> Code:
    from giao.core.rules.scalar.members import member

    source, name = raw(compiler, node.source), node.name

    def step(env: Any) -> Any:
        holder = source(env)
        if isinstance(holder, Mapping):
            try:
                return holder[name]
            except KeyError:
                return note(f"The context has no entry {name!r}.")
        return member(convert(holder), name)

    return step


@compiles(n.Path)
def compile_path(compiler: Compiler, node: n.Path) -> Code:
    step = compile_raw_path(compiler, node)
    return lambda env: convert(step(env))
