"""Arithmetic on columns, of numbers and of dates, times and durations, and the parts of dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from giao.core.rules import nodes as n
from giao.core.rules.arithmetic import OPERATE
from giao.core.rules.columnar import numbers
from giao.core.rules.columnar.compiler import DATETIME_LOCAL, Columnar, columns, is_number
from giao.core.rules.columnar.forms import Constant, Form, Plain, Scaled
from giao.core.rules.values import DATE, DATE_TIME, DAYS_TIME, STRING, YearsMonthsDuration

#: Microseconds of the largest duration literal taken on columns: about 3,000 years, so that no sum overflows 64 bits.
_MAX_LITERAL = timedelta(days=1_100_000)
_MAX_MONTHS = 12_000


@columns(n.Arithmetic)
def arithmetic_columns(compiler: Columnar, node: n.Arithmetic) -> Form:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(OPERATE[node.op](left.value, right.value))
    if (isinstance(left, Constant) and left.value is None) or (
        isinstance(right, Constant) and right.value is None
    ):
        return Constant(None)
    if is_number(left) and is_number(right):
        return numbers.arithmetic(node.op, left, right, compiler.facts)
    months = _months(node.op, left, right)
    if months is not None:
        return _with_months(compiler, node, *months)
    for form in (left, right):
        if isinstance(form, Constant) and type(form.value) is timedelta and abs(form.value) > _MAX_LITERAL:
            raise compiler.refuse("a duration of more than 3,000 years", node)
    return _moments(compiler, node, compiler.plain(left, node), compiler.plain(right, node))


def _moments(compiler: Columnar, node: n.Arithmetic, left: Plain, right: Plain) -> Form:
    kinds = (left.kind, node.op, right.kind)
    if kinds == (STRING, "+", STRING):
        return Plain(STRING, left.expr + right.expr)
    if kinds == (DATE_TIME, "-", DATE_TIME):
        if left.zoned != right.zoned:
            raise compiler.refuse("a date and time with a zone and one without", node)
        return Plain(DAYS_TIME, left.expr - right.expr)
    if kinds == (DATE, "-", DATE):
        return Plain(DAYS_TIME, left.expr.cast(DATETIME_LOCAL) - right.expr.cast(DATETIME_LOCAL))
    if kinds in ((DATE_TIME, "-", DATE), (DATE, "-", DATE_TIME)):
        if not (left.zoned or right.zoned):
            raise compiler.refuse("a date and a date and time without zone", node)
        return Plain(DAYS_TIME, _instants(left) - _instants(right))
    if node.op in ("+", "-") and right.kind == DAYS_TIME and left.kind in (DATE_TIME, DATE, DAYS_TIME):
        return _shifted(node.op, left, right)
    if node.op == "+" and left.kind == DAYS_TIME and right.kind in (DATE_TIME, DATE):
        return _shifted("+", right, left)
    raise compiler.refuse(f"{left.kind} {node.op} {right.kind}", node)


def _instants(form: Plain) -> pl.Expr:
    """A date counts as its midnight in UTC."""
    return form.expr.cast(DATETIME_LOCAL).dt.replace_time_zone("UTC") if form.kind == DATE else form.expr


def _shifted(op: str, form: Plain, duration: Plain) -> Plain:
    start = form.expr.cast(DATETIME_LOCAL) if form.kind == DATE else form.expr
    moved = start + duration.expr if op == "+" else start - duration.expr
    return Plain(form.kind, moved.dt.date() if form.kind == DATE else moved, form.zoned)


def _months(op: str, left: Form, right: Form) -> tuple[Form, int] | None:
    """A moment and the literal months to add to it."""
    if op in ("+", "-") and isinstance(right, Constant) and isinstance(right.value, YearsMonthsDuration):
        return left, right.value.months if op == "+" else -right.value.months
    if op == "+" and isinstance(left, Constant) and isinstance(left.value, YearsMonthsDuration):
        return right, left.value.months
    return None


def _with_months(compiler: Columnar, node: n.Node, form: Form, months: int) -> Form:
    if not isinstance(form, Plain) or form.kind not in (DATE, DATE_TIME) or abs(months) > _MAX_MONTHS:
        raise compiler.refuse("months added to this", node)
    if form.zoned and not is_shown_in_utc(compiler, node):
        raise compiler.refuse("months added in a zone other than UTC", node)
    return Plain(form.kind, form.expr.dt.offset_by(f"{months}mo"), form.zoned)


@columns(n.Path)
def path_columns(compiler: Columnar, node: n.Path) -> Form:
    source = compiler.compile(node.source)
    if isinstance(source, Plain) and source.kind in (DATE, DATE_TIME) and node.name in _PARTS:
        if source.kind == DATE and node.name in ("hour", "minute"):
            raise compiler.refuse("a date has no time", node)
        if source.zoned and not is_shown_in_utc(compiler, node.source):
            raise compiler.refuse("the parts of a moment in a zone other than UTC", node)
        return part(source.expr, node.name)
    raise compiler.refuse(f"{node.name!r} of this", node)


def is_shown_in_utc(compiler: Columnar, node: n.Node) -> bool:
    """Whether every moment below is shown in UTC or local time: then its parts are those of the column."""
    for piece in n.walk(node):
        if isinstance(piece, n.Name):
            zone = getattr(compiler.schema.get(piece.name), "time_zone", None)
            if zone not in (None, "UTC"):
                return False
        if (
            isinstance(piece, n.Literal)
            and isinstance(piece.value, datetime)
            and piece.value.tzinfo not in (None, UTC)
        ):
            return False
        if (
            isinstance(piece, n.Call)
            and isinstance(piece.function, n.Name)
            and piece.function.name == "date and time"
        ):
            return False
    return True


def part(expr: pl.Expr, name: str) -> Scaled:
    return Scaled(getattr(expr.dt, name)().cast(pl.Int64), 0, 10_000_000)


_PARTS = frozenset({"year", "month", "day", "weekday", "hour", "minute"})
