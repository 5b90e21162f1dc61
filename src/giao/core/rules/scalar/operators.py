"""Arithmetic, comparison, logic and membership as closures; the common shapes have short ways of their own."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, DecimalException, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from giao.core.rules import nodes as n
from giao.core.rules.arithmetic import OPERATE, negate
from giao.core.rules.comparing import COMPARE, any_of, between, in_range, is_member
from giao.core.rules.floats import float_test
from giao.core.rules.scalar.compiler import Code, Compiler, compiles
from giao.core.rules.values import DECIMAL128, Range, convert, note

_DECIMAL_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL128.add,
    "-": DECIMAL128.subtract,
    "*": DECIMAL128.multiply,
    "/": DECIMAL128.divide,
    "**": DECIMAL128.power,
}
_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
#: The form in which Polars hands out moments in UTC; ZoneInfo keeps one object a key.
_ZONE_UTC = ZoneInfo("UTC")
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@compiles(n.Negation)
def compile_negation(compiler: Compiler, node: n.Negation) -> Code:
    operand = compiler.compile(node.operand)
    return compiler.folded(lambda env: negate(operand(env)), operand)


@compiles(n.Arithmetic)
def compile_arithmetic(compiler: Compiler, node: n.Arithmetic) -> Code:
    left, right = _operand(compiler, node.left), _operand(compiler, node.right)
    decimal_operation, operation = _DECIMAL_OPERATIONS[node.op], OPERATE[node.op]

    def compute(env: Any) -> Any:
        a, b = left(env), right(env)
        first, second = type(a), type(b)
        if (first is Decimal or first is int) and (second is Decimal or second is int):
            try:
                return decimal_operation(a, b)
            except DecimalException as error:
                return note(f"The arithmetic has no result ({type(error).__name__}).")
        return operation(convert(a), convert(b))

    return compiler.folded(compute, left, right)


def _operand(compiler: Compiler, node: n.Node) -> Code:
    """As compiled, but an integer of the context stays one: decimal operations take it, exactly, as it is."""
    load = compiler.compile(node)
    if not isinstance(node, n.Name):
        return load
    name = node.name

    def operand(env: Any) -> Any:
        try:
            value = env[name]
        except KeyError:
            return load(env)
        return value if type(value) is int else load(env)

    return operand


@compiles(n.Comparison)
def compile_comparison(compiler: Compiler, node: n.Comparison) -> Code:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    for name, other, op in ((node.left, right, node.op), (node.right, left, MIRRORED[node.op])):
        if isinstance(name, n.Name) and compiler.is_constant(other):
            value = compiler.value_of(other)
            if type(value) is Decimal:
                return _name_against_number(name.name, compiler.compile(name), op, value)
            if type(value) is str:
                return _name_against_string(name.name, compiler.compile(name), op, value)
            if type(value) is datetime and value.tzinfo is not None:
                return _name_against_instant(name.name, compiler.compile(name), op, value)
    python, compare = _PYTHON[node.op], COMPARE[node.op]
    if compiler.is_constant(right) and type(limit := compiler.value_of(right)) is Decimal:
        return _against_number(left, limit, python, compare)

    def test(env: Any) -> Any:
        a, b = left(env), right(env)
        kind = type(a)
        if kind is type(b) and (kind is Decimal or kind is str):
            return python(a, b)
        return compare(a, b)

    return compiler.folded(test, left, right)


def _name_against_number(name: str, load: Code, op: str, value: Decimal) -> Code:
    """`Amount >= 500`, without converting what Python already compares exactly."""
    python, compare = _PYTHON[op], COMPARE[op]
    on_floats = float_test(op, value)

    def test(env: Any) -> Any:
        try:
            found = env[name]
        except KeyError:
            return compare(load(env), value)
        kind = type(found)
        if kind is Decimal or kind is int:
            try:
                return python(found, value)
            except InvalidOperation:
                return compare(convert(found), value)
        if kind is float and found - found == 0.0:
            return on_floats(found)
        return compare(load(env), value)

    return test


def _against_number(
    code: Code, limit: Decimal, python: Callable[..., Any], compare: Callable[..., Any]
) -> Code:
    """Something computed, against a number."""

    def test(env: Any) -> Any:
        value = code(env)
        return python(value, limit) if type(value) is Decimal else compare(value, limit)

    return test


def _name_against_instant(name: str, load: Code, op: str, value: datetime) -> Code:
    """`Opened > @"2024-06-01T00:00:00Z"`; moments in UTC are compared by Python itself."""
    python, compare = _PYTHON[op], COMPARE[op]
    try:
        limit = value.astimezone(UTC)
    except OverflowError:
        return lambda env: compare(load(env), value)

    def test(env: Any) -> Any:
        try:
            found = env[name]
        except KeyError:
            return compare(load(env), value)
        if type(found) is datetime and (found.tzinfo is UTC or found.tzinfo is _ZONE_UTC):
            return python(found, limit)
        return compare(load(env), value)

    return test


def _name_against_string(name: str, load: Code, op: str, value: str) -> Code:
    python, compare = _PYTHON[op], COMPARE[op]

    def test(env: Any) -> Any:
        try:
            found = env[name]
        except KeyError:
            return compare(load(env), value)
        if type(found) is str:
            return python(found, value)
        return compare(load(env), value)

    return test


@compiles(n.Junction)
def compile_junction(compiler: Compiler, node: n.Junction) -> Code:
    parts = tuple(compiler.compile(part) for part in node.parts)
    decisive = node.op == "or"
    if len(parts) == 2:
        return compiler.folded(_pair(parts[0], parts[1], decisive), *parts)

    def join(env: Any) -> Any:
        sure = True
        for part in parts:
            value = part(env)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                sure = False
        return (not decisive) if sure else None

    return compiler.folded(join, *parts)


def _pair(left: Code, right: Code, decisive: bool) -> Code:
    if decisive:

        def either(env: Any) -> Any:
            a = left(env)
            if a is True:
                return True
            b = right(env)
            if b is True:
                return True
            return False if a is False and b is False else None

        return either

    def both(env: Any) -> Any:
        a = left(env)
        if a is False:
            return False
        b = right(env)
        if b is False:
            return False
        return True if a is True and b is True else None

    return both


@compiles(n.Between)
def compile_between(compiler: Compiler, node: n.Between) -> Code:
    value, low, high = compiler.compile(node.value), compiler.compile(node.low), compiler.compile(node.high)
    return compiler.folded(lambda env: between(value(env), low(env), high(env)), value, low, high)


@compiles(n.If)
def compile_if(compiler: Compiler, node: n.If) -> Code:
    """A chain of `else if` runs in a loop. A null condition takes the other branch, what is no condition gives null."""
    branches: list[tuple[Code, Code]] = []
    rest: n.Node = node
    while isinstance(rest, n.If):
        branches.append((compiler.compile(rest.condition), compiler.compile(rest.then)))
        rest = rest.otherwise
    otherwise, pairs = compiler.compile(rest), tuple(branches)

    def choose(env: Any) -> Any:
        for condition, then in pairs:
            verdict = condition(env)
            if verdict is True:
                return then(env)
            if verdict is not False and verdict is not None:
                return note("'if' needs a condition.")
        return otherwise(env)

    return choose


@compiles(n.RangeNode)
def compile_range(compiler: Compiler, node: n.RangeNode) -> Code:
    """A bound that is null makes the whole range null."""
    low = None if node.low is None else compiler.compile(node.low)
    high = None if node.high is None else compiler.compile(node.high)

    def span(env: Any) -> Any:
        first = None if low is None else low(env)
        last = None if high is None else high(env)
        if (first is None and low is not None) or (last is None and high is not None):
            return note("A range has a null bound.")
        return Range(first, last, node.low_closed, node.high_closed)

    return compiler.folded(span, *(part for part in (low, high) if part is not None))


@compiles(n.UnaryComparison)
def compile_unary_comparison(compiler: Compiler, node: n.UnaryComparison) -> Code:
    """Standing alone, as in a list of tests, it is the range of the values that pass."""
    operand = compiler.compile(node.operand)
    op = node.op

    def span(env: Any) -> Any:
        bound = operand(env)
        if op == "=" or bound is None:
            return bound
        if op == "!=":
            return note("'!=' does not make a range.")
        if op in ("<", "<="):
            return Range(None, bound, low_closed=False, high_closed=op == "<=")
        return Range(bound, None, low_closed=op == ">=", high_closed=False)

    return compiler.folded(span, operand)


@compiles(n.In)
def compile_in(compiler: Compiler, node: n.In) -> Code:
    value = compiler.compile(node.value)
    tests = [_membership(compiler, test) for test in node.tests]
    fast = _constant_set(compiler, node.tests)
    if fast is not None and fast[0] is str and isinstance(node.value, n.Name):
        return _name_among_strings(node.value.name, value, tests, fast[1])
    single = tests[0] if len(tests) == 1 else None

    def member(env: Any) -> Any:
        found = value(env)
        if fast is not None and type(found) is fast[0]:
            return found in fast[1]
        if single is not None:
            return single(found, env)
        return any_of(test(found, env) for test in tests)

    return member


Membership = Callable[[Any, Any], Any]


def _name_among_strings(name: str, load: Code, tests: list[Membership], strings: frozenset[Any]) -> Code:
    """`Priority in ("1", "2")`."""

    def member(env: Any) -> Any:
        try:
            found = env[name]
        except KeyError:
            found = None
        if type(found) is str:
            return found in strings
        value = load(env)
        return any_of(test(value, env) for test in tests)

    return member


def _membership(compiler: Compiler, node: n.Node) -> Membership:
    """One test after `in`: from the value and the environment to true, false or null."""
    if isinstance(node, n.UnaryComparison):
        operand, compare = compiler.compile(node.operand), COMPARE[node.op]
        return lambda value, env: compare(value, operand(env))
    code = compiler.compile(node)
    if isinstance(node, n.RangeNode):

        def inside(value: Any, env: Any) -> Any:
            span = code(env)
            if span is None:
                return None
            return is_member(value, span) if type(value) is Range else in_range(value, span)

        return inside
    if any(isinstance(part, n.Name) and part.name == "?" for part in n.walk(node)):
        return lambda _, env: found if type(found := code(env)) is bool else None
    return lambda value, env: is_member(value, code(env))


def _constant_set(compiler: Compiler, tests: tuple[n.Node, ...]) -> tuple[type, frozenset[Any]] | None:
    """For tests that are only strings, or only numbers: their type and set."""
    items = tests[0].items if len(tests) == 1 and isinstance(tests[0], n.ListNode) else tests
    values = [item.value for item in items if isinstance(item, n.Literal)]
    if not values or len(values) != len(items) or type(values[0]) not in (str, Decimal):
        return None
    kind = type(values[0])
    return (kind, frozenset(values)) if all(type(value) is kind for value in values) else None


@compiles(n.UnaryTests)
def compile_unary_tests(compiler: Compiler, node: n.UnaryTests) -> Code:
    if node.any:
        return lambda env: True
    compiler.mark_free("?")
    value = compiler.compile(n.Name(node.start, node.start, "?"))
    tests = [_membership(compiler, test) for test in node.tests]
    negated = node.negated

    def passes(env: Any) -> Any:
        found = value(env)
        result = any_of(test(found, env) for test in tests)
        return (not result) if negated and result is not None else result

    return passes
