"""Built-in functions on numbers, all in decimal128."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any

from giao.core.rules.arithmetic import negate, number_or_null
from giao.core.rules.builtins.registry import builtin
from giao.core.rules.builtins.strings import whole
from giao.core.rules.temporal import duration_nanoseconds
from giao.core.rules.values import DECIMAL128, YearsMonthsDuration, note

MIN_SCALE, MAX_SCALE = -6111, 6176
# Digits enough for any decimal128 written out, so that rounding at a scale is exact.
_WIDE = Context(prec=12_500, Emin=-99_999, Emax=99_999)


def round_at(number: Decimal, scale: Decimal, rounding: str) -> Any:
    """Rounded to so many digits after the point (before it when negative)."""
    digits = whole(scale)
    if not MIN_SCALE <= digits <= MAX_SCALE:
        return note(f"The scale must lie between {MIN_SCALE} and {MAX_SCALE}.")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= digits:
        return number
    rounded = number.quantize(Decimal((0, (1,), -digits)), rounding, _WIDE)
    return number_or_null(DECIMAL128.plus, rounded)


def _declare(name: str, rounding: str) -> Callable[..., Any]:
    @builtin(f"{name}(n: number, scale?: number) -> number")
    def rounded(number: Decimal, scale: Decimal = Decimal(0)) -> Any:
        return round_at(number, scale, rounding)

    return rounded


floor = _declare("floor", ROUND_FLOOR)
ceiling = _declare("ceiling", ROUND_CEILING)
round_up = _declare("round up", ROUND_UP)
round_down = _declare("round down", ROUND_DOWN)
round_half_up = _declare("round half up", ROUND_HALF_UP)
round_half_down = _declare("round half down", ROUND_HALF_DOWN)


@builtin("decimal(n: number, scale: number) -> number")
def decimal(number: Decimal, scale: Decimal) -> Any:
    return round_at(number, scale, ROUND_HALF_EVEN)


@builtin("abs(n: number) -> number")
def absolute(number: Decimal) -> Decimal:
    return DECIMAL128.abs(number)


@builtin("abs(n: days and time duration) -> days and time duration")
def absolute_days_time(duration: Any) -> Any:
    if type(duration) is timedelta:
        return abs(duration)
    return negate(duration) if duration_nanoseconds(duration) < 0 else duration


@builtin("abs(n: years and months duration) -> years and months duration")
def absolute_months(duration: YearsMonthsDuration) -> YearsMonthsDuration:
    return YearsMonthsDuration(abs(duration.months))


@builtin("modulo(dividend: number, divisor: number) -> number")
def modulo(dividend: Decimal, divisor: Decimal) -> Any:
    """`dividend - divisor * floor(dividend / divisor)`: the sign is the divisor's."""
    if not divisor:
        return note("modulo() by zero has no result.")
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return number_or_null(DECIMAL128.plus, rest)


@builtin("sqrt(number: number) -> number")
def square_root(number: Decimal) -> Any:
    return number_or_null(DECIMAL128.sqrt, number)


@builtin("log(number: number) -> number")
def logarithm(number: Decimal) -> Any:
    if number <= 0:
        return note("log() is defined above zero.")
    return number_or_null(DECIMAL128.ln, number)


@builtin("exp(number: number) -> number")
def exponential(number: Decimal) -> Any:
    return number_or_null(DECIMAL128.exp, number)


@builtin("odd(number: number) -> boolean")
def odd(number: Decimal) -> Any:
    return abs(_WIDE.remainder(number, Decimal(2))) == 1


@builtin("even(number: number) -> boolean")
def even(number: Decimal) -> Any:
    return _WIDE.remainder(number, Decimal(2)) == 0
