"""The columnar back end gives what the scalar gives, row by row, or says that it cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.rules import NotColumnar, RuleLimitError, compile_rule, evaluate_frame, to_polars
from giao.core.rules.columnar.frame import FrameFacts, evaluate_rows

NUMBERS = ("i", "j", "f", "g", "d")
MOMENTS = ("t", "u")


def frames() -> st.SearchStrategy[pl.DataFrame]:
    """Small frames with every kind of column, nulls, awkward floats and categories."""
    floats = st.sampled_from(
        [0.1, 0.3, 0.1 + 0.2, -0.0, 1e16, 2.0**60, 1.005, 2.675, float("nan"), float("inf"), 5e-324]
    )
    few_digits = st.integers(-10_000, 10_000).map(lambda cents: cents / 100)
    moments = st.datetimes(datetime(1999, 1, 1), datetime(2032, 1, 1))
    row = st.fixed_dictionaries(
        {
            "i": st.none() | st.integers(-20, 20) | st.sampled_from([2**62, -(2**62)]),
            "j": st.none() | st.integers(-3, 3),
            "f": st.none() | floats | st.floats(allow_nan=True, allow_infinity=True),
            "g": st.none() | few_digits,
            "d": st.none() | st.decimals(-1000, 1000, places=2),
            "s": st.none()
            | st.sampled_from(["a", "ab", "B", "", "ß", "İ", "x\ny", "1"])
            | st.text(max_size=4),
            "e": st.none() | st.sampled_from(["a", "ab", "1"]),
            "b": st.none() | st.booleans(),
            "day": st.none() | st.dates(date(1999, 1, 1), date(2032, 1, 1)),
            "t": st.none() | moments.map(lambda moment: moment.replace(tzinfo=UTC)),
            "u": st.none() | moments.map(lambda moment: moment.replace(tzinfo=UTC)),
            "span": st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=400)),
        }
    )
    schema = {
        "i": pl.Int64,
        "j": pl.Int16,
        "f": pl.Float64,
        "g": pl.Float64,
        "d": pl.Decimal(12, 2),
        "s": pl.String,
        "e": pl.Enum(["a", "ab", "1"]),
        "b": pl.Boolean,
        "day": pl.Date,
        "t": pl.Datetime("us", "UTC"),
        "u": pl.Datetime("us", "UTC"),
        "span": pl.Duration("us"),
    }
    return st.lists(row, min_size=0, max_size=6).map(lambda rows: pl.DataFrame(rows, schema=schema))


number_literals = st.sampled_from(
    [
        "0",
        "1",
        "-1",
        "0.1",
        "0.3",
        "0.30000000000000004",
        "1.005",
        "2.675",
        "1e16",
        "1152921504606846976",
        "1e400",
        "0.125",
        "null",
    ]
)
string_literals = st.sampled_from(['"a"', '"ab"', '"zz"', '""', '"B"', '"1"', "null"])
comparison = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def numbers(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(NUMBERS) | number_literals
    if depth == 0:
        return leaf
    inner = numbers(depth - 1)
    scale = st.sampled_from(["", ", 0", ", 1", ", -1", ", 5"])
    rounding = st.sampled_from(
        ["floor", "ceiling", "round up", "round down", "round half up", "round half down"]
    )
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
        st.builds("({} / {})".format, inner, st.sampled_from(["2", "100", "0.25", "-8", "3", "0", "j"])),
        st.builds("-({})".format, inner),
        st.builds("abs({})".format, inner),
        st.builds("{}({}{})".format, rounding, inner, scale),
        st.builds("decimal({}, {})".format, inner, st.sampled_from(["0", "1", "-2"])),
        st.builds("modulo({}, {})".format, inner, st.sampled_from(["2", "3", "0.5", "-3"])),
        st.builds("(if {} then {} else {})".format, booleans(depth - 1), inner, inner),
        st.builds("string length({})".format, strings(depth - 1)),
        st.sampled_from(
            ["day.year", "day.weekday", "t.hour", "t.month", "day of year(day)", "week of year(t)"]
        ),
    )


def strings(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["s", "e"]) | string_literals
    if depth == 0:
        return leaf
    inner = strings(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["upper case", "lower case"]), inner),
        st.builds(
            "substring({}, {})".format, inner, st.sampled_from(["1", "2", "-1", "0", "1, 2", "-2, 1", "1, 0"])
        ),
        st.builds(
            "{}({}, {})".format,
            st.sampled_from(["substring before", "substring after"]),
            inner,
            st.just('"b"'),
        ),
        st.builds('replace({}, "[a-b]", "<$0>")'.format, inner),
        st.builds("(if {} then {} else {})".format, booleans(depth - 1), inner, inner),
        st.sampled_from(["day of week(day)", "month of year(t)"]),
    )


def durations(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["span", '@"P1D"', '@"-PT1H30M"', '@"PT0.000001S"', "null"])
    if depth == 0:
        return leaf
    return st.one_of(
        leaf,
        st.builds("({} - {})".format, moments(depth - 1), moments(depth - 1)),
        st.builds("({} - {})".format, days(depth - 1), days(depth - 1)),
        st.builds("({} {} {})".format, durations(depth - 1), st.sampled_from("+-"), durations(depth - 1)),
        st.builds("abs({})".format, durations(depth - 1)),
        st.builds("-{}".format, durations(depth - 1)),
    )


def moments(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from([*MOMENTS, '@"2020-02-29T12:00:00Z"', '@"2020-01-31T23:30:00+07:00"', "null"])
    if depth == 0:
        return leaf
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, moments(depth - 1), durations(depth - 1)),
        st.builds(
            '({} {} @"{}")'.format, moments(0), st.sampled_from("+-"), st.sampled_from(["P1M", "P1Y", "P13M"])
        ),
    )


def days(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["day", '@"2020-02-29"', "date(t)", "null"])
    if depth == 0:
        return leaf
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, days(depth - 1), st.sampled_from("+-"), durations(depth - 1)),
        st.builds(
            '({} {} @"{}")'.format, days(0), st.sampled_from("+-"), st.sampled_from(["P1M", "P1Y", "P11M"])
        ),
    )


def times(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        [
            "time(t)",
            "time(u)",
            "time(day)",
            'time("10:30:00Z")',
            '@"02:00:00+07:00"',
            'time("10:00:00")',
            "null",
        ]
    )
    if depth == 0:
        return leaf
    return st.one_of(leaf, st.builds("(if {} then {} else {})".format, booleans(0), times(0), times(0)))


def booleans(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["b", "true", "false", "null", "i = null", "s != null"])
    if depth == 0:
        return leaf
    lower = depth - 1
    brackets = st.sampled_from(["[]", "()", "(]", "[)", "][", "]]"])

    def ranges(kind: Any) -> st.SearchStrategy[str]:
        return st.builds(lambda pair, low, high: f"{pair[0]}{low} .. {high}{pair[1]}", brackets, kind, kind)

    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, numbers(lower), comparison, numbers(lower)),
        st.builds("({} {} {})".format, strings(lower), comparison, strings(lower)),
        st.builds("({} {} {})".format, moments(lower), comparison, moments(lower)),
        st.builds("({} {} {})".format, days(lower), comparison, days(lower)),
        st.builds("({} {} {})".format, durations(lower), comparison, durations(lower)),
        st.builds("({} {} {})".format, times(lower), comparison, times(lower)),
        st.builds("({} in {})".format, times(0), ranges(times(0))),
        st.builds("({} {} {})".format, booleans(lower), st.sampled_from(["and", "or", "="]), booleans(lower)),
        st.builds("not({})".format, booleans(lower)),
        st.builds("({} between {} and {})".format, numbers(lower), numbers(lower), numbers(lower)),
        st.builds("({} in {})".format, numbers(lower), ranges(numbers(0))),
        st.builds("({} in {})".format, moments(0), ranges(moments(0))),
        st.builds("({} in ({}, > {}))".format, numbers(0), numbers(0), numbers(0)),
        st.builds("({} in [{}, {}])".format, numbers(0), number_literals, number_literals),
        st.builds("({} in [{}, {}])".format, strings(0), string_literals, strings(0)),
        st.builds("({} in ({}, {}))".format, strings(lower), string_literals, string_literals),
        st.builds('list contains(["a", "zz", null], {})'.format, strings(lower)),
        st.builds(
            "{}({}, {})".format,
            st.sampled_from(["starts with", "ends with", "contains"]),
            strings(lower),
            strings(0),
        ),
        st.builds(
            'matches({}, "{}")'.format, strings(lower), st.sampled_from(["^a", "b$", "[^a]", ".", "(a|b)+$"])
        ),
        st.builds("{}({})".format, st.sampled_from(["even", "odd"]), numbers(lower)),
    )


def expressions() -> st.SearchStrategy[str]:
    return st.one_of(booleans(2), numbers(2), strings(2), moments(1), days(1), durations(1))


def as_values(series: pl.Series) -> list[Any]:
    """The series as the scalar would give it: floats through their shortest decimal."""
    return [Decimal(repr(value)) if isinstance(value, float) else value for value in series.to_list()]


def scalar(text: str, frame: pl.DataFrame) -> list[Any]:
    rule = compile_rule(text)
    return [rule.evaluate(row) for row in frame.iter_rows(named=True)]


@settings(max_examples=400, deadline=None)
@given(expressions(), frames())
def test_columns_agree_with_rows(text: str, frame: pl.DataFrame) -> None:
    rule = compile_rule(text)
    expected = scalar(text, frame)
    try:
        expression = to_polars(rule, frame.schema, FrameFacts(frame))
    except NotColumnar:
        return
    found = as_values(frame.with_columns(expression.alias("r"))["r"])
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(expressions(), frames())
def test_a_whole_frame_agrees_with_rows(text: str, frame: pl.DataFrame) -> None:
    assert as_values(evaluate_frame(compile_rule(text), frame)) == scalar(text, frame)


EVENTS = pl.DataFrame(
    {
        "Amount": [499.99, 500.0, None, 1e300],
        "Priority": pl.Series(["1", "2", None, "1"], dtype=pl.Categorical),
        "State": pl.Series(["new", "closed", "new", None], dtype=pl.Enum(["new", "closed"])),
        "Opened": pl.Series([datetime(2016, 5, 12, 11, tzinfo=UTC)] * 4, dtype=pl.Datetime("us", "UTC")),
    }
)


def columnar(text: str, frame: pl.DataFrame = EVENTS) -> list[Any]:
    expression = to_polars(compile_rule(text), frame.schema, FrameFacts(frame))
    return frame.with_columns(expression.alias("r"))["r"].to_list()


def test_a_condition_on_floats_and_categories() -> None:
    assert columnar('Amount >= 500 and Priority = "1"') == [False, False, False, True]
    assert columnar("Amount >= 500") == [False, True, None, True]


def test_a_category_that_no_row_has_is_false_not_an_error() -> None:
    assert columnar('State = "gone"') == [False] * 4
    assert columnar('State in ("gone", "new")') == [True, False, True, False]
    assert columnar('Priority != "9"') == [True] * 4


def test_zones_meet_at_the_instant() -> None:
    assert columnar('Opened = @"2016-05-12T18:00:00+07:00"') == [True] * 4
    assert columnar('Opened < @"2016-05-12T18:00:00@Asia/Ho_Chi_Minh"') == [False] * 4


def test_the_time_of_day_is_columnar() -> None:
    assert columnar('time(Opened) >= time("11:00:00Z")') == [True] * 4
    assert columnar('time(Opened) in [time("17:30:00+07:00") .. time("18:00:00+07:00"))') == [False] * 4
    local = pl.DataFrame({"x": [datetime(2020, 1, 1, 9, 59, 59, 999_999), datetime(1960, 1, 1, 10), None]})
    assert columnar('time(x) < time("10:00:00")', local) == [True, False, None]


def test_a_column_called_like_a_function_does_not_hide_it() -> None:
    """A log always has a column `time`; `time("10:00:00")` means the function all the same."""
    frame = EVENTS.select(pl.col("Opened").alias("time"), pl.col("Opened").dt.date().alias("date"), pl.lit(1).alias("number"))  # fmt: skip
    for text in (
        'time(time) > time("10:00:00Z")',
        'date(date) = date("2016-05-12")',
        'date(time) = date and number("1") = number',
    ):
        assert columnar(text, frame) == [True] * 4
        rule = compile_rule(text, names=frame.columns)
        assert [rule.evaluate(row) for row in frame.iter_rows(named=True)] == [True] * 4
        assert evaluate_frame(rule, frame).to_list() == [True] * 4


def test_float_columns_equal_their_shortest_decimal() -> None:
    frame = pl.DataFrame({"x": [0.1, 0.1 + 0.2, 0.3]})
    assert columnar("x = 0.1", frame) == [True, False, False]
    assert columnar("x = 0.3", frame) == [False, False, True]
    assert columnar("x > 0.3", frame) == [False, True, False]
    # The binary value of 0.1 lies above one tenth; its FEEL value does not.
    assert columnar("x > 0.1", frame) == [False, True, True]


def test_float_arithmetic_is_columnar_when_the_data_have_few_digits() -> None:
    few = pl.DataFrame({"price": [19.99, 0.07], "count": [3, 100]})
    assert columnar("price * count = 59.97", few) == [True, False]
    assert columnar("price * count", few) == [Decimal("59.97"), Decimal("7.00")]
    with pytest.raises(NotColumnar, match="exact only row by row"):
        columnar("price * count", few.with_columns(price=pl.lit(1 / 3)))
    with pytest.raises(NotColumnar):
        to_polars(compile_rule("price * count"), few.schema)


def test_what_has_no_column_form_says_where() -> None:
    with pytest.raises(NotColumnar) as caught:
        columnar("Amount > 1 and some x in [1, 2] satisfies x > Amount")
    assert caught.value.position == len("Amount > 1 and ")
    assert "row by row" in caught.value.reason


def test_rows_are_the_way_out() -> None:
    frame = pl.DataFrame({"x": [1, 2, None]})
    rule = compile_rule("sum(for k in 1..x return k)")
    assert evaluate_frame(rule, frame).to_list() == [Decimal(1), Decimal(3), None]
    assert evaluate_frame(compile_rule("x / 3 > 0.5"), frame).to_list() == [False, True, None]
    with pytest.raises(RuleLimitError):
        evaluate_frame(compile_rule("count(for k in 1..10000000 return k) > x"), frame)


def test_a_name_without_column_is_null() -> None:
    assert evaluate_frame(compile_rule("missing = null"), pl.DataFrame({"x": [1, 2]})).to_list() == [
        True,
        True,
    ]
    hidden = evaluate_frame(compile_rule("x = null"), pl.DataFrame({"x": [1, 2]}), schema={"y": "number"})
    assert hidden.to_list() == [True, True]


def test_constants_fill_the_frame() -> None:
    assert evaluate_frame(compile_rule("1 < 2"), pl.DataFrame({"x": [1, 2]})).to_list() == [True, True]
    assert evaluate_frame(compile_rule("1 < 2"), pl.DataFrame({"x": []})).to_list() == []


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63)])
def test_the_ends_of_64_bits(value: int) -> None:
    frame = pl.DataFrame({"x": [value]})
    for text in ("-x", "abs(x) + 1", "x - 1 < x", "x * 10", "ceiling(x / 2)"):
        assert evaluate_frame(compile_rule(text), frame).to_list() == scalar(text, frame)


def test_rows_keep_the_kind_of_what_they_give() -> None:
    frame = pl.DataFrame({"x": [1, 3]})
    assert evaluate_rows(compile_rule("1 / x"), frame).to_list() == [
        Decimal(1),
        Decimal("0.3333333333333333333333333333333333"),
    ]
    assert evaluate_rows(compile_rule("[x]"), frame).dtype == pl.Object


def test_repeated_rows_are_evaluated_once_and_put_back() -> None:
    frame = pl.DataFrame({"x": [1.0, float("nan"), None, -0.0, 2.5] * 500, "y": list(range(2500))})
    seen: list[Any] = []

    def look(value: Any) -> Any:
        seen.append(value)
        return value

    found = evaluate_frame(compile_rule("look(x) = null or x / 3 > 0.5", functions={"look": look}), frame)
    assert found.to_list() == [False, True, True, False, True] * 500
    assert len(seen) < 10


def test_the_longest_durations_do_not_wrap_round() -> None:
    longest = pl.Series("x", [2**62, -(2**62)]).cast(pl.Duration("us"))
    frame = pl.DataFrame([longest])
    with pytest.raises(NotColumnar, match="9999"):
        columnar("x + x + x > x", frame)
    assert evaluate_frame(compile_rule("x + x + x > x"), frame).to_list() == [True, False]
