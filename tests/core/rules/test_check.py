"""The static check finds what can never work, at its column, before a rule runs."""

from __future__ import annotations

from typing import Any

import pytest

from giao.core.rules import RuleError, check, compile_rule

SCHEMA = {
    "Amount": "number",
    "Priority": "string",
    "Done": "boolean",
    "Opened": "date and time",
    "Day": "date",
    "tags": "list<string>",
    "lines": "list<context<price: number, label: string>>",
    "clock": "context<paid in time: context<consumed: days and time duration, state: string>>",
    "window": "range<date>",
    "other": "any",
}


def missed(kpi: str, k: Any, n: Any) -> bool:
    return False


missed.feel = "missed(kpi: string, k: number, n: number) -> boolean"  # type: ignore[attr-defined]
FUNCTIONS = {"missed": missed}


def type_of(text: str) -> str:
    return str(check(compile_rule(text, SCHEMA, functions=FUNCTIONS), SCHEMA))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Amount >= 500 and Priority = "1"', "boolean"),
        ("Amount * 2 + 1", "number"),
        ('Opened - @"2020-01-01T00:00:00Z"', "days and time duration"),
        ('Opened + @"P1M"', "date and time"),
        ('clock.paid in time.consumed > @"P1D"', "boolean"),
        ("tags", "list<string>"),
        ("tags[1]", "string"),
        ("lines[price > 1].label", "list<string>"),
        ("for l in lines return l.price", "list<number>"),
        ("sum(lines.price)", "number"),
        ("max(lines.price)", "number"),
        ('append(tags, "x")', "list<string>"),
        ("if Done then 1 else null", "number"),
        ('if Done then 1 else "a"', "any"),
        ("Day in window", "boolean"),
        ("{a: 1, b: a + 1}.b", "number"),
        ("(function(x: number) x > 1)(2)", "boolean"),
        ('missed("paid", 3, 6)', "boolean"),
        ("sort(tags, function(a, b) a < b)", "list<string>"),
        ("other.anything[1] + 1", "number"),
        ("upper case(tags[item = Priority])", "string"),
        ("Amount = null", "boolean"),
    ],
)
def test_the_type_of_a_rule(text: str, expected: str) -> None:
    assert type_of(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ('Priorty = "1"', 0, "Did you mean Priority?"),
        ('amount > 1', 0, "Did you mean Amount?"),
        ("1 + Nowhere", 4, "no name 'Nowhere'"),
        ('Amount > "5"', 9, "cannot be compared"),
        ("Amount + Priority", 0, "number + string"),
        ("Amount and Done", 0, "joins conditions"),
        ("Done and Amount", 9, "joins conditions"),
        ('Opened >= @"2020-01-01T00:00:00"', 10, "no zone"),
        ('Opened between @"2020-01-01T00:00:00Z" and date and time("2020-02-01T00:00:00")', 43, "no zone"),
        ('Opened > @"2020-01-01"', 9, "date(…)"),
        ("Done > true", 0, "no order"),
        ("clock.paid in time.consumd > 1", 19, "Did you mean consumed?"),
        ("Opened.yeer", 7, "Did you mean year?"),
        ("Amount.x", 7, "has no parts"),
        ("substrng(Priority, 1)", 0, "Did you mean substring?"),
        ("substring(Amount, 1)", 10, "takes a string"),
        ("substring(Priority)", 0, "substring(string, start position, length)"),
        ('missed(3, 3, 6)', 7, "takes a string as 'kpi'"),
        ("sum(tags)", 4, "list<number>"),
        ("Priority in (1, 2)", 13, "cannot be compared"),
        ("Priority in [1..5]", 13, "cannot be compared"),
        ("some t in tags satisfies t > 1", 29, "cannot be compared"),
        ("if Amount then 1 else 2", 3, "needs a condition"),
        ("lines[prise > 1]", 6, "Did you mean price?"),
        ("tags[\"x\"]", 5, "condition or a position"),
        ("Amount(1)", 0, "cannot be called"),
        ("-Priority", 1, "cannot be negated"),
        ("x instance of nummber", 0, "no name 'x'"),
        ("Amount instance of nummber", 19, "no type named"),
    ],
)  # fmt: skip
def test_an_error_points_at_the_column(text: str, position: int, part: str) -> None:
    with pytest.raises(RuleError) as caught:
        type_of(text)
    assert part in str(caught.value)
    assert caught.value.position == position
    assert str(caught.value).splitlines()[-1] == "  " + " " * position + "^"


def test_local_moments_may_be_allowed() -> None:
    rule = compile_rule('Opened >= @"2020-01-01T00:00:00"')
    assert str(check(rule, SCHEMA, zoned=False)) == "boolean"


def test_a_wrong_schema_is_told() -> None:
    with pytest.raises(ValueError, match="no type named 'nummer'"):
        check(compile_rule("a"), {"a": "nummer"})
