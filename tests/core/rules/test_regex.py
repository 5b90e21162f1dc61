"""The two matchers of regular expressions agree, and say no to what is not valid."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.rules.regex import compile_pattern
from giao.core.rules.regex.machine import Program
from giao.core.rules.regex.pattern import Pattern

ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"[a-c-[b]]", "^", "$", r"\s"])


def patterns() -> st.SearchStrategy[str]:
    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.builds("({}|{})".format, inner, inner),
            st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "{2}", "{1,2}", "??"])),
            st.builds(
                "{}{}".format,
                st.sampled_from(["a", "[ab]", ".", "(?:ab)"]),
                st.sampled_from(["*", "+", "*?", "+?"]),
            ),
        )

    return st.recursive(ATOMS, extend, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(patterns(), st.text("abc1 \nB", max_size=8), st.sampled_from(["", "i", "m", "s", "im"]))
def test_both_matchers_find_the_same(text: str, subject: str, flags: str) -> None:
    pattern = compile_pattern(text, flags)
    if pattern is None:
        return
    found = pattern.search(subject)
    program = Program(pattern._tree, pattern.groups, fold="i" in flags, multiline="m" in flags)
    slots = program.search(subject, 0)
    assert (slots is None) == (found is None)
    if slots is not None and found is not None:
        assert (slots[0], slots[1]) == (found.start, found.end)


@pytest.mark.parametrize(
    "text", ["(", ")", "[", "*a", "a**", "[b-a]", "a{2,1}", r"\q", r"\1", "(?=a)", "a{99999}", r"\p{Nope}"]
)
def test_what_is_not_valid_is_no_pattern(text: str) -> None:
    assert compile_pattern(text) is None


@pytest.mark.parametrize(
    ("text", "flags", "subject", "expected"),
    [
        ("[A-Z-[OI]]", "i", "o", False), ("[A-Z-[OI]]", "i", "x", True), ("[^Q]", "i", "q", False),
        ("hello\\ sworld", "x", "hello world", True), (r"\p{ I s B a s i c L a t i n }+", "x", "abc", True),
        (".", "", "\r", False), (".", "s", "\n", True), ("^b$", "m", "a\nb\nc", True), ("a.c", "q", "abc", False),
        (r"\p{Lu}\P{Lu}", "", "Éa", True), (r"(a)\1", "i", "aA", True), (r"\w", "", "_", False), (r"\i\c*", "", "_x", True),
    ],
)  # fmt: skip
def test_dialect(text: str, flags: str, subject: str, expected: bool) -> None:
    pattern = compile_pattern(text, flags)
    assert isinstance(pattern, Pattern)
    assert (pattern.search(subject) is not None) is expected
