"""Built-in functions on columns. Functions of one string column run once for each different value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from giao.core.rules import nodes as n
from giao.core.rules.builtins import BUILTINS, call
from giao.core.rules.builtins.strings import whole
from giao.core.rules.builtins.temporals import DAY_NAMES, MONTH_NAMES
from giao.core.rules.columnar import numbers
from giao.core.rules.columnar.compiler import Columnar, columns, is_number
from giao.core.rules.columnar.forms import MAX_EXACT, Constant, Form, Plain, Scaled, integer, widened
from giao.core.rules.columnar.membership import constant_member
from giao.core.rules.columnar.moments import is_shown_in_utc, part
from giao.core.rules.values import BOOLEAN, DATE, DATE_TIME, DAYS_TIME, LIST, STRING, TIME, kind_of

Made = Callable[[Columnar, n.Call, list[Form]], Form]
_CALLS: dict[str, Made] = {}

#: Functions of a string (first) and constants, by the type of their result.
_BY_VALUE = {
    "matches": (BOOLEAN, pl.Boolean),
    "replace": (STRING, pl.String),
    "upper case": (STRING, pl.String),
    "lower case": (STRING, pl.String),
    "substring before": (STRING, pl.String),
    "substring after": (STRING, pl.String),
}
_ROUNDING = ("floor", "ceiling", "round up", "round down", "round half up", "round half down", "decimal")


@columns(n.Call)
def call_columns(compiler: Columnar, node: n.Call) -> Form:
    if not isinstance(node.function, n.Name):
        raise compiler.refuse("a call of a computed function", node)
    name = node.function.name
    # A column of that name is no function, so the built-in is meant; a column of Python objects may hold functions.
    if name in compiler.rule.functions or name not in BUILTINS or compiler.schema.get(name) == pl.Object:
        raise compiler.refuse(f"{name}() is evaluated row by row", node)
    arguments = [compiler.compile(argument) for argument in _by_position(compiler, node)]
    made = _CALLS.get(name)
    if made is not None:
        return made(compiler, node, arguments)
    if name in _BY_VALUE:
        return _by_value(compiler, node, name, arguments)
    if name in _ROUNDING:
        return _rounded(compiler, node, name, arguments)
    raise compiler.refuse(f"{name}() is evaluated row by row", node)


def _by_position(compiler: Columnar, node: n.Call) -> list[n.Node]:
    """The arguments in the order of the first signature that takes them."""
    assert isinstance(node.function, n.Name)
    for signature in BUILTINS[node.function.name].signatures:
        if not node.labels:
            if signature.accepts(len(node.arguments)):
                return list(node.arguments)
            continue
        places = signature.places(node.labels)
        if places is not None:
            given = [place for place in places if place is not None]
            if places[: len(given)] == given:
                return [node.arguments[place] for place in given]
    raise compiler.refuse("a call that fits no signature", node)


def made_as(*names: str) -> Callable[[Made], Made]:
    def register(made: Made) -> Made:
        for name in names:
            _CALLS[name] = made
        return made

    return register


def by_different_value(expr: pl.Expr, function: Callable[[str], Any], dtype: Any) -> pl.Expr:
    """A function of strings, run once for each different value; null stays null."""

    def apply(series: pl.Series) -> pl.Series:
        values = series.unique().drop_nulls()
        if len(values) == 0:
            return pl.repeat(None, len(series), dtype=dtype, eager=True)
        results = pl.Series([function(value) for value in values.to_list()], dtype=dtype)
        return series.replace_strict(values, results, default=None, return_dtype=dtype)

    return expr.map_batches(apply, return_dtype=dtype, is_elementwise=True)


def _by_value(compiler: Columnar, node: n.Call, name: str, arguments: list[Form]) -> Form:
    rest = [form.value for form in arguments[1:] if isinstance(form, Constant)]
    if len(rest) != len(arguments) - 1:
        raise compiler.refuse(f"{name}() with a column for a pattern", node)
    kind, dtype = _BY_VALUE[name]
    builtin = BUILTINS[name]
    expr = compiler.text(arguments[0], node)
    return Plain(kind, by_different_value(expr, lambda value: call(builtin, [value, *rest]), dtype))


@made_as("not")
def _not(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    return Plain(BOOLEAN, ~compiler.boolean(arguments[0], node))


@made_as("starts with", "ends with", "contains")
def _affix(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    text, match = (compiler.text(form, node) for form in arguments)
    assert isinstance(node.function, n.Name)
    if node.function.name == "starts with":
        return Plain(BOOLEAN, text.str.starts_with(match))
    if node.function.name == "ends with":
        return Plain(BOOLEAN, text.str.ends_with(match))
    return Plain(BOOLEAN, text.str.contains(match, literal=True))


@made_as("string length")
def _length(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    return Scaled(compiler.text(arguments[0], node).str.len_chars().cast(pl.Int64), 0, 2**32)


@made_as("string")
def _string(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    return Plain(STRING, compiler.text(arguments[0], node))


@made_as("substring")
def _substring(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    """As the scalar: null when it starts outside the string."""
    if not all(isinstance(form, Constant) and type(form.value) is Decimal for form in arguments[1:]):
        raise compiler.refuse("substring() with a column for a position", node)
    numbers_given = [form.value for form in arguments[1:] if isinstance(form, Constant)]
    start = whole(numbers_given[0])
    length = whole(numbers_given[1]) if len(numbers_given) > 1 else None
    text = compiler.text(arguments[0], node)
    if start == 0 or (length is not None and numbers_given[1] < 1):
        return Constant(None)
    cut = text.str.slice(start - 1 if start > 0 else start, length)
    return Plain(STRING, pl.when(text.str.len_chars().cast(pl.Int64) >= abs(start)).then(cut))


@made_as("list contains")
def _list_contains(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    items, element = arguments
    if not isinstance(items, Constant) or kind_of(items.value) != LIST:
        raise compiler.refuse("list contains() of a list that varies", node)
    if any(kind_of(item) in (LIST, "range") for item in items.value):
        raise compiler.refuse("list contains() of lists or ranges", node)
    return Plain(BOOLEAN, constant_member(compiler, element, items.value, node))


@made_as("abs")
def _abs(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    form = arguments[0]
    if isinstance(form, Plain) and form.kind == DAYS_TIME:
        return Plain(DAYS_TIME, form.expr.abs())
    if not is_number(form):
        raise compiler.refuse("abs() of this", node)
    scaled = numbers.as_scaled(form, compiler.facts)
    return Scaled(scaled.expr.abs(), scaled.scale, scaled.bound)


def _rounded(compiler: Columnar, node: n.Call, name: str, arguments: list[Form]) -> Form:
    digits = 0
    if len(arguments) > 1:
        scale = arguments[1]
        if not isinstance(scale, Constant) or type(scale.value) is not Decimal or abs(scale.value) > 30:
            raise compiler.refuse(f"{name}() with a scale that varies or is large", node)
        digits = whole(scale.value)
    if not is_number(arguments[0]):
        raise compiler.refuse(f"{name}() of this", node)
    return numbers.rounded(name, numbers.as_scaled(arguments[0], compiler.facts), digits)


@made_as("modulo", "even", "odd")
def _modulo(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    assert isinstance(node.function, n.Name)
    name = node.function.name
    divisor = arguments[1] if name == "modulo" else Constant(Decimal(2))
    if not isinstance(divisor, Constant) or type(divisor.value) is not Decimal or divisor.value <= 0:
        raise compiler.refuse("modulo() by anything but a positive literal", node)
    if not is_number(arguments[0]):
        raise compiler.refuse(f"{name}() of this", node)
    a, b = numbers.as_scaled(arguments[0], compiler.facts), numbers.as_scaled(divisor, compiler.facts)
    scale = max(a.scale, b.scale)
    a, b = numbers.rescaled(a, scale, MAX_EXACT), numbers.rescaled(b, scale, MAX_EXACT)
    bound = max(a.bound, b.bound)
    rest = widened(a.expr, a.bound, bound) % widened(b.expr, b.bound, bound)
    if name == "modulo":
        return Scaled(rest, scale, bound)
    return Plain(BOOLEAN, rest == integer(0 if name == "even" else 10**scale, bound))


@made_as("date")
def _date(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    return Plain(DATE, _day(compiler, node, arguments))


def _day(compiler: Columnar, node: n.Call, arguments: list[Form]) -> pl.Expr:
    """The day of a date or of a moment shown in UTC or local time."""
    form = arguments[0]
    if len(arguments) != 1 or not isinstance(form, Plain) or form.kind not in (DATE, DATE_TIME):
        raise compiler.refuse("the day of this", node)
    if form.kind == DATE:
        return form.expr
    if form.zoned and not is_shown_in_utc(compiler, node):
        raise compiler.refuse("the day of a moment in a zone other than UTC", node)
    return form.expr.dt.date()


@made_as("time")
def _time(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    """The time of day of a moment shown in UTC or local time; that of a date is midnight in UTC."""
    form = arguments[0]
    if len(arguments) != 1 or not isinstance(form, Plain) or form.kind not in (DATE, DATE_TIME):
        raise compiler.refuse("the time of this", node)
    if form.kind == DATE:
        midnight = pl.when(form.expr.is_not_null()).then(pl.lit(0, dtype=pl.Int64))
        return Plain(TIME, midnight, zoned=True)
    if form.zoned and not is_shown_in_utc(compiler, node):
        raise compiler.refuse("the time of a moment in a zone other than UTC", node)
    return Plain(TIME, form.expr.dt.time().cast(pl.Int64) // 1000, form.zoned)


@made_as("day of week", "month of year")
def _named_part(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    assert isinstance(node.function, n.Name)
    day = _day(compiler, node, arguments)
    is_week = node.function.name == "day of week"
    names = dict(enumerate(DAY_NAMES if is_week else MONTH_NAMES, 1))
    number = (day.dt.weekday() if is_week else day.dt.month()).cast(pl.Int8)
    return Plain(STRING, number.replace_strict(names, default=None, return_dtype=pl.String))


@made_as("day of year", "week of year")
def _numbered_part(compiler: Columnar, node: n.Call, arguments: list[Form]) -> Form:
    assert isinstance(node.function, n.Name)
    day = _day(compiler, node, arguments)
    return part(day, "ordinal_day" if node.function.name == "day of year" else "week")
