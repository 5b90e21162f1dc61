"""Hostile rules and values end soon: with a value, with null or with RuleLimitError."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest

from giao.core.rules import Limits, RuleLimitError, compile_rule

#: The default is ten times as much; the tests need not wait for it.
SMALL = Limits(steps=100_000)


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000000 return i",
        "for i in -999999999999999999999..999999999999999999999 return 1",
        "count(for i in 1..2000, j in 1..2000 return 1)",
        "every i in 1..100000000 satisfies true",
        "sum(for i in 1..5000 return count([1, 2, 3][item < sum(for k in 1..5000 return k)]))",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) 1 + (if n = 0 then 0 else f(n - 1)), r: f(5000)}.r",
        "{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(60)}.r",
        "for i in [1..99999999] return i",
    ],
)
def test_work_is_limited(text: str) -> None:
    with pytest.raises(RuleLimitError):
        compile_rule(text).evaluate({}, SMALL)


def test_limits_are_the_callers() -> None:
    rule = compile_rule("count(for i in 1..1000 return i)")
    assert rule.evaluate({}, Limits(steps=10_000)) == 1000
    with pytest.raises(RuleLimitError, match="500 steps"):
        rule.evaluate({}, Limits(steps=500))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9 ** 9 ** 9 > 1", True),
        ("9 ** (9 ** 9)", None),
        ("9 ** (9 ** (9 ** 9))", None),
        ("(1 / 3) ** 1000000000000", Decimal(0)),
        ("1.0000000001 ** 99999999999 > 1", True),
        ("-1 ** 1e6000", Decimal(1)),
        ("exp(99999999)", None),
        ("exp(-99999999) < 1", True),
        ("sqrt(1e6144) > 1", True),
        ("decimal(1 / 3, 6176) > 0", True),
        ("modulo(1e6144, 7) < 7", True),
        ("floor(1e6144) > 1", True),
        ("string length(string(1e6144))", Decimal(6145)),
        ('@"P999999999Y" * 1e6000', None),
        ('@"PT1S" * 1e40', None),
        ('@"999999999-12-31" + @"P1D"', None),
        ('@"999999999-12-31T00:00:00Z" + @"P99999999Y"', None),
        ('date(1e30, 1, 1)', None),
        ('substring("abc", 1e30)', None),
        ('[1, 2, 3][1e30]', None),
    ],
)  # fmt: skip
def test_huge_numbers_end(text: str, expected: Any) -> None:
    found = compile_rule(text).evaluate({})
    if expected == Decimal(0):
        assert found is None or abs(found) < Decimal("1e-6000")
    else:
        assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "flatten(a39)",
        "string(a39)",
        "a39 = b39",
        "is(a39, b39)",
        "index of([a39], b39)",
        "distinct values([a39, b39])",
    ],
)
def test_shared_structure_does_not_explode(text: str) -> None:
    """Each list holds the one before twice: 2**40 elements when walked, 80 when stored."""
    entries = ", ".join(
        f"{name}{index}: [{name}{index - 1}, {name}{index - 1}]" for index in range(1, 40) for name in "ab"
    )
    rule = compile_rule("{a0: [1, 2], b0: [1, 2], " + entries + ", end: " + text + "}.end")
    with pytest.raises(RuleLimitError):
        rule.evaluate({}, SMALL)


def test_work_inside_functions_counts_too() -> None:
    """No single step of these loops is long enough to be refused, all together are."""
    context = {"x": "ab" * 2_000, "p": "(a|b)*c", "l": [[index] for index in range(1_000)]}
    for text in (
        "count(for i in 1..100000 return matches(x, p))",
        'count(for i in 1..100000 return x + "!")',
        "count(for i in 1..100000 return l = l)",
        "count(for i in 1..100000 return distinct values(l))",
    ):
        with pytest.raises(RuleLimitError):
            compile_rule(text).evaluate(context, SMALL)


def test_strings_do_not_explode() -> None:
    doubling = (
        "{a0: x, " + ", ".join(f"a{index}: a{index - 1} + a{index - 1}" for index in range(1, 40)) + "}"
    )
    with pytest.raises(RuleLimitError, match="characters"):
        compile_rule(doubling).evaluate({"x": "x" * 100})
    with pytest.raises(RuleLimitError, match="characters"):
        compile_rule('replace(x, "a", x)').evaluate({"x": "a" * 10_000})


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"]
)
def test_regular_expressions_take_bounded_time(pattern: str) -> None:
    rule = compile_rule("matches(x, p)")
    assert rule.evaluate({"x": "a" * 30 + "!", "p": pattern}) in (True, False)
    with contextlib.suppress(RuleLimitError):
        assert rule.evaluate({"x": "a" * 3000 + "!", "p": pattern}) in (True, False)


def test_a_reference_to_a_group_has_a_step_limit() -> None:
    with pytest.raises(RuleLimitError, match="steps"):
        compile_rule("matches(x, p)").evaluate({"x": "a" * 3000 + "!", "p": r"^(a*)*\1b"})


def test_a_list_of_a_million_is_not_walked_for_nothing() -> None:
    big = list(range(200_000))
    assert compile_rule("count(x)").evaluate({"x": big}) == 200_000
    with pytest.raises(RuleLimitError):
        compile_rule("some i in 1..100000 satisfies sum(x) < 0").evaluate({"x": big}, SMALL)
