"""Function definitions, calls and `instance of`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from giao.core.rules import nodes as n
from giao.core.rules.builtins import Builtin, Signature, call
from giao.core.rules.scalar.compiler import Code, Compiler, TypeTest, compiles
from giao.core.rules.scalar.scope import Scope
from giao.core.rules.types import SIMPLE_TYPES
from giao.core.rules.values import CONTEXT, FUNCTION, LIST, RANGE, Function, kind_of, note

_NATIVE: dict[str, type] = {"string": str, "number": Decimal, "boolean": bool}
#: Functions whose value is not settled by their arguments.
_IMPURE = frozenset({"now", "today"})


@compiles(n.Call)
def compile_call(compiler: Compiler, node: n.Call) -> Code:
    arguments = tuple(compiler.compile(argument) for argument in node.arguments)
    if isinstance(node.function, n.Name):
        builtin = compiler.function_named(node.function.name)
        if builtin is not None:
            code = _builtin_call(compiler, builtin, arguments, node.labels)
            pure = builtin.name not in compiler.functions and builtin.name not in _IMPURE
            return compiler.folded(code, *arguments) if pure and not builtin.heavy and arguments else code
        behind = compiler.function_behind(node.function.name)
        if behind is not None:
            return _call_behind(compiler, node.function.name, behind, arguments, node.labels)
    compiler.needs_budget = True
    function, labels = compiler.compile(node.function), node.labels

    def invoke(env: Any) -> Any:
        found = function(env)
        values = [argument(env) for argument in arguments]
        if kind_of(found) != FUNCTION:
            return note(f"A {kind_of(found)} cannot be called.")
        env.budget.spend(1)
        return _invoke(found, values, labels)

    return invoke


def _call_behind(
    compiler: Compiler, name: str, builtin: Builtin, arguments: tuple[Code, ...], labels: tuple[str, ...]
) -> Code:
    """A call of a name that is a variable and a built-in: `time("10:00:00")` where a column is called `time`.

    A variable that is a function is called, as where it hides no built-in; any other cannot be meant by a call, except
    one of the rule's own that is null: there a function was meant that does not exist. The static check reads it the
    same way.
    """
    compiler.needs_budget = True
    of_the_rule = compiler.is_local(name)
    as_builtin = _builtin_call(compiler, builtin, arguments, labels)

    def invoke(env: Any) -> Any:
        try:
            own = env[name]
        except KeyError:
            return as_builtin(env)
        if own is None and of_the_rule:
            return note(f"There is no function {name!r}.")
        if type(own) is not Function:
            return as_builtin(env)
        env.budget.spend(1)
        return _invoke(own, [argument(env) for argument in arguments], labels)

    return invoke


def _invoke(function: Function, values: list[Any], labels: tuple[str, ...]) -> Any:
    if labels:
        if sorted(labels) != sorted(function.parameters):
            return note(f"The function has no parameters {', '.join(labels)}.")
        values = [values[labels.index(name)] for name in function.parameters]
    if not function.variadic and len(values) != len(function.parameters):
        return note(f"The function takes {len(function.parameters)} arguments, not {len(values)}.")
    return function.call(values)


def _builtin_call(
    compiler: Compiler, builtin: Builtin, arguments: tuple[Code, ...], labels: tuple[str, ...]
) -> Code:
    if builtin.heavy:
        compiler.needs_budget = True

        def heavy(env: Any) -> Any:
            values = [argument(env) for argument in arguments]
            for value in values:
                if type(value) is list:
                    env.budget.spend(len(value))
            result = call(builtin, values, labels)
            if type(result) is list:
                env.budget.spend(len(result))
            return result

        return heavy
    exact = None if labels else _exact_signature(builtin, len(arguments))
    if exact is None:
        return lambda env: call(builtin, [argument(env) for argument in arguments], labels)
    types, function = exact
    if len(arguments) == 2:
        (first, second), (first_type, second_type) = arguments, types

        def pair(env: Any) -> Any:
            a, b = first(env), second(env)
            if type(a) is first_type and type(b) is second_type:
                return function(a, b)
            return call(builtin, [a, b])

        return pair

    def exactly(env: Any) -> Any:
        values = [argument(env) for argument in arguments]
        if [type(value) for value in values] == types:
            return function(*values)
        return call(builtin, values)

    return exactly


def _exact_signature(builtin: Builtin, count: int) -> tuple[list[type], Any] | None:
    """Python types and function of the first signature of plain values that takes so many arguments."""
    signature: Signature
    for signature in builtin.signatures:
        if signature.accepts(count) and signature.spread is None:
            kinds = [next(iter(parameter.kinds)) for parameter in signature.parameters[:count]]
            simple = all(len(parameter.kinds) == 1 for parameter in signature.parameters[:count])
            if simple and count and all(kind in _NATIVE for kind in kinds):
                return [_NATIVE[kind] for kind in kinds], signature.function
            return None
    return None


@compiles(n.FunctionNode)
def compile_function(compiler: Compiler, node: n.FunctionNode) -> Code:
    if node.external:
        return lambda env: note("External functions are not called.")
    compiler.needs_budget = True
    names = tuple(parameter.name for parameter in node.parameters)
    with compiler.scope(names):
        body = compiler.compile(node.body)
    tests = tuple(
        None if parameter.type is None else type_test(parameter.type, compiler.types)
        for parameter in node.parameters
    )

    def make(env: Any) -> Function:
        budget = env.budget

        def run(values: Sequence[Any]) -> Any:
            if len(values) != len(names):
                return note(f"The function takes {len(names)} arguments, not {len(values)}.")
            scope = Scope(env, budget)
            for name, test, value in zip(names, tests, values, strict=True):
                scope[name] = value if test is None else coerced(value, test)
                if value is not None and scope[name] is None:
                    return None
            budget.enter()
            budget.spend(1)
            try:
                return body(scope)
            finally:
                budget.depth += 1

        return Function("function", names, run)

    return make


def coerced(value: Any, test: TypeTest) -> Any:
    """The value if it has the type, else a list of one unwrapped or a value wrapped, else null (DMN 1.5, 10.3.2.9.4)."""
    if value is None or test(value):
        return value
    if kind_of(value) == LIST and len(value) == 1 and test(value[0]):
        return value[0]
    if test([value]):
        return [value]
    return note("An argument does not have the type of its parameter.")


@compiles(n.InstanceOf)
def compile_instance_of(compiler: Compiler, node: n.InstanceOf) -> Code:
    value = compiler.compile(node.value)
    if not type_is_known(node.type, compiler.types):
        return lambda env: note(f"There is no type {node.type.name!r}.")
    test = type_test(node.type, compiler.types)
    return lambda env: (found := value(env)) is not None and test(found)


def type_is_known(node: n.TypeNode, types: Any) -> bool:
    known = node.name in SIMPLE_TYPES or node.name.lower() in ("any", "null", LIST, RANGE, CONTEXT, FUNCTION)
    return (known or node.name in types) and all(type_is_known(part, types) for part in node.parameters)


def type_test(node: n.TypeNode, types: Any) -> TypeTest:
    """Whether a value that is not null has the type; parts may be null."""
    parts = [type_test(part, types) for part in node.parameters]

    def loose(test: TypeTest, value: Any) -> bool:
        return value is None or test(value)

    name = node.name
    if name in types:
        custom: TypeTest = types[name]
        return custom
    if name.lower() == "any":
        return lambda value: True
    if name == LIST:
        return lambda value: (
            kind_of(value) == LIST and (not parts or all(loose(parts[0], item) for item in value))
        )
    if name == RANGE:
        return lambda value: (
            kind_of(value) == RANGE
            and (not parts or (loose(parts[0], value.low) and loose(parts[0], value.high)))
        )
    if name == CONTEXT:
        members = tuple(zip(node.labels, parts, strict=True))
        return lambda value: (
            kind_of(value) == CONTEXT
            and all(label in value and loose(test, value[label]) for label, test in members)
        )
    if name == FUNCTION and parts:
        return lambda value: kind_of(value) == FUNCTION and len(value.parameters) == len(parts) - 1
    return lambda value: kind_of(value) == name
