"""Lists, contexts, filters and loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from giao.core.rules import nodes as n
from giao.core.rules import temporal
from giao.core.rules.builtins.strings import whole
from giao.core.rules.scalar.compiler import Code, Compiler, compiles
from giao.core.rules.scalar.scope import Scope
from giao.core.rules.values import CONTEXT, DATE, LIST, NUMBER, RANGE, Range, kind_of, note


@compiles(n.ListNode)
def compile_list(compiler: Compiler, node: n.ListNode) -> Code:
    items = tuple(compiler.compile(item) for item in node.items)
    return lambda env: [item(env) for item in items]


@compiles(n.ContextNode)
def compile_context(compiler: Compiler, node: n.ContextNode) -> Code:
    """Each entry sees the ones before it; functions among them see all."""
    compiler.needs_budget = True
    entries: list[tuple[str, Code]] = []
    known: list[str] = []
    for key, value in node.entries:
        with compiler.scope(known):
            entries.append((key, compiler.compile(value)))
        known.append(key)

    def build(env: Any) -> dict[str, Any]:
        scope = Scope(env, env.budget)
        for key, code in entries:
            scope[key] = code(scope)
        return dict(scope)

    return build


@compiles(n.Filter)
def compile_filter(compiler: Compiler, node: n.Filter) -> Code:
    source = compiler.compile(node.source)
    if isinstance(node.condition, n.Literal) and type(node.condition.value) is Decimal:
        position = node.condition.value
        return lambda env: _at(source(env), position)
    compiler.needs_budget = True
    with compiler.filtering():
        condition = compiler.compile(node.condition)

    def select(env: Any) -> Any:
        found = source(env)
        if found is None:
            return None
        items = found if kind_of(found) == LIST else [found]
        kept: list[Any] = []
        env.budget.spend(len(items) + 1)
        if not items:
            return note("Nothing to take from an empty list.") if type(condition(env)) is Decimal else []
        for item in items:
            scope = Scope(env, env.budget)
            scope["item"] = item
            if kind_of(item) == CONTEXT:
                scope.update(item)
            verdict = condition(scope)
            if verdict is True:
                kept.append(item)
            elif type(verdict) is Decimal:
                return _at(items, verdict)
            elif verdict is not None and verdict is not False:
                return note("A filter needs a condition or a position.")
        return kept

    return select


def _at(value: Any, position: Decimal) -> Any:
    """The element at a position counted from 1, or from the end when negative."""
    if value is None:
        return None
    items = value if kind_of(value) == LIST else [value]
    at = whole(position)
    if at == 0 or abs(at) > len(items):
        return note(f"Position {at} is outside a list of {len(items)}.")
    return items[at - 1] if at > 0 else items[at]


Domain = Callable[[Any], Iterator[Any] | None]


def _domain(compiler: Compiler, node: n.Iteration) -> Domain:
    """The elements of one iteration; None when there is nothing to iterate over."""
    start = compiler.compile(node.domain)
    until = None if node.until is None else compiler.compile(node.until)

    def elements(env: Any) -> Iterator[Any] | None:
        first = start(env)
        if until is not None:
            return _steps(first, until(env))
        kind = kind_of(first)
        if kind == LIST:
            items: Iterator[Any] = iter(first)
            return items
        if kind == RANGE:
            return _range_steps(first)
        return note("A loop needs a list.") if first is None else iter([first])

    return elements


def _steps(first: Any, last: Any) -> Iterator[Any] | None:
    """Whole numbers or days from one to the other, up or down, both included."""
    kind = kind_of(first)
    if kind != kind_of(last) or kind not in (NUMBER, DATE):
        note("A loop from one value to another needs two numbers or two dates.")
        return None
    if kind == NUMBER:
        if first != first.to_integral_value() or last != last.to_integral_value():
            note("A loop from one number to another needs whole numbers.")
            return None
        low, high = whole(first), whole(last)
        return (Decimal(step) for step in _between(low, high))
    days = _between(temporal.day_number(first), temporal.day_number(last))
    return (day for day in map(temporal.date_from_number, days) if day is not None)


def _between(low: int, high: int) -> range:
    return range(low, high + 1) if low <= high else range(low, high - 1, -1)


def _range_steps(span: Range) -> Iterator[Any] | None:
    """A closed or half-open range of whole numbers or dates, upwards."""
    kind = kind_of(span.low)
    if kind not in (NUMBER, DATE) or kind_of(span.high) != kind:
        note("A loop over a range needs two numbers or two dates.")
        return None
    steps = _steps(span.low, span.high)
    if steps is None:
        return None
    return (
        step
        for step in steps
        if (span.low_closed or step != span.low) and (span.high_closed or step != span.high)
    )


def _iterations(
    compiler: Compiler, node: n.For | n.Quantified, *, partial: bool
) -> tuple[list[tuple[str, Domain]], Code]:
    """Each iteration's name and domain (which may use the names before it), and the body's code."""
    compiler.needs_budget = True
    found: list[tuple[str, Domain]] = []
    known: list[str] = ["partial"] if partial else []
    for iteration in node.iterators:
        with compiler.scope(known):
            found.append((iteration.name, _domain(compiler, iteration)))
        known.append(iteration.name)
    with compiler.scope(known):
        body = compiler.compile(node.body)
    return found, body


class _NothingToIterate(Exception):
    """One of the domains is null."""


def _scopes(iterations: list[tuple[str, Domain]], scope: Scope, depth: int = 0) -> Iterator[Scope]:
    """The scope once for each combination, the last iteration running fastest."""
    name, domain = iterations[depth]
    elements = domain(scope)
    if elements is None:
        raise _NothingToIterate
    for element in elements:
        scope.budget.spend(1)
        # A function made in the body keeps its scope, so each pass has its own.
        inner = Scope(scope, scope.budget)
        inner[name] = element
        if depth + 1 < len(iterations):
            yield from _scopes(iterations, inner, depth + 1)
        else:
            yield inner


@compiles(n.For)
def compile_for(compiler: Compiler, node: n.For) -> Code:
    """`partial` is the list of results so far."""
    iterations, body = _iterations(compiler, node, partial=True)

    def loop(env: Any) -> Any:
        results: list[Any] = []
        scope = Scope(env, env.budget)
        scope["partial"] = results
        try:
            for inner in _scopes(iterations, scope):
                value = body(inner)
                results.append(results[:] if value is results else value)
        except _NothingToIterate:
            return None
        return results

    return loop


@compiles(n.Quantified)
def compile_quantified(compiler: Compiler, node: n.Quantified) -> Code:
    iterations, body = _iterations(compiler, node, partial=False)
    decisive = node.kind == "some"

    def decide(env: Any) -> Any:
        sure = True
        try:
            for inner in _scopes(iterations, Scope(env, env.budget)):
                value = body(inner)
                if value is decisive:
                    return decisive
                if value is None:
                    sure = False
                elif type(value) is not bool:
                    return note(f"{node.kind!r} needs a condition.")
        except _NothingToIterate:
            return None
        return (not decisive) if sure else None

    return decide
