"""A tree to a Polars expression, part by part; what has no exact column form raises NotColumnar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import polars as pl

from giao.core.rules import nodes as n
from giao.core.rules.arithmetic import negate
from giao.core.rules.columnar import numbers
from giao.core.rules.columnar.forms import (
    INT64_BOUND,
    MAX_EXACT,
    Constant,
    Facts,
    Floating,
    Form,
    NoFacts,
    Plain,
    Scaled,
    lit_bool,
    widened,
)
from giao.core.rules.columnar.numbers import Inexact
from giao.core.rules.errors import NotColumnar
from giao.core.rules.rule import Rule
from giao.core.rules.scalar.compiler import Compiler as ScalarCompiler
from giao.core.rules.scalar.scope import DEFAULT_LIMITS, Budget, Scope
from giao.core.rules.temporal import time_instant, zone_of
from giao.core.rules.values import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    kind_of,
)

NodeT = TypeVar("NodeT", bound=n.Node)
_COMPILE: dict[type[n.Node], Callable[[Any, Any], Form]] = {}
DATETIME_UTC = pl.Datetime("us", "UTC")
DATETIME_LOCAL = pl.Datetime("us")
_IMPURE = frozenset({"now", "today"})
#: Microseconds from 1970 to the end of the year 9999.
_MAX_MICROSECONDS = 253_402_300_800_000_000


def columns(
    kind: type[NodeT],
) -> Callable[[Callable[[Columnar, NodeT], Form]], Callable[[Columnar, NodeT], Form]]:
    """Register the column form of a node type."""

    def register(function: Callable[[Columnar, NodeT], Form]) -> Callable[[Columnar, NodeT], Form]:
        _COMPILE[kind] = function
        return function

    return register


def to_polars(rule: Rule, schema: Mapping[str, Any], facts: Facts | None = None) -> pl.Expr:
    """The rule as an expression over columns of these Polars types, equal to the scalar evaluation in every row.

    Numbers come out as Decimal(38, s), or Float64 when they are a float column's own values; the rest as Boolean, String,
    Date, Datetime(us, UTC or none) and Duration(us). Raises NotColumnar with reason and position when no exact expression
    is known; `facts` about the data (see evaluate_frame) make more of them exact.
    """
    compiler = Columnar(rule, schema, facts or NoFacts())
    try:
        return output(compiler.compile(rule.tree))
    except RecursionError:
        raise NotColumnar("The rule is nested too deeply for columns.", rule.text) from None


def output(form: Form) -> pl.Expr:
    """The expression of a finished form."""
    if isinstance(form, Scaled):
        return numbers.number_output(form)
    if isinstance(form, Plain) and form.kind == TIME:
        raise NotColumnar("Not on columns: a time of day as the result.")
    if isinstance(form, (Floating, Plain)):
        return form.expr
    value = form.value
    kind = kind_of(value)
    if kind == NUMBER:
        number, scale = _literal_parts(value)
        return numbers.number_output(Scaled(pl.lit(number, dtype=pl.Int128), scale, abs(number)))
    if kind == NULL:
        return pl.lit(None)
    return constant_expr(value)


def _literal_parts(value: Decimal) -> tuple[int, int]:
    try:
        number, scale = numbers.literal(value)
    except Inexact as reason:
        raise NotColumnar(f"Not on columns: {reason}.") from None
    if abs(number) >= 10**34 or scale > 34:
        raise NotColumnar("Not on columns: a number of more than 34 digits.")
    return number, scale


def constant_expr(value: Any) -> pl.Expr:
    """A constant that is not a number, as a literal."""
    kind = kind_of(value)
    if kind in (STRING, BOOLEAN):
        return pl.lit(value)
    if type(value) is date:
        return pl.lit(value, dtype=pl.Date)
    if type(value) is datetime:
        if value.tzinfo is None:
            return pl.lit(value, dtype=DATETIME_LOCAL)
        try:
            return pl.lit(value.astimezone(UTC), dtype=DATETIME_UTC)
        except OverflowError:
            raise NotColumnar("Not on columns: a date and time outside the years 1 to 9999.") from None
    if type(value) is timedelta:
        return pl.lit(value, dtype=pl.Duration("us"))
    raise NotColumnar(f"Not on columns: a constant {kind}.")


class Columnar:
    """Compiles one rule for one schema."""

    def __init__(self, rule: Rule, schema: Mapping[str, Any], facts: Facts) -> None:
        self.rule = rule
        self.schema = schema
        self.facts = facts

    def refuse(self, reason: str, node: n.Node) -> NotColumnar:
        return NotColumnar(f"Not on columns: {reason}.", self.rule.text, node.start)

    def compile(self, node: n.Node) -> Form:
        if isinstance(node, n.Literal):
            return Constant(node.value)
        if self.is_constant(node):
            return Constant(self.constant_value(node))
        compile_ = _COMPILE.get(type(node))
        if compile_ is None:
            raise self.refuse(f"{_said(node)} is evaluated row by row", node)
        try:
            return compile_(self, node)
        except Inexact as reason:
            raise self.refuse(str(reason), node) from None
        except NotColumnar as error:
            if error.text:
                raise
            raise NotColumnar(error.message, self.rule.text, node.start) from None

    def is_constant(self, node: n.Node) -> bool:
        """Whether no name is looked up below, and nothing reads the clock or the caller's functions."""
        called = {id(part.function) for part in n.walk(node) if isinstance(part, n.Call)}
        for part in n.walk(node):
            if isinstance(part, n.Name) and (
                id(part) not in called or part.name in _IMPURE or part.name in self.rule.functions
            ):
                return False
            if isinstance(part, (n.FunctionNode, n.For, n.Quantified, n.Filter, n.UnaryTests)):
                return False
        return True

    def constant_value(self, node: n.Node) -> Any:
        code = ScalarCompiler(None, self.rule.functions, {}).compile(node)
        return code(Scope({}, Budget(DEFAULT_LIMITS)))

    # ---- conversions of forms ----------------------------------------------------------------------------------------

    def boolean(self, form: Form, node: n.Node) -> pl.Expr:
        """As a condition; a constant that is none counts as null."""
        if isinstance(form, Constant):
            return lit_bool(form.value if type(form.value) is bool else None)
        if isinstance(form, Plain) and form.kind == BOOLEAN:
            return form.expr
        raise self.refuse("a value that is no condition", node)

    def text(self, form: Form, node: n.Node) -> pl.Expr:
        """As a string column."""
        if isinstance(form, Constant) and type(form.value) is str:
            return pl.lit(form.value)
        if isinstance(form, Plain) and form.kind == STRING:
            return form.expr
        raise self.refuse("a value that is no string", node)

    def compare(self, op: str, left: Form, right: Form, node: n.Node) -> pl.Expr:
        """`left op right` of one kind, or against null."""
        if isinstance(left, Constant) and not isinstance(right, Constant):
            # Polars does not stretch a literal on the left of eq_missing, so the column goes first.
            left, right, op = right, left, numbers.MIRRORED.get(op, op)
        if isinstance(left, Constant) and left.value is None:
            left, right = right, left
        if isinstance(right, Constant) and right.value is None:
            return self._against_null(op, left)
        if is_number(left) and is_number(right):
            return numbers.compare_numbers(op, left, right, self.facts)
        a, b = self.plain(left, node), self.plain(right, node)
        if a.kind != b.kind or a.zoned != b.zoned or (a.kind == BOOLEAN and op not in ("=", "!=")):
            raise self.refuse(f"a {a.kind} compared with a {b.kind}", node)
        return numbers.compared(a.expr, op, b.expr)

    def _against_null(self, op: str, form: Form) -> pl.Expr:
        if op not in ("=", "!="):
            return lit_bool(None)
        if isinstance(form, Constant):
            return lit_bool((form.value is None) == (op == "="))
        return form.expr.is_null() if op == "=" else form.expr.is_not_null()

    def plain(self, form: Form, node: n.Node) -> Plain:
        if isinstance(form, Plain):
            return form
        if isinstance(form, Constant) and kind_of(form.value) in (
            STRING,
            BOOLEAN,
            DATE,
            DATE_TIME,
            DAYS_TIME,
        ):
            zoned = type(form.value) is datetime and form.value.tzinfo is not None
            return Plain(kind_of(form.value), constant_expr(form.value), zoned)
        if isinstance(form, Constant) and kind_of(form.value) == TIME:
            rest, odd = divmod(time_instant(form.value), 1000)
            if odd:
                raise self.refuse("a time of less than a microsecond", node)
            return Plain(TIME, pl.lit(rest, dtype=pl.Int64), zone_of(form.value) is not None)
        raise self.refuse("values of different kinds", node)


