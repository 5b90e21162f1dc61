"""Built-in functions that turn one kind of value into another, and `not`, `is`."""

from __future__ import annotations

import re
from datetime import UTC
from decimal import Decimal, DecimalException
from typing import Any

from giao.core.rules import nodes, temporal
from giao.core.rules.arithmetic import negate
from giao.core.rules.builtins.registry import BUILTINS, builtin, call
from giao.core.rules.builtins.strings import whole
from giao.core.rules.comparing import equal, order
from giao.core.rules.errors import RuleError
from giao.core.rules.values import (
    DATE_TIME,
    DECIMAL128,
    TIME,
    Range,
    YearsMonthsDuration,
    kind_of,
    note,
)
from giao.core.rules.wording import text_of

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[0-9 .,\-]*", re.ASCII)


@builtin("not(negand: boolean?) -> boolean")
def negation(value: bool | None) -> bool | None:
    return None if value is None else not value


@builtin("is(value1?: any, value2?: any) -> boolean")
def same(left: Any = None, right: Any = None) -> bool:
    """Whether both are the same value of the same kind, zones included: unlike `=`, 10:00Z is not 11:00+01:00."""
    if kind_of(left) != kind_of(right):
        return False
    if kind_of(left) in (TIME, DATE_TIME):
        return text_of(left) == text_of(right)
    return equal(left, right) is True


@builtin("number(from: string, grouping separator: string?, decimal separator: string?) -> number")
def number(text: str, grouping: str | None, point: str | None) -> Any:
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping is not None and grouping == point)
    ):
        return note(
            "number() takes a space, comma or point between groups, and a comma or point before decimals."
        )
    if grouping:
        text = text.replace(grouping, "")
    if point:
        if point == "," and "." in text:
            return note(f"{text!r} is not a number.")
        text = text.replace(point, ".")
    return plain_number(text)


@builtin("number(from: string) -> number")
def plain_number(text: str) -> Any:
    if len(text) > 10_000 or not _NUMBER.fullmatch(text):
        return note(f"{text[:40]!r} is not a number.")
    try:
        return DECIMAL128.create_decimal(text)
    except DecimalException:
        return note(f"{text[:40]!r} is beyond the numbers of FEEL.")


@builtin("number(from: number) -> number")
def same_number(value: Decimal) -> Decimal:
    return value


@builtin("string(from: any) -> string")
def string(value: Any) -> Any:
    return None if value is None else text_of(value)


@builtin("date(from: string) -> date")
def date_from_text(text: str) -> Any:
    return temporal.read_date(text) or note(f"{text[:40]!r} is not a date.")


@builtin("date(from: date | date and time) -> date")
def date_from(value: Any) -> Any:
    return temporal.date_of(value)


@builtin("date(year: number, month: number, day: number) -> date")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Any:
    if any(part != part.to_integral_value() for part in (year, month, day)):
        return note("date() takes whole numbers.")
    return temporal.make_date(whole(year), whole(month), whole(day)) or note("There is no such day.")


@builtin("time(from: string) -> time")
def time_from_text(text: str) -> Any:
    found = temporal.read_time(text)
    return note(f"{text[:40]!r} is not a time.") if found is None else found


@builtin("time(from: time | date and time) -> time")
def time_from(value: Any) -> Any:
    return temporal.time_of(value) if kind_of(value) == DATE_TIME else value


@builtin("time(from: date) -> time")
def time_from_date(value: Any) -> Any:
    return temporal.make_time(0, 0, 0, 0, UTC)


@builtin(
    "time(hour: number, minute: number, second: number, offset?: days and time duration?) -> time",
)
def time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None) -> Any:
    zone = None
    if offset is not None:
        zone = temporal.offset_zone(temporal.duration_nanoseconds(offset) // temporal.SECOND_NS)
        if zone is None:
            return note("time() takes an offset of at most 18 hours.")
    if not 0 <= second < 60:
        return note("There is no such time.")
    fraction = int((second - int(second)).scaleb(9))
    found = temporal.make_time(whole(hour), whole(minute), int(second), fraction, zone)
    return note("There is no such time.") if found is None else found


@builtin("date and time(from: string) -> date and time")
def date_time_from_text(text: str) -> Any:
    return temporal.read_date_time(text) or note(f"{text[:40]!r} is not a date and time.")


@builtin("date and time(from: date and time) -> date and time")
def date_time_from(value: Any) -> Any:
    return value


@builtin("date and time(date: date | date and time, time: time) -> date and time")
def date_time_from_parts(day: Any, clock: Any) -> Any:
    return temporal.join(temporal.date_of(day), clock)


@builtin("duration(from: string) -> any")
def duration(text: str) -> Any:
    found = temporal.read_duration(text)
    return note(f"{text[:40]!r} is not a duration.") if found is None else found


@builtin("duration(from: days and time duration | years and months duration) -> any")
def same_duration(value: Any) -> Any:
    return value


@builtin(
    "years and months duration(from: date | date and time, to: date | date and time) -> years and months duration"
)
def years_and_months(start: Any, end: Any) -> YearsMonthsDuration:
    return temporal.months_between(start, end)


@builtin("range(from: string) -> range")
def range_from(text: str) -> Any:
    """A range of literal bounds: numbers, strings, `@"…"` or a conversion of a literal string."""
    from giao.core.rules.parser import parse

    try:
        tree = parse(text)
    except RuleError:
        return note(f"{text[:40]!r} is not a range.")
    if not isinstance(tree, nodes.RangeNode) or tree.low is None or tree.high is None:
        return note(f"{text[:40]!r} is not a range.")
    low, high = _bound(tree.low), _bound(tree.high)
    direction = order(low, high)
    if direction is None or direction > 0:
        return note(f"{text[:40]!r} is not a range: its bounds are not in order.")
    return Range(low, high, tree.low_closed, tree.high_closed)


def _bound(tree: nodes.Node) -> Any:
    if isinstance(tree, nodes.Literal):
        return tree.value
    if isinstance(tree, nodes.Negation):
        return negate(_bound(tree.operand))
    if (
        isinstance(tree, nodes.Call)
        and isinstance(tree.function, nodes.Name)
        and tree.function.name in ("date", "time", "date and time", "duration")
        and all(isinstance(argument, nodes.Literal) for argument in tree.arguments)
    ):
        arguments = [argument.value for argument in tree.arguments if isinstance(argument, nodes.Literal)]
        return call(BUILTINS[tree.function.name], arguments)
    return None
