"""Types of literals, operators and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time

from giao.core.rules import nodes as n
from giao.core.rules.static.check import Checker, infers
from giao.core.rules.temporal import read_date_time, read_time, zone_of
from giao.core.rules.types import (
    ANY_TYPE,
    BOOLEAN_TYPE,
    DATE_TIME_TYPE,
    DATE_TYPE,
    DAYS_TIME_TYPE,
    NULL_TYPE,
    NUMBER_TYPE,
    SIMPLE_TYPES,
    STRING_TYPE,
    TIME_TYPE,
    YEARS_MONTHS_TYPE,
    Type,
    list_of,
    range_of,
)
from giao.core.rules.values import BOOLEAN, LIST, NULL, RANGE, FarDateTime, NanoTime, kind_of
from giao.core.told import told

_ORDERED = frozenset(set(SIMPLE_TYPES) - {BOOLEAN})
_N, _S, _D, _T, _DT, _DUR, _YM = (
    NUMBER_TYPE,
    STRING_TYPE,
    DATE_TYPE,
    TIME_TYPE,
    DATE_TIME_TYPE,
    DAYS_TIME_TYPE,
    YEARS_MONTHS_TYPE,
)
#: Result of each operator on each pair of types that it works on.
RESULTS: dict[str, dict[tuple[Type, Type], Type]] = {
    "+": {
        (_N, _N): _N, (_S, _S): _S, (_DT, _DUR): _DT, (_DUR, _DT): _DT, (_D, _DUR): _D, (_DUR, _D): _D,
        (_T, _DUR): _T, (_DUR, _T): _T, (_DT, _YM): _DT, (_YM, _DT): _DT, (_D, _YM): _D, (_YM, _D): _D,
        (_DUR, _DUR): _DUR, (_YM, _YM): _YM,
    },
    "-": {
        (_N, _N): _N, (_DT, _DT): _DUR, (_D, _D): _DUR, (_DT, _D): _DUR, (_D, _DT): _DUR, (_T, _T): _DUR,
        (_DT, _DUR): _DT, (_D, _DUR): _D, (_T, _DUR): _T, (_DT, _YM): _DT, (_D, _YM): _D,
        (_DUR, _DUR): _DUR, (_YM, _YM): _YM,
    },
    "*": {(_N, _N): _N, (_DUR, _N): _DUR, (_N, _DUR): _DUR, (_YM, _N): _YM, (_N, _YM): _YM},
    "/": {(_N, _N): _N, (_DUR, _N): _DUR, (_YM, _N): _YM, (_DUR, _DUR): _N, (_YM, _YM): _N},
    "**": {(_N, _N): _N},
}  # fmt: skip


def is_open(kind: Type) -> bool:
    """Nothing to hold against it: unknown, or null."""
    return kind.name in ("any", NULL)


def agree(left: Type, right: Type) -> bool:
    """Whether values of the two types may be equal."""
    return is_open(left) or is_open(right) or left.name == right.name


def unify(types: list[Type]) -> Type:
    """The one type that covers all, `any` when they differ; nulls fit everywhere."""
    known = [kind for kind in types if kind.name != NULL]
    if not known:
        return NULL_TYPE if types else ANY_TYPE
    first = known[0]
    if all(kind == first for kind in known):
        return first
    if first.name == LIST and all(kind.name == LIST for kind in known):
        return list_of(unify([kind.element for kind in known]))
    return ANY_TYPE


@infers(n.Literal)
def infer_literal(checker: Checker, node: n.Literal) -> Type:
    kind = kind_of(node.value)
    return NULL_TYPE if kind == NULL else SIMPLE_TYPES[kind]


@infers(n.Negation)
def infer_negation(checker: Checker, node: n.Negation) -> Type:
    operand = checker.infer(node.operand)
    if is_open(operand) or operand in (_N, _DUR, _YM):
        return operand
    raise checker.error(
        told("rule.no_negative", "A {operand} cannot be negated.", operand=operand), node.operand
    )


@infers(n.Arithmetic)
def infer_arithmetic(checker: Checker, node: n.Arithmetic) -> Type:
    left, right = checker.infer(node.left), checker.infer(node.right)
    table = RESULTS[node.op]
    if is_open(left) or is_open(right):
        fitting = {
            result
            for (a, b), result in table.items()
            if (is_open(left) or a == left) and (is_open(right) or b == right)
        }
        if fitting:
            return fitting.pop() if len(fitting) == 1 else ANY_TYPE
    elif (left, right) in table:
        return table[left, right]
    raise checker.error(
        told("rule.no_meaning", "{left} {op} {right} has no meaning.", left=left, op=node.op, right=right),
        node,
    )


@infers(n.Comparison)
def infer_comparison(checker: Checker, node: n.Comparison) -> Type:
    left, right = checker.infer(node.left), checker.infer(node.right)
    compare(checker, node.op, left, right, node.left, node.right)
    return BOOLEAN_TYPE


def compare(
    checker: Checker, op: str, left: Type, right: Type, left_node: n.Node, right_node: n.Node
) -> None:
    """Raise when `left op right` would be null whatever the values."""
    if not agree(left, right):
        hint = ""
        if {left.name, right.name} == {DATE_TYPE.name, DATE_TIME_TYPE.name}:
            hint = told("word.take_the_day", " Take the day with date(…).")
        elif {left.name, right.name} == {STRING_TYPE.name, NUMBER_TYPE.name}:
            hint = told(
                "word.write_literal",
                " Write the literal in the other's form, or convert with number(…) or string(…).",
            )
        raise checker.error(
            told(
                "rule.no_compare",
                "A {left} and a {right} cannot be compared.{hint}",
                left=left,
                right=right,
                hint=hint,
            ),
            right_node,
        )
    if op not in ("=", "!="):
        for kind, node in ((left, left_node), (right, right_node)):
            if not is_open(kind) and kind.name not in _ORDERED:
                raise checker.error(
                    told(
                        "rule.no_order", "A {kind} has no order: {op!r} cannot compare it.", kind=kind, op=op
                    ),
                    node,
                )
    _same_zone(checker, left, right, left_node, right_node)


def _same_zone(checker: Checker, left: Type, right: Type, left_node: n.Node, right_node: n.Node) -> None:
    """An instant of the schema, or its time of day, against a literal without zone is never comparable."""
    if not checker.zoned or left != right or left not in (DATE_TIME_TYPE, TIME_TYPE):
        return
    for one, other in ((left_node, right_node), (right_node, left_node)):
        if _is_local(one) and _is_an_instants(other, left):
            raise checker.error(_zoneless(left), one)


def _zoneless(kind: Type) -> str:
    if kind == TIME_TYPE:
        return told(
            "rule.zoneless_time",
            "This time has no zone, so it cannot be compared with that of an instant: add Z or an offset such as +07:00.",
        )
    return told(
        "rule.zoneless",
        "This date and time has no zone, so it cannot be compared with an instant: add Z, an "
        "offset such as +07:00, or a zone such as @Asia/Ho_Chi_Minh.",
    )


def _is_an_instants(node: n.Node, kind: Type) -> bool:
    """A name or part that is an instant by its type; the time of day of one."""
    if kind == DATE_TIME_TYPE:
        return isinstance(node, (n.Name, n.Path))
    return (
        isinstance(node, n.Call)
        and isinstance(node.function, n.Name)
        and node.function.name == "time"
        and len(node.arguments) == 1
        and isinstance(node.arguments[0], (n.Name, n.Path))
    )


def _is_local(node: n.Node) -> bool:
    value = node.value if isinstance(node, n.Literal) else None
    if (
        isinstance(node, n.Call)
        and isinstance(node.function, n.Name)
        and node.function.name in _READ
        and len(node.arguments) == 1
        and isinstance(node.arguments[0], n.Literal)
        and isinstance(node.arguments[0].value, str)
    ):
        value = _READ[node.function.name](node.arguments[0].value)
    return isinstance(value, (datetime, FarDateTime, time, NanoTime)) and zone_of(value) is None


_READ: Mapping[str, Callable[[str], object]] = {"date and time": read_date_time, "time": read_time}


@infers(n.Junction)
def infer_junction(checker: Checker, node: n.Junction) -> Type:
    for part in node.parts:
        condition(checker, part, told("word.joins", "{op!r} joins conditions", op=node.op))
    return BOOLEAN_TYPE


def condition(checker: Checker, node: n.Node, purpose: str) -> None:
    found = checker.infer(node)
    if not is_open(found) and found != BOOLEAN_TYPE:
        raise checker.error(
            told("rule.purpose", "{purpose}, but this is a {found}.", purpose=purpose, found=found), node
        )


@infers(n.Between)
def infer_between(checker: Checker, node: n.Between) -> Type:
    value = checker.infer(node.value)
    compare(checker, ">=", value, checker.infer(node.low), node.value, node.low)
    compare(checker, "<=", value, checker.infer(node.high), node.value, node.high)
    return BOOLEAN_TYPE


@infers(n.In)
def infer_in(checker: Checker, node: n.In) -> Type:
    value = checker.infer(node.value)
    for test in node.tests:
        infer_test(checker, value, node.value, test)
    return BOOLEAN_TYPE


def infer_test(checker: Checker, value: Type, value_node: n.Node, test: n.Node) -> None:
    """One test after `in`: a comparison, a range, a list of values or ranges, or a value."""
    if isinstance(test, n.UnaryComparison):
        compare(checker, test.op, value, checker.infer(test.operand), value_node, test.operand)
        return
    if isinstance(test, n.RangeNode):
        for bound in (test.low, test.high):
            if bound is not None:
                compare(checker, "<=", value, checker.infer(bound), value_node, bound)
        return
    if isinstance(test, n.ListNode):
        for item in test.items:
            infer_test(checker, value, value_node, item)
        return
    found = checker.infer(test)
    if any(isinstance(part, n.Name) and part.name == "?" for part in n.walk(test)):
        return
    element = found.element if found.name in (LIST, RANGE) and value.name != found.name else found
    if element.name == RANGE and value.name != RANGE:
        element = element.element
    compare(checker, "=", value, element, value_node, test)


@infers(n.UnaryComparison)
def infer_unary_comparison(checker: Checker, node: n.UnaryComparison) -> Type:
    operand = checker.infer(node.operand)
    return operand if node.op == "=" else range_of(operand)


@infers(n.UnaryTests)
def infer_unary_tests(checker: Checker, node: n.UnaryTests) -> Type:
    value_node = n.Name(node.start, node.start, "?")
    if not node.any:
        value = checker.infer(value_node)
        for test in node.tests:
            infer_test(checker, value, value_node, test)
    return BOOLEAN_TYPE


@infers(n.RangeNode)
def infer_range(checker: Checker, node: n.RangeNode) -> Type:
    bounds = [(checker.infer(part), part) for part in (node.low, node.high) if part is not None]
    for kind, part in bounds:
        if not is_open(kind) and kind.name not in _ORDERED:
            raise checker.error(told("rule.no_bound", "A {kind} cannot bound a range.", kind=kind), part)
    if len(bounds) == 2:
        compare(checker, "<=", bounds[0][0], bounds[1][0], bounds[0][1], bounds[1][1])
    return range_of(unify([kind for kind, _ in bounds]))


@infers(n.If)
def infer_if(checker: Checker, node: n.If) -> Type:
    results: list[Type] = []
    rest: n.Node = node
    while isinstance(rest, n.If):
        condition(checker, rest.condition, told("word.if_needs", "'if' needs a condition"))
        results.append(checker.infer(rest.then))
        rest = rest.otherwise
    return unify([*results, checker.infer(rest)])
