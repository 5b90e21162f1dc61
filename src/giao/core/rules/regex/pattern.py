"""A compiled pattern: which of the two matchers runs, and what the built-ins ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from giao.core.rules.regex.charset import CharSet
from giao.core.rules.regex.machine import Program
from giao.core.rules.regex.syntax import (
    Anchor,
    Chars,
    Choice,
    Group,
    PatternError,
    Reader,
    Reference,
    Repeat,
    Sequence,
    Tree,
    single,
)
from giao.core.rules.values import charge

#: Steps that Python's `re` may take at worst before our own matcher is used instead.
CHEAP_STEPS = 1_000_000
MAX_PATTERN = 2_000


@dataclass(frozen=True, slots=True)
class Match:
    """`groups[0]` is the whole match; a group not taken is the empty string."""

    start: int
    end: int
    groups: tuple[str, ...]


class Pattern:
    """One valid pattern with its flags."""

    def __init__(self, text: str, flags: str) -> None:
        fold, multiline = "i" in flags, "m" in flags
        if "q" in flags:
            tree: Tree = Sequence(tuple(single(char) for char in text))
            self.groups = 0
        else:
            reader = Reader(_without_spaces(text) if "x" in flags else text, dot_all="s" in flags)
            tree = reader.whole()
            self.groups = reader.groups
        self._tree, self._fold, self._multiline = tree, fold, multiline
        self._repeats = _cheap_repeats(tree)
        self._own: Program | None = None
        self._python: re.Pattern[str] | None = None

    def search(self, text: str, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`. Raises RuleLimitError when it takes too long."""
        worst = None if self._repeats is None else (len(text) + 1) ** (self._repeats + 1)
        if worst is not None and worst <= CHEAP_STEPS:
            charge(worst // 1000)
            if self._python is None:
                options = (re.IGNORECASE if self._fold else 0) | (re.MULTILINE if self._multiline else 0)
                self._python = re.compile(_python_text(self._tree, self._multiline), options)
            found = self._python.search(text, start)
            if found is None:
                return None
            return Match(
                found.start(), found.end(), (found.group(), *(part or "" for part in found.groups()))
            )
        if self._own is None:
            self._own = Program(self._tree, self.groups, fold=self._fold, multiline=self._multiline)
        slots = self._own.search(text, start)
        if slots is None:
            return None
        groups = tuple(
            text[first:last] if first >= 0 and last >= 0 else ""
            for first, last in zip(slots[::2], slots[1::2], strict=True)
        )
        return Match(slots[0], slots[1], groups)

    def matches(self, text: str) -> Iterator[Match]:
        """All matches from left to right, not overlapping; none of them empty."""
        start = 0
        while start <= len(text):
            found = self.search(text, start)
            if found is None or found.start == found.end:
                return
            yield found
            start = found.end

    @property
    def matches_empty(self) -> bool:
        return self.search("") is not None


@lru_cache(maxsize=512)
def compile_pattern(text: str, flags: str = "") -> Pattern | None:
    """The pattern, or None when it or its flags (any of `smixq`) are not valid."""
    if len(text) > MAX_PATTERN or set(flags) - set("smixq"):
        return None
    try:
        return Pattern(text, flags)
    except PatternError:
        return None


def _without_spaces(text: str) -> str:
    """White space outside character classes removed (flag `x`)."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for char in text:
        if depth == 0 and char in " \t\n\r":
            continue
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        kept.append(char)
    return "".join(kept)


def _cheap_repeats(tree: Tree) -> int | None:
    """How many open-ended repeats the pattern has, or None when backtracking may be exponential.

    Only repeats of single characters are counted as cheap; a repeated group is cheap when what it repeats has one length
    and no choice of its own (then each pass matches in one way only).
    """
    if isinstance(tree, Repeat):
        if isinstance(tree.body, Chars):
            return 1 if tree.high is None or tree.high - tree.low > 1 else 0
        if tree.high == 1:
            return _cheap_repeats(tree.body)
        return 1 if _is_plain(tree.body) else None
    if isinstance(tree, Group):
        return _cheap_repeats(tree.body)
    if isinstance(tree, (Sequence, Choice)):
        counts = [_cheap_repeats(part) for part in tree.parts]
        if isinstance(tree, Choice) and len(counts) > 40:
            return None
        return None if None in counts else sum(count for count in counts if count is not None)
    return None if isinstance(tree, Reference) else 0


def _is_plain(tree: Tree) -> bool:
    """A fixed sequence of characters."""
    if isinstance(tree, Group):
        return _is_plain(tree.body)
    if isinstance(tree, Sequence):
        return bool(tree.parts) and all(isinstance(part, Chars) for part in tree.parts)
    return isinstance(tree, Chars)


def _python_text(tree: Tree, multiline: bool) -> str:
    """The same pattern in the syntax of `re`."""
    if isinstance(tree, Chars):
        return re.escape(tree.literal) if tree.literal else _python_set(tree.chars)
    if isinstance(tree, Anchor):
        if multiline:
            return tree.kind
        return r"\A" if tree.kind == "^" else r"\Z"
    if isinstance(tree, Group):
        return f"({'' if tree.number else '?:'}{_python_text(tree.body, multiline)})"
    if isinstance(tree, Sequence):
        return "".join(_python_text(part, multiline) for part in tree.parts)
    if isinstance(tree, Choice):
        return "(?:" + "|".join(_python_text(part, multiline) for part in tree.parts) + ")"
    if isinstance(tree, Repeat):
        high = "" if tree.high is None else str(tree.high)
        return f"(?:{_python_text(tree.body, multiline)}){{{tree.low},{high}}}{'' if tree.greedy else '?'}"
    return rf"(?:\{tree.number})"


def _python_set(chars: CharSet) -> str:
    before = f"(?!{_python_set(chars.minus)})" if chars.minus is not None else ""
    if not chars.intervals:
        return before + (r"[\s\S]" if chars.negated else r"[^\s\S]")
    body = "".join(
        _python_char(low) if low == high else f"{_python_char(low)}-{_python_char(high)}"
        for low, high in chars.intervals
    )
    return f"{before}[{'^' if chars.negated else ''}{body}]"


def _python_char(code: int) -> str:
    return f"\\U{code:08x}"
