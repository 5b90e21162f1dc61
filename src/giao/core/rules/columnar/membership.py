"""`in` on columns: comparisons, ranges, lists and values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from giao.core.rules import nodes as n
from giao.core.rules.columnar.compiler import Columnar, columns
from giao.core.rules.columnar.forms import Constant, Form, Plain, Scaled, lit_bool
from giao.core.rules.comparing import is_member
from giao.core.rules.values import BOOLEAN, LIST, RANGE, STRING, Range, kind_of


@columns(n.In)
def in_columns(compiler: Columnar, node: n.In) -> Form:
    value = compiler.compile(node.value)
    result: pl.Expr | None = None
    for test in node.tests:
        found = test_columns(compiler, value, test)
        result = found if result is None else result | found
    return Plain(BOOLEAN, lit_bool(False) if result is None else result)


def test_columns(compiler: Columnar, value: Form, node: n.Node) -> pl.Expr:
    """One test after `in`."""
    if isinstance(node, n.UnaryComparison):
        return compiler.compare(node.op, value, compiler.compile(node.operand), node)
    if isinstance(node, n.RangeNode):
        return within(
            compiler,
            value,
            None if node.low is None else compiler.compile(node.low),
            None if node.high is None else compiler.compile(node.high),
            node,
        )
    if isinstance(node, n.ListNode) and not compiler.is_constant(node):
        items = [_item_columns(compiler, value, item) for item in node.items]
        return pl.any_horizontal(items) if items else lit_bool(False)
    form = compiler.compile(node)
    if isinstance(form, Constant):
        return constant_member(compiler, value, form.value, node)
    return compiler.compare("=", value, form, node)


def _item_columns(compiler: Columnar, value: Form, node: n.Node) -> pl.Expr:
    if isinstance(node, (n.RangeNode, n.UnaryComparison)):
        raise compiler.refuse("a list of ranges that vary", node)
    return compiler.compare("=", value, compiler.compile(node), node)


def within(
    compiler: Columnar, value: Form, low: Form | None, high: Form | None, node: n.RangeNode
) -> pl.Expr:
    """Whether the value lies in the range; a bound that is null makes it null."""
    if any(isinstance(bound, Constant) and bound.value is None for bound in (low, high)):
        return lit_bool(None)
    result: pl.Expr | None = None
    if low is not None:
        result = compiler.compare(">=" if node.low_closed else ">", value, low, node)
    if high is not None:
        upper = compiler.compare("<=" if node.high_closed else "<", value, high, node)
        result = upper if result is None else result & upper
    missing = [
        bound.expr.is_null() for bound in (low, high) if bound is not None and not isinstance(bound, Constant)
    ]
    if result is None:
        return lit_bool(True)
    if missing:
        # One null bound makes the range null, even where the other bound already says no.
        return pl.when(pl.any_horizontal(missing)).then(lit_bool(None)).otherwise(result)
    return result


def constant_member(compiler: Columnar, value: Form, test: Any, node: n.Node) -> pl.Expr:
    """Membership in a range, list or value known when compiling."""
    if isinstance(value, Constant):
        return lit_bool(is_member(value.value, test))
    kind = kind_of(test)
    if kind == RANGE:
        return _in_range(compiler, value, test, node)
    if kind == LIST:
        return _in_list(compiler, value, test, node)
    return compiler.compare("=", value, Constant(test), node)


def _in_range(compiler: Columnar, value: Form, span: Range, node: n.Node) -> pl.Expr:
    result = lit_bool(True)
    if span.low is not None:
        result = compiler.compare(">=" if span.low_closed else ">", value, Constant(span.low), node)
    if span.high is not None:
        upper = compiler.compare("<=" if span.high_closed else "<", value, Constant(span.high), node)
        result = upper if span.low is None else result & upper
    return result


def _in_list(compiler: Columnar, value: Form, items: list[Any], node: n.Node) -> pl.Expr:
    if isinstance(value, Plain) and value.kind == STRING and all(type(item) is str for item in items):
        return value.expr.is_in(items).fill_null(False) if items else lit_bool(False)
    if (
        isinstance(value, Scaled)
        and value.scale == 0
        and value.bound < 2**62
        and all(_is_small(item) for item in items)
        and items
    ):
        return value.expr.is_in([int(item) for item in items]).fill_null(False)
    parts = [
        _in_range(compiler, value, item, node)
        if kind_of(item) == RANGE
        else compiler.compare("=", value, Constant(item), node)
        for item in items
    ]
    return pl.any_horizontal(parts) if parts else lit_bool(False)


def _is_small(item: Any) -> bool:
    return type(item) is Decimal and item == item.to_integral_value() and abs(item) < 2**62
