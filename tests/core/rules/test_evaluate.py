"""Values of rules: the semantics that conditions rest on, by the standard's tables and examples."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from giao.core.rules import YearsMonthsDuration, compile_rule, compile_unary_tests
from giao.core.rules.wording import text_of

T, F, N = True, False, None
CONTEXT: dict[str, Any] = {
    "Amount": 700.1,
    "count of lines": 3,
    "Priority": "1",
    "Done": False,
    "nothing": None,
    "lines": [{"price": 2, "qty": 3}, {"price": Decimal("0.5"), "qty": 4}],
    "clock": {"paid in time": {"consumed": timedelta(hours=30), "state": "running"}},
    "Opened": datetime(2016, 5, 12, 18, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
}


def value(text: str, context: dict[str, Any] | None = None) -> Any:
    known = CONTEXT if context is None else context
    return compile_rule(text, [*known, "paid in time"]).evaluate(known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # three-valued logic (DMN 1.5, tables 50 and 51)
        ("true and nothing", N), ("false and nothing", F), ("nothing and false", F), ("true or nothing", T),
        ("nothing or false", N), ("not(nothing)", N), ('true and "x"', N), ('false and "x"', F),
        # equality and order
        ("nothing = null", T), ("1 = null", F), ("1 != null", T), ('1 = "1"', N), ("nothing < 1", N),
        ("[1, 2] = [1, 2]", T), ("[1, 2] = [2, 1]", F), ("{a: 1, b: 2} = {b: 2, a: 1}", T), ('"a" < "b"', T),
        ("true < false", N), ("1 = 1.0", T), ("1 < 2 = true", T),
        # numbers: 34 digits, half even, never infinite
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")), ("0.1 + 0.2 = 0.3", T), ("1 / 0", N),
        ("10 ** 6145", N), ("2 ** 0.5 > 1.4142", T), ("-3 ** 2", Decimal(9)), ("2 ** 3 ** 2", Decimal(64)),
        ("Amount = 700.1", T), ("Amount * 10 = 7001", T),
        # between, in, ranges
        ("5 between 1 and 5", T), ("5 in [1..5)", F), ("5 in ]4..6[", T), ("5 in (< 3, > 4)", T), ("5 in (1, 2)", F),
        ("5 in (>= 5)", T), ("nothing in [1..2]", N), ("1 in [nothing..2]", N), ('Priority in ("1", "2")', T),
        ("5 in [1, [4..6]]", T), ("nothing in (1, 2)", F), ("nothing in (null)", T),
        # paths and filters
        ("clock.paid in time.consumed > @\"P1D\"", T), ("clock.paid in time.nowhere", N), ("lines.price", [2, Decimal("0.5")]),
        ("lines[price > 1].qty", [3]), ("lines[1].price", 2), ("lines[-1].qty", 4), ("lines[3]", N), ("count of lines", 3),
        ("sum(for l in lines return l.price * l.qty)", Decimal(8)), ("[1, 2, 3][item > 1][1]", 2),
        # control
        ('if Done then 1 else 2', 2), ("if nothing then 1 else 2", 2),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", T), ("every x in [] satisfies x > 1", T),
        ("some x in [1, null] satisfies x > 1", N), ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3]),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
        ("(function(a: number, b) a - b)(b: 1, a: 3)", 2),
        # types
        ("Opened instance of date and time", T), ("lines instance of list<context<price: number>>", T),
        ("null instance of number", F), ("[1] instance of list<string>", F),
    ],
)  # fmt: skip
def test_value(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is not float
    assert (found is None) == (expected is None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2020-01-31") + @"P1M"', date(2020, 2, 29)),
        ('@"2020-02-29" - @"P1Y"', date(2019, 2, 28)),
        ('@"2020-03-01" - @"2020-02-01"', timedelta(days=29)),
        ('@"2020-03-01" - @"PT1H"', date(2020, 2, 29)),
        ('@"10:00:00" + @"PT15H"', time(1, 0)),
        (
            '@"2024-03-31T01:30:00@Europe/Paris" + @"PT1H"',
            datetime(2024, 3, 31, 3, 30, tzinfo=ZoneInfo("Europe/Paris")),
        ),
        ('@"2016-05-12T18:00:00+07:00" = @"2016-05-12T11:00:00Z"', True),
        ('is(@"2016-05-12T18:00:00+07:00", @"2016-05-12T11:00:00Z")', False),
        ('@"2016-05-12T18:00:00" = @"2016-05-12T18:00:00Z"', False),
        ('@"2016-05-12T18:00:00" < @"2016-05-12T19:00:00Z"', None),
        ('@"P1D" * 2.5', timedelta(days=2, hours=12)),
        ('@"P1D" / @"PT6H"', Decimal(4)),
        ('@"P1Y" / 5', YearsMonthsDuration(2)),
        ('years and months duration(@"2020-02-29", @"2021-02-28")', YearsMonthsDuration(11)),
        ('years and months duration(@"2021-02-28", @"2020-02-29")', YearsMonthsDuration(-11)),
        ('@"P1DT2H3M4.5S".seconds', Decimal("4.5")),
        ("Opened.timezone", "Asia/Ho_Chi_Minh"),
        ("Opened.time offset", timedelta(hours=7)),
        ("Opened.hour", Decimal(18)),
        ('day of week(@"2024-02-29")', "Thursday"),
        ('week of year(@"2021-01-03")', Decimal(53)),
        ('day of year(@"2024-12-31")', Decimal(366)),
        ('string(@"-PT36H")', "-P1DT12H"),
        ('string(@"999999999-12-31" - @"P1D")', "999999999-12-30"),
        ('string(@"11:22:33.123456789" + @"PT0.000000001S")', "11:22:33.12345679"),
    ],
)
def test_moments(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("foobar", 3)', '"obar"'), ('substring("foobar", -2, 1)', '"a"'), ('substring("foobar", 0)', "null"),
        ('string join(["a", null, "c"], "-")', '"a-c"'), ('split("a;b;;c", ";")', '["a", "b", "", "c"]'),
        ('replace("abracadabra", "a(.)", "a$1$1")', '"abbraccaddabbra"'), ('matches("foo", "^fo*")', "true"),
        ('number("1.000,5", ".", ",")', "1000.5"), ('upper case("ß")', '"SS"'), ("string(1.50)", '"1.5"'),
        ("string([1, \"a\", @\"P1D\"])", '"[1, \\"a\\", P1D]"'),
        ("floor(-1.5)", "-2"), ("ceiling(-1.5)", "-1"), ("round half up(2.5, 0)", "3"), ("round half down(-2.5, 0)", "-2"),
        ("decimal(2.5, 0)", "2"), ("decimal(1250, -2)", "1200"), ("modulo(-12, 5)", "3"), ("modulo(12, -5)", "-3"),
        ("modulo(10.1, -4.5)", "-3.4"), ("abs(@\"-PT5H\")", "PT5H"), ("sqrt(16)", "4"), ("odd(5)", "true"),
        ("median([8, 2, 5, 7])", "6"), ("mode([6, 1, 9, 6, 1])", "[1, 6]"), ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
        ("min([])", "null"), ("sum([])", "null"), ("count([])", "0"), ("max(1, 3, 2)", "3"), ("all([])", "true"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"), ("flatten([[1, [2]], 3])", "[1, 2, 3]"), ("index of([1, 2, 2], 2)", "[2, 3]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"), ("remove([1, 2, 3], -1)", "[1, 2]"), ("append([1], 2, 3)", "[1, 2, 3]"),
        ("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"), ("sublist([1, 2, 3], -2)", "[2, 3]"),
        ("distinct values([1, true, 1.0, \"1\", null, null])", '[1, true, "1", null]'),
        ("list replace([1, 5, 9], function(item, new) item > 4, 0)", "[1, 0, 0]"),
        ("context put({a: {b: 1}}, [\"a\", \"b\"], 2)", "{a: {b: 2}}"), ("get value({a: 1}, \"a\")", "1"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"), ("get entries({a: 1})[1].key", '"a"'),
        ("overlaps([1..5], [5..8])", "true"), ("before([1..5), 5)", "true"), ("includes([1..10], [1..10))", "true"),
        ("range(\"[1..3)\").end included", "false"), ("is(1, 1.0)", "true"),
    ],
)  # fmt: skip
def test_function(text: str, expected: str) -> None:
    found = value(text)
    shown = "null" if found is None else text_of([found])[1:-1]
    assert shown == expected


def test_names_are_those_taken_from_the_context() -> None:
    rule = compile_rule(
        'Amount > 1 and (for i in lines return i.qty * Rate)[1] > 0 and upper case(Priority) = "A"'
    )
    assert rule.names == {"Amount", "lines", "Rate", "Priority"}


def test_names_with_operators_are_found_when_known() -> None:
    known = {"Date-Time": 5, "Date": 100, "Time": 1, "in or out": True}
    assert compile_rule("Date-Time = 5 and in or out", known).evaluate(known) is True
    assert compile_rule("Date - Time").evaluate(known) == 99


def test_a_function_of_the_callers() -> None:
    def missed(kpi: str, k: Decimal, n: Decimal) -> bool:
        return (kpi, k, n) == ("paid_in_time", 3, 6)

    rule = compile_rule("missed(paid_in_time, 3, 6)", functions={"missed": missed})
    assert rule.evaluate({"paid_in_time": "paid_in_time"}) is True
    assert rule.names == {"paid_in_time"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('time("10:00:00") < time("11:00:00")', T),
        ('date("2020-01-02") > date', T),
        ('duration("PT1H") > duration', F),
        ('number("2") = number + 1', T),
        ("count(count) = 2", T),
        ("max(max, 5) = 5", T),
        ("not(not)", F),
        ('upper case(string) = "A" and string(number) = "1"', T),
        ("some time in [1, 2] satisfies time(12, 0, 0) != null and time = 2", T),
        ("{max: function(a, b) a, r: max(1, 2)}.r = 1", T),
        ("{max: null, r: max(1, 2)}.r", N),
    ],
)
def test_a_value_called_like_a_built_in_hides_it_only_when_it_is_a_function(text: str, expected: Any) -> None:
    values = {
        "time": None,
        "date": date(2020, 1, 1),
        "duration": timedelta(days=1),
        "number": 1,
        "count": [1, 2],
        "max": 3,
        "not": True,
        "string": "a",
    }
    assert compile_rule(text, names=list(values)).evaluate(values) is expected
    own = compile_rule("function(a, b) a").evaluate({})
    assert compile_rule("max(1, 2)", names=["max"]).evaluate({"max": own}) == 1
    assert compile_rule("max(1, 2)", names=["max"]).evaluate({}) == 2
    assert compile_rule('date("2020-01-01")', names=["date"]).names == frozenset()


def test_warnings_say_why_a_value_is_null() -> None:
    warnings: list[str] = []
    assert (
        compile_rule('Amount / 0 > 1 or Missing = 1 or 1 < "a"').evaluate({"Amount": 3}, warnings=warnings)
        is None
    )
    assert len(warnings) >= 3
    assert any("'Missing'" in warning for warning in warnings)


def test_values_of_other_libraries_and_what_is_no_value() -> None:
    import numpy as np

    assert compile_rule("x + 1").evaluate({"x": np.int64(2)}) == 3
    assert compile_rule("x = 0.1").evaluate({"x": np.float64(0.1)}) is True
    assert compile_rule("x = null").evaluate({"x": float("nan")}) is True
    assert compile_rule("x > 1").evaluate({"x": Decimal("NaN")}) is None
    with pytest.raises(TypeError, match="object"):
        compile_rule("x").evaluate({"x": object()})
    assert compile_rule("y").evaluate({"x": object(), "y": 1}) == 1


@pytest.mark.parametrize(
    ("text", "tested", "expected"),
    [
        ("-", 5, T), ("5", 5, T), ("< 5", 5, F), ("[1..5], 9", 9, T), ("not(1, 2)", 2, F), ("not(1, 2)", 3, T),
        ('"a", "b"', "b", T), ("? * 2 > 9", 5, T), ("> limit", 5, T), ("list", 2, T), ("< 5", None, N), ("null", None, T),
        ('starts with(?, "a")', "abc", T),
    ],
)  # fmt: skip
def test_cells_of_a_decision_table(text: str, tested: Any, expected: Any) -> None:
    rule = compile_unary_tests(text)
    assert rule.evaluate({"?": tested, "limit": 4, "list": [1, 2]}) is expected


def test_a_rule_travels_as_its_text() -> None:
    rule = pickle.loads(pickle.dumps(compile_rule("Date-Time > 1", ["Date-Time"])))
    assert rule.evaluate({"Date-Time": 2}) is True
    assert pickle.loads(pickle.dumps(compile_unary_tests("< 5"))).evaluate({"?": 4}) is True


def test_utc_is_kept() -> None:
    assert value('@"2016-05-12T11:00:00Z"') == datetime(2016, 5, 12, 11, tzinfo=UTC)
