"""Equality, order and membership, three-valued: True, False or None (not comparable).

Source: DMN 1.5, tables 42 to 45 (equality), 46 (order), 55 (`in`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from giao.core.rules.errors import RuleLimitError
from giao.core.rules.temporal import duration_nanoseconds, instant, time_instant, zone_of
from giao.core.rules.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    FUNCTION,
    LIST,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_MONTHS,
    Range,
    charge,
    kind_of,
    note,
)

#: Elements that one deep comparison may look at; a list may share its parts and be exponentially large when walked.
MAX_COMPARED = 1_000_000

_ORDERED = frozenset({NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS})


def equal(left: Any, right: Any) -> bool | None:
    """`left = right`. Null equals only null; values of different kinds are not comparable (null)."""
    if left is None or right is None:
        return left is right
    return _equal(left, right, None)


def _equal(left: Any, right: Any, budget: list[int] | None) -> bool | None:
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        note(f"A {kind} and a {kind_of(right)} cannot be compared.")
        return None
    if kind in (NUMBER, STRING, BOOLEAN, YEARS_MONTHS, DATE):
        return bool(left == right)
    if kind in (DATE_TIME, TIME, DAYS_TIME):
        ranks = _ranks(kind, left, right)
        return False if ranks is None else ranks[0] == ranks[1]
    if kind == FUNCTION:
        return True if left is right else None
    return _equal_parts(kind, left, right, budget if budget is not None else [MAX_COMPARED])


def _equal_parts(kind: str, left: Any, right: Any, budget: list[int]) -> bool | None:
    if kind == RANGE:
        return (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed) and bool(
            _equal(left.low, right.low, budget) and _equal(left.high, right.high, budget)
        )
    if len(left) != len(right):
        return False
    charge(len(left))
    budget[0] -= len(left)
    if budget[0] < 0:
        raise RuleLimitError(f"The rule compares lists of more than {MAX_COMPARED:,} elements.")
    if kind == LIST:
        return all(_equal(a, b, budget) is True for a, b in zip(left, right, strict=True))
    if kind == CONTEXT:
        return left.keys() == right.keys() and all(
            _equal(left[key], right[key], budget) is True for key in left
        )
    return None


def _ranks(kind: str, left: Any, right: Any) -> tuple[Any, Any] | None:
    """Numbers that order two values of one temporal kind; None when only one of the two has a zone."""
    if kind == DAYS_TIME:
        if type(left) is timedelta and type(right) is timedelta:
            return left, right
        return duration_nanoseconds(left), duration_nanoseconds(right)
    if (zone_of(left) is None) != (zone_of(right) is None):
        note("A value with a time zone and one without cannot be compared.")
        return None
    if kind == DATE_TIME:
        if type(left) is datetime and type(right) is datetime and left.tzinfo is right.tzinfo in (None, UTC):
            return left, right
        return instant(left), instant(right)
    return time_instant(left), time_instant(right)


def order(left: Any, right: Any) -> int | None:
    """Below zero, zero or above zero as `left` is less than, equal to or greater than `right`; None when neither."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in _ORDERED:
        note(f"A {kind} and a {kind_of(right)} have no order.")
        return None
    a, b = left, right
    if kind in (DATE_TIME, TIME, DAYS_TIME):
        ranks = _ranks(kind, left, right)
        if ranks is None:
            return None
        a, b = ranks
    elif kind == DATE and type(a) is not type(b):
        a, b = (a.year, a.month, a.day), (b.year, b.month, b.day)
    return int(a > b) - int(a < b)


def less(left: Any, right: Any) -> bool | None:
    found = order(left, right)
    return None if found is None else found < 0


def less_equal(left: Any, right: Any) -> bool | None:
    found = order(left, right)
    return None if found is None else found <= 0


def greater(left: Any, right: Any) -> bool | None:
    found = order(left, right)
    return None if found is None else found > 0


def greater_equal(left: Any, right: Any) -> bool | None:
    found = order(left, right)
    return None if found is None else found >= 0


def unequal(left: Any, right: Any) -> bool | None:
    found = equal(left, right)
    return None if found is None else not found


COMPARE = {"=": equal, "!=": unequal, "<": less, "<=": less_equal, ">": greater, ">=": greater_equal}


def conjunction(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued `and`; anything that is not a boolean counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: bool | None, right: bool | None) -> bool | None:
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def between(value: Any, low: Any, high: Any) -> bool | None:
    return conjunction(greater_equal(value, low), less_equal(value, high))


def in_range(value: Any, span: Range) -> bool | None:
    """Whether the value lies in the range; a side without bound (`< 5`) holds for everything."""
    inside: bool | None = True
    if span.low is not None:
        inside = (greater_equal if span.low_closed else greater)(value, span.low)
    if span.high is not None:
        inside = conjunction(inside, (less_equal if span.high_closed else less)(value, span.high))
    return inside


def is_member(value: Any, test: Any) -> bool | None:
    """`value in test`, for one test already evaluated: a range, a list of values and ranges, or a value."""
    kind = kind_of(test)
    if kind == RANGE:
        return equal(value, test) if kind_of(value) == RANGE else in_range(value, test)
    if kind == LIST:
        if kind_of(value) == LIST and equal(value, test) is True:
            return True
        return any_of(
            in_range(value, item)
            if kind_of(item) == RANGE and kind_of(value) != RANGE
            else equal(value, item) is True
            for item in test
        )
    return equal(value, test)


def any_of(results: Any) -> bool | None:
    """Three-valued `or` over many."""
    found: bool | None = False
    for result in results:
        if result is True:
            return True
        if result is not False:
            found = None
    return found
