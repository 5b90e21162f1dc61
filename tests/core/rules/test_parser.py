"""Errors of reading point at the place; what cannot be read in bounded time is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.rules import RuleError, RuleLimitError, compile_rule, parse
from giao.core.rules import nodes as n
from giao.core.rules.nodes import walk


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("1 +", 3, "end of the rule"),
        ("Amount > ", 9, "end of the rule"),
        ("a b )", 4, "')'"),
        ('x = "abc', 4, "close it"),
        ("1 + /* x", 4, "close it"),
        ("if a then b", 11, "'else'"),
        ('a = @"2020-02-30"', 5, "neither a date"),
        ("f(1, b: 2)", 8, "Name all"),
        ("{a: 1, a: 2}", 7, "two entries"),
        ("a ; b", 2, "';'"),
        ("x between 1 or 2", 12, "'and'"),
        ("1 2", 2, "'2'"),
    ],
)
def test_an_error_names_the_place(text: str, position: int, part: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert caught.value.position == position
    assert part in caught.value.message
    shown = str(caught.value).splitlines()
    assert shown[-1].index("^") == 2 + position


def test_the_caret_stands_in_the_right_line_and_window() -> None:
    with pytest.raises(RuleError) as caught:
        parse("a = 1 and\nb = )")
    assert (caught.value.line, caught.value.column) == (1, 4)
    assert str(caught.value).splitlines()[1:] == ["  b = )", "      ^"]
    with pytest.raises(RuleError) as caught:
        parse("1 + " * 100 + ")")
    _, line, caret = str(caught.value).splitlines()
    assert line[caret.index("^")] == ")"
    assert len(line) < 130


def test_spans_cover_what_was_written() -> None:
    text = 'Full Name = "x" and count(lines[price > 1.5]) in [1..5[ or not(a.b c)'
    names = [text[node.start : node.end] for node in walk(parse(text)) if isinstance(node, n.Name)]
    assert set(names) == {"Full Name", "count", "lines", "price", "not", "a"}
    paths = [text[node.start : node.end] for node in walk(parse(text)) if isinstance(node, n.Path)]
    assert paths == ["a.b c"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000,
        "{a:" * 5000,
        "-" * 5000 + "1",
        "not(" * 5000 + "true" + ")" * 5000,
        "if " * 5000,
        "x instance of " + "list<" * 5000,
        "1" + " + 1" * 5000,
        "a" + ".b" * 5000,
        "a" + "[1]" * 5000,
        "f" + "()" * 5000,
        "1" + " = 1" * 5000,
        "function(a) " * 5000 + "a",
        "x in (" * 5000,
        "if a then b else " * 5000 + "c",
        "some a in " * 5000,
        "[1.." * 5000,
        "a" * 1_000_000,
        "1," * 500_000,
        '"' + "x" * 1_000_000 + '"',
    ],
    ids=lambda text: text[:12],
)
def test_depth_and_size_are_limits_not_crashes(text: str) -> None:
    with pytest.raises(RuleLimitError):
        compile_rule(text)


def test_long_but_flat_rules_are_read() -> None:
    rule = compile_rule(" or ".join(f'State = "s{index}"' for index in range(2000)))
    assert rule.evaluate({"State": "s1999"}) is True
    assert compile_rule("x in (" + ",".join(map(str, range(10_000))) + ")").evaluate({"x": 9999}) is True
    chain = "".join(f"if x = {index} then {index} else " for index in range(200))
    assert compile_rule(chain + "-1").evaluate({"x": 199}) == 199


FRAGMENTS = st.sampled_from(
    [
        *'aB1.,:"@()[]{}<>=!-+*/? \n\\é',
        "if ",
        "for ",
        " in ",
        "..",
        "**",
        "function(",
        " then ",
        "date and time(",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    places: list[int] = []
    try:
        nodes = list(walk(parse(text)))
    except RuleError as error:
        nodes, places = [], [error.position]
    assert all(0 <= place <= len(text) for place in places)
    assert all(0 <= node.start <= node.end <= len(text) for node in nodes)
