"""Built-in functions that sum a list up."""

from __future__ import annotations

from collections import Counter
from decimal import Context, Decimal
from typing import Any

from giao.core.rules.arithmetic import add, number_or_null
from giao.core.rules.builtins.registry import builtin
from giao.core.rules.comparing import order
from giao.core.rules.values import DAYS_TIME, DECIMAL128, NUMBER, YEARS_MONTHS, kind_of, note

# Twice the digits for intermediate sums of squares, so that the result is right to the last digit.
_DOUBLE = Context(prec=80, Emin=-99_999, Emax=99_999)


def _numbers(items: list[Any], name: str) -> list[Decimal] | None:
    if not items:
        note(f"{name}() of an empty list has no value.")
        return None
    if any(type(item) is not Decimal for item in items):
        note(f"{name}() takes numbers only.")
        return None
    return items


@builtin("min(*list: list<T>) -> T")
def minimum(items: list[Any]) -> Any:
    return _extreme(items, -1)


@builtin("max(*list: list<T>) -> T")
def maximum(items: list[Any]) -> Any:
    return _extreme(items, 1)


def _extreme(items: list[Any], sign: int) -> Any:
    best = items[0] if items else None
    for item in items:
        found = order(item, best)
        if found is None:
            return None
        if found * sign > 0:
            best = item
    return best


@builtin("sum(*list: list<years and months duration>) -> years and months duration")
@builtin("sum(*list: list<days and time duration>) -> days and time duration")
@builtin("sum(*list: list<number>) -> number")
def total(items: list[Any]) -> Any:
    """Numbers, or durations of one kind."""
    if items and kind_of(items[0]) in (DAYS_TIME, YEARS_MONTHS):
        result = items[0]
        for item in items[1:]:
            if kind_of(item) == NUMBER:
                return None
            result = add(result, item)
        return result
    numbers = _numbers(items, "sum")
    if numbers is None:
        return None
    value: Decimal | None = Decimal(0)
    for number in numbers:
        value = None if value is None else number_or_null(DECIMAL128.add, value, number)
    return value


@builtin("product(*list: list<number>) -> number")
def product(items: list[Any]) -> Any:
    numbers = _numbers(items, "product")
    value: Decimal | None = Decimal(1)
    for number in numbers or ():
        value = None if value is None else number_or_null(DECIMAL128.multiply, value, number)
    return value if numbers else None


@builtin("mean(*list: list<number>) -> number")
def mean(items: list[Any]) -> Any:
    numbers = _numbers(items, "mean")
    if numbers is None:
        return None
    value = total(numbers)
    return None if value is None else number_or_null(DECIMAL128.divide, value, Decimal(len(numbers)))


@builtin("median(*list: list<number>) -> number")
def median(items: list[Any]) -> Any:
    numbers = _numbers(items, "median")
    if numbers is None:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return mean(ordered[middle - 1 : middle + 1])


@builtin("stddev(*list: list<number>) -> number")
def standard_deviation(items: list[Any]) -> Any:
    """Of a sample: divided by n - 1."""
    numbers = _numbers(items, "stddev")
    if numbers is None or len(numbers) < 2:
        return note("stddev() needs two numbers or more.")
    size = Decimal(len(numbers))
    middle = _DOUBLE.divide(_exact_sum(numbers), size)
    squares = Decimal(0)
    for number in numbers:
        distance = _DOUBLE.subtract(number, middle)
        squares = _DOUBLE.add(squares, _DOUBLE.multiply(distance, distance))
    return number_or_null(DECIMAL128.plus, _DOUBLE.sqrt(_DOUBLE.divide(squares, size - 1)))


def _exact_sum(numbers: list[Decimal]) -> Decimal:
    value = Decimal(0)
    for number in numbers:
        value = _DOUBLE.add(value, number)
    return value


@builtin("mode(*list: list<number>) -> list<number>")
def mode(items: list[Any]) -> Any:
    """The most frequent numbers, in ascending order."""
    if not items:
        return []
    numbers = _numbers(items, "mode")
    if numbers is None:
        return None
    counted = Counter(numbers)
    most = max(counted.values())
    return sorted(number for number, times in counted.items() if times == most)