def is_number(form: Form) -> bool:
    return isinstance(form, (Scaled, Floating)) or (
        isinstance(form, Constant) and type(form.value) is Decimal
    )


def _said(node: n.Node) -> str:
    return {
        n.For: "'for'",
        n.Quantified: "'some' or 'every'",
        n.Filter: "a filter",
        n.ContextNode: "a context",
        n.ListNode: "a list",
        n.FunctionNode: "a function",
        n.InstanceOf: "'instance of'",
        n.UnaryTests: "a test cell",
        n.RangeNode: "a range by itself",
    }.get(type(node), "this")


def column_form(expr: pl.Expr, dtype: Any, name: str, facts: Facts) -> Form:
    """The form of a column by its type. Raises NotColumnar for types without one."""
    if dtype == pl.Null:
        return Constant(None)
    if dtype.is_integer():
        if dtype in (pl.UInt64, pl.Int128, pl.UInt128):
            raise NotColumnar(f"Not on columns: the integers of {name!r} may be beyond 64 bits.")
        # Without facts the one integer -2**63 is taken not to occur: its negation needs a 65th bit.
        known = facts.bound(name, 0)
        bound = INT64_BOUND if known is None else known
        return Scaled(expr.cast(pl.Int64 if bound <= INT64_BOUND else pl.Int128), 0, bound)
    if dtype.is_decimal():
        known = facts.bound(name, dtype.scale)
        bound = 10 ** (dtype.precision or 38) if known is None else known
        physical = expr.to_physical()
        return Scaled(physical.cast(pl.Int64) if bound <= INT64_BOUND else physical, dtype.scale, bound)
    if dtype.is_float():
        wide = expr.cast(pl.Float64)
        return Floating(pl.when(wide.is_finite()).then(wide), name)
    if dtype == pl.Boolean:
        return Plain(BOOLEAN, expr)
    if dtype == pl.String or isinstance(dtype, (pl.Categorical, pl.Enum)):
        return Plain(STRING, expr.cast(pl.String))
    if dtype == pl.Date:
        return Plain(DATE, expr)
    if isinstance(dtype, (pl.Datetime, pl.Duration)):
        _refuse_far(dtype, name, facts)
    if isinstance(dtype, pl.Datetime) and dtype.time_unit != "ns":
        if dtype.time_zone is None:
            return Plain(DATE_TIME, expr.cast(DATETIME_LOCAL))
        return Plain(DATE_TIME, expr.dt.convert_time_zone("UTC").cast(DATETIME_UTC), zoned=True)
    if isinstance(dtype, pl.Duration) and dtype.time_unit != "ns":
        return Plain(DAYS_TIME, expr.cast(pl.Duration("us")))
    raise NotColumnar(f"Not on columns: the column {name!r} of type {dtype}.")


