"""Arithmetic, comparison and rounding of scaled integers and floats."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from giao.core.rules.columnar.forms import (
    INT64_BOUND,
    INT128_BOUND,
    MAX_EXACT,
    Constant,
    Facts,
    Floating,
    Form,
    Scaled,
    integer,
    lit_bool,
    widened,
)
from giao.core.rules.comparing import COMPARE
from giao.core.rules.floats import float_comparison

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Inexact(Exception):
    """The result could differ from decimal128's; the message says why."""


def compared(left: pl.Expr, op: str, right: pl.Expr) -> pl.Expr:
    """FEEL's comparison on expressions of one type: null equals null, and has no order."""
    if op == "=":
        return left.eq_missing(right)
    if op == "!=":
        return left.ne_missing(right)
    if op == "<":
        return left < right
    if op == "<=":
        return left <= right
    return left > right if op == ">" else left >= right


def everywhere(expr: pl.Expr, op: str, answer: bool) -> pl.Expr:
    """The same answer in every row that has a value; without one, `=` is false, `!=` true and an order null."""
    without: bool | None = {"=": False, "!=": True}.get(op)
    return pl.when(expr.is_null()).then(lit_bool(without)).otherwise(lit_bool(answer))


def literal(value: Decimal) -> tuple[int, int]:
    """The number as integer and scale (never negative)."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise Inexact("a number that is not finite")
    number = int("".join(map(str, digits)) or "0") * (-1 if sign else 1)
    if exponent > 60 or exponent < -60:
        if number == 0:
            return 0, 0
        raise Inexact("a number of more than 60 digits")
    while exponent < 0 and number % 10 == 0:
        number, exponent = (number // 10, exponent + 1) if number else (0, 0)
    return (number * 10**exponent, 0) if exponent > 0 else (number, -exponent)


def as_scaled(form: Form, facts: Facts) -> Scaled:
    """The form as scaled integers; raises Inexact when a float column's digits are not known to be few."""
    if isinstance(form, Scaled):
        return form
    if isinstance(form, Constant):
        number, scale = literal(form.value)
        if abs(number) > MAX_EXACT:
            raise Inexact("a number of more than 34 digits")
        return Scaled(integer(number, abs(number)), scale, abs(number))
    if isinstance(form, Floating) and form.column is not None:
        known = facts.float_scale(form.column)
        if known is not None:
            scale, bound = known
            return Scaled((form.expr * 10**scale).round(0).cast(pl.Int64), scale, bound)
        raise Inexact(f"arithmetic on the binary numbers of {form.column!r} is exact only row by row")
    raise Inexact("arithmetic on binary numbers is exact only row by row")


def rescaled(form: Scaled, scale: int, limit: int) -> Scaled:
    """The same numbers with more digits after the point."""
    factor = 10 ** (scale - form.scale)
    bound = form.bound * factor
    if bound > limit:
        raise Inexact("numbers that may have more than 34 digits")
    if factor == 1:
        return form
    return Scaled(widened(form.expr, form.bound, bound) * integer(factor, bound), scale, bound)


def _operated(
    left: Scaled, right: Scaled, bound: int, operation: Callable[[Any, Any], pl.Expr], scale: int
) -> Scaled:
    if bound > MAX_EXACT:
        raise Inexact("a result that may have more than 34 digits")
    return Scaled(
        operation(widened(left.expr, left.bound, bound), widened(right.expr, right.bound, bound)),
        scale,
        bound,
    )


def arithmetic(op: str, left: Form, right: Form, facts: Facts) -> Scaled:
    """`left op right`; division only where the quotient ends after a few digits."""
    a = as_scaled(left, facts)
    if op == "/":
        return _divided(a, right)
    b = as_scaled(right, facts)
    if op == "*":
        return _operated(a, b, a.bound * b.bound, lambda x, y: x * y, a.scale + b.scale)
    if op not in ("+", "-"):
        raise Inexact(f"{op!r} is computed row by row")
    scale = max(a.scale, b.scale)
    a, b = rescaled(a, scale, MAX_EXACT), rescaled(b, scale, MAX_EXACT)
    operation: Callable[[Any, Any], pl.Expr] = (lambda x, y: x + y) if op == "+" else (lambda x, y: x - y)
    return _operated(a, b, a.bound + b.bound, operation, scale)


def _divided(left: Scaled, right: Form) -> Scaled:
    """By a literal such as 100 or 0.25, whose inverse is a short decimal: then it is a multiplication."""
    if isinstance(right, Constant) and type(right.value) is Decimal and right.value:
        inverse, scale = _short_inverse(right.value)
        return _operated(
            left,
            Scaled(integer(inverse, left.bound * abs(inverse)), scale, abs(inverse)),
            left.bound * abs(inverse),
            lambda x, y: x * y,
            left.scale + scale,
        )
    raise Inexact("division is computed row by row")


def _short_inverse(value: Decimal) -> tuple[int, int]:
    number, scale = literal(value)
    for digits in range(13):
        if 10**digits % abs(number) == 0:
            inverse = 10**digits // number if number > 0 else -(10**digits // -number)
            # 1 / (number / 10**scale) = inverse * 10**scale / 10**digits
            return (inverse * 10 ** (scale - digits), 0) if scale >= digits else (inverse, digits - scale)
    raise Inexact("division is computed row by row")


