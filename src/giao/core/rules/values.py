"""The values a rule works on, and how Python's values become them.

Numbers are Decimal, strings str, booleans bool, null None, lists list, contexts dict. Dates, times and durations are
Python's own wherever these are exact (years 1 to 9999, microseconds) and the `Far…`/`Nano…` classes below for the rest;
a value has exactly one form, so that equal values are equal objects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from numbers import Integral, Real
from typing import Any

#: FEEL's arithmetic: decimal128 of IEEE 754 (34 digits, half even). DMN 1.5, 10.3.2.3.1.
DECIMAL128 = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    clamp=1,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A duration counted in calendar months (years are twelve), negative when it runs backwards."""

    months: int


@dataclass(frozen=True, slots=True, order=True)
class NanoDuration:
    """A days-and-time duration that `timedelta` cannot hold: finer than a microsecond or beyond its range."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A date outside Python's years 1 to 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class NanoTime:
    """A time of day finer than a microsecond."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class FarDateTime:
    """A date and time that `datetime` cannot hold: a far year or finer than a microsecond."""

    date: date | FarDate
    time: time | NanoTime


@dataclass(frozen=True, slots=True)
class Range:
    """`low` or `high` is None for a side without bound, as in `(< 5)`."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A callable value. `call` takes the arguments by position; `parameters` are their names."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[[Sequence[Any]], Any]
    variadic: bool = False


NUMBER = "number"
STRING = "string"
BOOLEAN = "boolean"
DATE = "date"
TIME = "time"
DATE_TIME = "date and time"
DAYS_TIME = "days and time duration"
YEARS_MONTHS = "years and months duration"
LIST = "list"
CONTEXT = "context"
RANGE = "range"
FUNCTION = "function"
NULL = "null"

KINDS: dict[type, str] = {
    Decimal: NUMBER,
    str: STRING,
    bool: BOOLEAN,
    date: DATE,
    FarDate: DATE,
    time: TIME,
    NanoTime: TIME,
    datetime: DATE_TIME,
    FarDateTime: DATE_TIME,
    timedelta: DAYS_TIME,
    NanoDuration: DAYS_TIME,
    YearsMonthsDuration: YEARS_MONTHS,
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
    Function: FUNCTION,
    type(None): NULL,
}

#: Types that need no conversion when they come from a context. Lists and dicts are not among them: what is inside may.
READY: frozenset[type] = frozenset(set(KINDS) - {list, dict, Decimal}) | {Decimal}

_warnings: ContextVar[list[str] | None] = ContextVar("feel_warnings", default=None)


_spender: ContextVar[Callable[[int], None] | None] = ContextVar("feel_spender", default=None)


def charge(steps: int) -> None:
    """Count work that no loop shows (deep comparisons, long texts, searches) against the rule's limits.

    Raises RuleLimitError when they are spent. A rule without loops and heavy functions has no budget: its work is
    bounded by its own length and the size of its values.
    """
    spend = _spender.get()
    if spend is not None:
        spend(steps)


def note(message: str) -> Any:
    """Tell whoever collects warnings why a value became null. Always returns None, the FEEL null."""
    collected = _warnings.get()
    if collected is not None and len(collected) < 100:
        collected.append(message)
    return None


def kind_of(value: Any) -> str:
    """The FEEL kind of a converted value; the name users write in `instance of`."""
    return KINDS.get(type(value), "unknown")


def convert(value: Any) -> Any:
    """A Python value as a FEEL value. Floats go through their shortest decimal form; NaN and infinities are null.

    Lists, tuples, sets of numbers inside contexts are converted too. Unknown objects raise TypeError.
    """
    kind = type(value)
    if kind is Decimal:
        return value if value.is_finite() else None
    if kind in READY:
        return value
    if kind is int:
        return Decimal(value)
    if kind is float:
        return Decimal(repr(value)) if math.isfinite(value) else None
    if kind is list or isinstance(value, (list, tuple)):
        return [convert(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): convert(item) for key, item in value.items()}
    return _convert_rare(value)


def _convert_rare(value: Any) -> Any:
    """Subclasses of the known types, numbers of other libraries and plain callables."""
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, Decimal):
        return convert(Decimal(value))
    if isinstance(value, Integral):
        return Decimal(int(value))
    if isinstance(value, Real):
        return convert(float(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return datetime(
            value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond,
            value.tzinfo, fold=value.fold,
        )  # fmt: skip
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    if type(value).__name__ == "bool_":  # numpy's boolean is neither bool nor Integral
        return bool(value)
    if callable(value):
        return Function(
            getattr(value, "__name__", "function"), (), lambda args: convert(value(*args)), variadic=True
        )
    raise TypeError(f"a rule cannot work with a value of type {kind_name(value)}")


def kind_name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