def _refuse_far(dtype: pl.Datetime | pl.Duration, name: str, facts: Facts) -> None:
    """Moments beyond the year 9999, and durations as long, could overflow 64 bits of microseconds when added."""
    known = facts.bound(name, 0)
    if known is not None and known * (1000 if dtype.time_unit == "ms" else 1) > _MAX_MICROSECONDS:
        raise NotColumnar(f"Not on columns: the moments or durations of {name!r} reach beyond the year 9999.")


@columns(n.Name)
def name_columns(compiler: Columnar, node: n.Name) -> Form:
    if node.name not in compiler.schema:
        raise compiler.refuse(f"there is no column {node.name!r}", node)
    dtype = compiler.schema[node.name]
    dtype = dtype() if isinstance(dtype, type) else dtype
    if not isinstance(dtype, pl.DataType):
        raise TypeError(f"to_polars needs Polars types of columns; {node.name!r} has {dtype!r}.")
    return column_form(pl.col(node.name), dtype, node.name, compiler.facts)


@columns(n.Negation)
def negation_columns(compiler: Columnar, node: n.Negation) -> Form:
    operand = compiler.compile(node.operand)
    if isinstance(operand, Constant):
        return Constant(negate(operand.value))
    if is_number(operand):
        return numbers.negated(operand, compiler.facts)
    if isinstance(operand, Plain) and operand.kind == DAYS_TIME:
        return Plain(DAYS_TIME, pl.lit(timedelta(0), dtype=pl.Duration("us")) - operand.expr)
    raise compiler.refuse("a value that cannot be negated", node)