def negated(form: Form, facts: Facts) -> Form:
    if isinstance(form, Floating):
        return Floating(-form.expr, form.column)
    scaled = as_scaled(form, facts)
    return Scaled(integer(0, scaled.bound) - scaled.expr, scaled.scale, scaled.bound)


def compare_numbers(op: str, left: Form, right: Form, facts: Facts) -> pl.Expr:
    """`left op right` of two number forms, exact."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return lit_bool(COMPARE[op](left.value, right.value))
    if isinstance(left, Constant):
        return compare_numbers(MIRRORED.get(op, op), right, left, facts)
    if isinstance(right, Constant):
        if isinstance(left, Floating):
            found = float_comparison(op, right.value)
            if isinstance(found, bool):
                return everywhere(left.expr, op, found)
            return compared(left.expr, found[0], pl.lit(found[1], dtype=pl.Float64))
        return _against_literal(op, as_scaled(left, facts), right.value)
    if isinstance(left, Floating) and isinstance(right, Floating):
        # Of two floats the larger has the larger shortest decimal.
        return compared(left.expr, op, right.expr)
    a, b = as_scaled(left, facts), as_scaled(right, facts)
    scale = max(a.scale, b.scale)
    a, b = rescaled(a, scale, INT128_BOUND), rescaled(b, scale, INT128_BOUND)
    bound = max(a.bound, b.bound)
    return compared(widened(a.expr, a.bound, bound), op, widened(b.expr, b.bound, bound))


def _against_literal(op: str, form: Scaled, value: Decimal) -> pl.Expr:
    """Without rescaling the column: the literal is moved to the column's scale and rounded to where it decides."""
    number, scale = literal(value)
    if scale <= form.scale:
        threshold, exact = number * 10 ** (form.scale - scale), True
    else:
        threshold, rest = divmod(number, 10 ** (scale - form.scale))
        exact = rest == 0
    if not exact:
        if op in ("=", "!="):
            return everywhere(form.expr, op, op == "!=")
        # threshold < value < threshold + 1
        op = "<=" if op in ("<", "<=") else ">"
    if abs(threshold) > max(form.bound, INT64_BOUND):
        return everywhere(form.expr, op, COMPARE[op](Decimal(0), Decimal(threshold)) is True)
    return compared(form.expr, op, integer(threshold, form.bound))


# ---- rounding -----------------------------------------------------------------------------------------------------------


def _down(absolute: pl.Expr, step: pl.Expr, half: int, bound: int) -> pl.Expr:
    return absolute // step


def _up(absolute: pl.Expr, step: pl.Expr, half: int, bound: int) -> pl.Expr:
    return (absolute + integer(2 * half - 1, bound)) // step


def _half_up(absolute: pl.Expr, step: pl.Expr, half: int, bound: int) -> pl.Expr:
    return (absolute + integer(half, bound)) // step


def _half_down(absolute: pl.Expr, step: pl.Expr, half: int, bound: int) -> pl.Expr:
    return (absolute + integer(half - 1, bound)) // step


def _half_even(absolute: pl.Expr, step: pl.Expr, half: int, bound: int) -> pl.Expr:
    quotient, rest = absolute // step, absolute % step
    odd = quotient % integer(2, bound) == integer(1, bound)
    middle = integer(half, bound)
    more = (rest > middle) | ((rest == middle) & odd)
    return quotient + pl.when(more).then(integer(1, bound)).otherwise(integer(0, bound))


_ON_ABSOLUTE = {
    "round down": _down,
    "round up": _up,
    "round half up": _half_up,
    "round half down": _half_down,
    "decimal": _half_even,
}


def rounded(name: str, form: Scaled, digits: int) -> Scaled:
    """A rounding function of FEEL at so many digits after the point."""
    if digits >= form.scale:
        return form
    step_size = 10 ** (form.scale - digits)
    bound = form.bound + step_size
    if bound > MAX_EXACT:
        raise Inexact("rounding numbers of more than 34 digits")
    expr, step = widened(form.expr, form.bound, bound), integer(step_size, bound)
    if name == "floor":
        result = expr // step
    elif name == "ceiling":
        result = integer(0, bound) - (integer(0, bound) - expr) // step
    else:
        size = _ON_ABSOLUTE[name](expr.abs(), step, step_size // 2, bound)
        result = pl.when(expr < integer(0, bound)).then(integer(0, bound) - size).otherwise(size)
    # An integer literal in `when` may narrow the type; the cast keeps it as wide as the bound.
    result = result.cast(pl.Int64 if bound <= INT64_BOUND else pl.Int128)
    if digits >= 0:
        return Scaled(result, digits, bound)
    return Scaled(result * integer(10**-digits, bound), 0, bound)


def number_output(form: Scaled) -> pl.Expr:
    """As Decimal(38, scale)."""
    decimal = form.expr.cast(pl.Decimal(38, 0))
    return decimal if form.scale == 0 else decimal * pl.lit(Decimal(1).scaleb(-form.scale))
