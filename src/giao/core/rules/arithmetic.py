"""`+ - * / **` and negation on every pair of kinds that FEEL defines; all else is null.

Source: DMN 1.5, tables 56 to 59.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import ROUND_DOWN, Decimal, DecimalException
from typing import Any

from giao.core.rules import temporal
from giao.core.rules.calendar_algebra import DAY_NS
from giao.core.rules.errors import RuleLimitError
from giao.core.rules.values import (
    DATE,
    DATE_TIME,
    DAYS_TIME,
    DECIMAL128,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    YearsMonthsDuration,
    charge,
    kind_of,
    note,
)
from giao.core.rules.wording import MAX_STRING

_Pair = Callable[[Any, Any], Any]


def number_or_null(operation: Callable[..., Decimal], *operands: Decimal) -> Decimal | None:
    """The decimal128 result; null on division by zero, overflow and everything undefined."""
    try:
        result = operation(*operands)
    except DecimalException as error:
        note(f"The arithmetic has no result ({type(error).__name__}).")
        return None
    return result if result.is_finite() else None


def add(left: Any, right: Any) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return number_or_null(DECIMAL128.add, left, right)
    return _apply("+", _ADD, left, right)


def subtract(left: Any, right: Any) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return number_or_null(DECIMAL128.subtract, left, right)
    return _apply("-", _SUBTRACT, left, right)


def multiply(left: Any, right: Any) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return number_or_null(DECIMAL128.multiply, left, right)
    return _apply("*", _MULTIPLY, left, right)


def divide(left: Any, right: Any) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return number_or_null(DECIMAL128.divide, left, right)
    return _apply("/", _DIVIDE, left, right)


def power(left: Any, right: Any) -> Any:
    """Bounded whatever the exponent: decimal128 overflows to null at 10**6145."""
    if type(left) is Decimal and type(right) is Decimal:
        return number_or_null(DECIMAL128.power, left, right)
    return _apply("**", {}, left, right)


def negate(value: Any) -> Any:
    kind = kind_of(value)
    if kind == NUMBER:
        return DECIMAL128.minus(value) if value else value
    if kind == YEARS_MONTHS:
        return YearsMonthsDuration(-value.months)
    if kind == DAYS_TIME:
        return temporal.make_days_time(-temporal.duration_nanoseconds(value))
    return note(f"A {kind} cannot be negated.")


def _apply(op: str, table: dict[tuple[str, str], _Pair], left: Any, right: Any) -> Any:
    kinds = (kind_of(left), kind_of(right))
    operation = table.get(kinds)
    if operation is None:
        return note(f"{kinds[0]} {op} {kinds[1]} has no meaning.")
    return operation(left, right)


def _concatenate(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_STRING:
        raise RuleLimitError(f"The rule builds a text longer than {MAX_STRING:,} characters.")
    charge((len(left) + len(right)) // 100)
    return left + right


def _whole(number: Decimal | None) -> int | None:
    """Rounded half to even; null when beyond any duration."""
    if number is None or number.adjusted() > 30:
        return None
    return int(number.to_integral_value())


def _ns(value: Any) -> int:
    return temporal.duration_nanoseconds(value)


def _elapsed(left: Any, right: Any) -> Any:
    if (temporal.zone_of(left) is None) != (temporal.zone_of(right) is None):
        return note("A value with a time zone and one without have no distance.")
    return temporal.make_days_time(temporal.instant(left) - temporal.instant(right))


def _time_elapsed(left: Any, right: Any) -> Any:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return note("A time with a zone and one without have no distance.")
    return temporal.make_days_time(temporal.time_instant(left) - temporal.time_instant(right))


def at_midnight_utc(day: temporal.AnyDate) -> temporal.AnyDateTime:
    midnight = temporal.make_time(0, 0, 0, 0, UTC)
    assert midnight is not None
    return temporal.join(day, midnight)


def _scaled_duration(duration: Any, factor: Decimal) -> Any:
    scaled = _whole(number_or_null(DECIMAL128.multiply, Decimal(_ns(duration)), factor))
    return None if scaled is None else temporal.make_days_time(scaled)


def _divided_duration(duration: Any, divisor: Decimal) -> Any:
    scaled = _whole(number_or_null(DECIMAL128.divide, Decimal(_ns(duration)), divisor))
    return None if scaled is None else temporal.make_days_time(scaled)


def _months(number: Decimal | None) -> Any:
    """Whole months, the rest dropped."""
    if number is None or number.adjusted() > 15:
        return None
    return YearsMonthsDuration(int(number.to_integral_value(rounding=ROUND_DOWN)))


_ADD: dict[tuple[str, str], _Pair] = {
    (STRING, STRING): _concatenate,
    (DATE_TIME, DAYS_TIME): lambda a, b: temporal.add_duration(a, _ns(b)),
    (DAYS_TIME, DATE_TIME): lambda a, b: temporal.add_duration(b, _ns(a)),
    (DATE, DAYS_TIME): lambda a, b: temporal.add_days_time(a, _ns(b)),
    (DAYS_TIME, DATE): lambda a, b: temporal.add_days_time(b, _ns(a)),
    (TIME, DAYS_TIME): lambda a, b: temporal.add_to_time(a, _ns(b)),
    (DAYS_TIME, TIME): lambda a, b: temporal.add_to_time(b, _ns(a)),
    (DATE_TIME, YEARS_MONTHS): lambda a, b: temporal.add_months_to_moment(a, b.months),
    (YEARS_MONTHS, DATE_TIME): lambda a, b: temporal.add_months_to_moment(b, a.months),
    (DATE, YEARS_MONTHS): lambda a, b: temporal.add_months(a, b.months),
    (YEARS_MONTHS, DATE): lambda a, b: temporal.add_months(b, a.months),
    (DAYS_TIME, DAYS_TIME): lambda a, b: temporal.make_days_time(_ns(a) + _ns(b)),
    (YEARS_MONTHS, YEARS_MONTHS): lambda a, b: YearsMonthsDuration(a.months + b.months),
}
_SUBTRACT: dict[tuple[str, str], _Pair] = {
    (DATE_TIME, DATE_TIME): _elapsed,
    (DATE, DATE): lambda a, b: temporal.make_days_time(
        (temporal.day_number(a) - temporal.day_number(b)) * DAY_NS
    ),
    (DATE_TIME, DATE): lambda a, b: _elapsed(a, at_midnight_utc(b)),
    (DATE, DATE_TIME): lambda a, b: _elapsed(at_midnight_utc(a), b),
    (TIME, TIME): _time_elapsed,
    (DATE_TIME, DAYS_TIME): lambda a, b: temporal.add_duration(a, -_ns(b)),
    (DATE, DAYS_TIME): lambda a, b: temporal.add_days_time(a, -_ns(b)),
    (TIME, DAYS_TIME): lambda a, b: temporal.add_to_time(a, -_ns(b)),
    (DATE_TIME, YEARS_MONTHS): lambda a, b: temporal.add_months_to_moment(a, -b.months),
    (DATE, YEARS_MONTHS): lambda a, b: temporal.add_months(a, -b.months),
    (DAYS_TIME, DAYS_TIME): lambda a, b: temporal.make_days_time(_ns(a) - _ns(b)),
    (YEARS_MONTHS, YEARS_MONTHS): lambda a, b: YearsMonthsDuration(a.months - b.months),
}
_MULTIPLY: dict[tuple[str, str], _Pair] = {
    (DAYS_TIME, NUMBER): _scaled_duration,
    (NUMBER, DAYS_TIME): lambda a, b: _scaled_duration(b, a),
    (YEARS_MONTHS, NUMBER): lambda a, b: _months(number_or_null(DECIMAL128.multiply, Decimal(a.months), b)),
    (NUMBER, YEARS_MONTHS): lambda a, b: _months(number_or_null(DECIMAL128.multiply, Decimal(b.months), a)),
}
_DIVIDE: dict[tuple[str, str], _Pair] = {
    (DAYS_TIME, NUMBER): _divided_duration,
    (YEARS_MONTHS, NUMBER): lambda a, b: _months(number_or_null(DECIMAL128.divide, Decimal(a.months), b)),
    (DAYS_TIME, DAYS_TIME): lambda a, b: number_or_null(DECIMAL128.divide, Decimal(_ns(a)), Decimal(_ns(b))),
    (YEARS_MONTHS, YEARS_MONTHS): lambda a, b: number_or_null(
        DECIMAL128.divide, Decimal(a.months), Decimal(b.months)
    ),
}

OPERATE: dict[str, _Pair] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
