"""Dates of any year, durations and their text: laws against Python's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giao.core.rules import temporal
from giao.core.rules.calendar_algebra import civil_from_days, days_from_civil
from giao.core.rules.floats import float_test
from giao.core.rules.values import FarDate, FarDateTime, NanoDuration
from giao.core.rules.wording import text_of


@given(st.dates())
def test_days_are_python_days(day: date) -> None:
    number = days_from_civil(day.year, day.month, day.day)
    assert number == (day - date(1970, 1, 1)).days
    assert civil_from_days(number) == (day.year, day.month, day.day)


@given(st.integers(-366_000_000_000, 366_000_000_000))
def test_far_days_come_back(number: int) -> None:
    assert days_from_civil(*civil_from_days(number)) == number


@given(st.datetimes(timezones=st.timezones()), st.timedeltas(timedelta(days=-9999), timedelta(days=9999)))
def test_adding_elapsed_time_is_exact_in_every_zone(moment: datetime, span: timedelta) -> None:
    try:
        expected = moment.astimezone(UTC) + span
    except OverflowError:
        return
    found = temporal.add_duration(moment, temporal.duration_nanoseconds(span))
    assert found is not None
    assert temporal.instant(found) == temporal.instant(expected)


@given(st.datetimes(timezones=st.none() | st.timezones()) | st.dates() | st.times() | st.timedeltas())
def test_text_reads_back(value: object) -> None:
    if isinstance(value, datetime) and value.tzinfo is not None and value.fold:
        return  # the text of a moment does not tell the second pass of a repeated hour
    assert temporal.read_literal(text_of(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-0001-02-28", FarDate(-1, 2, 28)), ("0000-02-29", FarDate(0, 2, 29)), ("10000-01-01", FarDate(10_000, 1, 1)),
        ("2017-02-29", None), ("998-12-31", None), ("01211-12-31", None), ("1000000000-01-01", None),
        ("PT0.000000001S", NanoDuration(1)), ("P1Y1D", None), ("P", None), ("PT", None), ("P1H", None), ("-P0D", timedelta(0)),
        ("24:00:00", None), ("10:00:00+18:01", None), ("10:00:00@Nowhere/City", None),
        ("2020-01-01T00:00:00.000000001", FarDateTime(date(2020, 1, 1), temporal.make_time(0, 0, 0, 1, None))),
    ],
)  # fmt: skip
def test_reading(text: str, expected: object) -> None:
    assert temporal.read_literal(text) == expected


@given(
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda x: Decimal(repr(x))),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
def test_floats_compare_as_their_shortest_decimal(
    op: str, literal: Decimal, value: float, near: bool
) -> None:
    if near:
        value = float(literal)
        if value in (float("inf"), float("-inf")):
            return
    shortest = Decimal(repr(value))
    expected = {
        "=": shortest == literal,
        "!=": shortest != literal,
        "<": shortest < literal,
        "<=": shortest <= literal,
        ">": shortest > literal,
        ">=": shortest >= literal,
    }
    assert float_test(op, literal)(value) is expected[op]