@columns(n.Comparison)
def comparison_columns(compiler: Columnar, node: n.Comparison) -> Form:
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    return Plain(BOOLEAN, compiler.compare(node.op, left, right, node))


@columns(n.Junction)
def junction_columns(compiler: Columnar, node: n.Junction) -> Form:
    parts = [compiler.boolean(compiler.compile(part), part) for part in node.parts]
    result = parts[0]
    for part in parts[1:]:
        result = (result & part) if node.op == "and" else (result | part)
    return Plain(BOOLEAN, result)


@columns(n.Between)
def between_columns(compiler: Columnar, node: n.Between) -> Form:
    value = compiler.compile(node.value)
    low = compiler.compare(">=", value, compiler.compile(node.low), node)
    high = compiler.compare("<=", value, compiler.compile(node.high), node)
    return Plain(BOOLEAN, low & high)


@columns(n.If)
def if_columns(compiler: Columnar, node: n.If) -> Form:
    verdict = compiler.compile(node.condition)
    if isinstance(verdict, Constant) and verdict.value is not None and type(verdict.value) is not bool:
        raise compiler.refuse("a condition that is none", node)
    condition = compiler.boolean(verdict, node.condition)
    then, otherwise = compiler.compile(node.then), compiler.compile(node.otherwise)
    chosen = pl.when(condition)
    if (
        isinstance(then, Constant)
        and isinstance(otherwise, Constant)
        and then.value is otherwise.value is None
    ):
        return Constant(None)
    null = pl.lit(None)
    forms = [form for form in (then, otherwise) if not (isinstance(form, Constant) and form.value is None)]
    if all(is_number(form) for form in forms):
        if all(isinstance(form, Floating) for form in forms):
            parts = [form.expr if isinstance(form, Floating) else null for form in (then, otherwise)]
            return Floating(chosen.then(parts[0]).otherwise(parts[1]), None)
        return _choose_numbers(compiler, chosen, then, otherwise)
    plains = [compiler.plain(form, node) for form in forms]
    if len({(form.kind, form.zoned) for form in plains}) != 1:
        raise compiler.refuse("branches of different kinds", node)
    exprs = [
        null if isinstance(f, Constant) and f.value is None else compiler.plain(f, node).expr
        for f in (then, otherwise)
    ]
    return Plain(plains[0].kind, chosen.then(exprs[0]).otherwise(exprs[1]), plains[0].zoned)


def _choose_numbers(compiler: Columnar, chosen: Any, then: Form, otherwise: Form) -> Form:
    """Both branches at one scale and width."""
    forms = [
        None if isinstance(form, Constant) and form.value is None else numbers.as_scaled(form, compiler.facts)
        for form in (then, otherwise)
    ]
    scale = max(form.scale for form in forms if form is not None)
    same = [None if form is None else numbers.rescaled(form, scale, MAX_EXACT) for form in forms]
    bound = max(form.bound for form in same if form is not None)
    exprs = [pl.lit(None) if form is None else widened(form.expr, form.bound, bound) for form in same]
    return Scaled(chosen.then(exprs[0]).otherwise(exprs[1]), scale, bound)
