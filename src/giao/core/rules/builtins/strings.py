"""Built-in functions on strings. Positions count characters from 1, or from the end when negative."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from giao.core.rules.builtins.registry import builtin
from giao.core.rules.errors import RuleLimitError
from giao.core.rules.regex import Pattern, compile_pattern
from giao.core.rules.values import charge, note
from giao.core.rules.wording import MAX_STRING
from giao.core.told import told


@builtin("substring(string: string, start position: number, length?: number) -> string")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> Any:
    first = whole(start)
    if first == 0 or abs(first) > len(text) or (length is not None and length < 1):
        return note("substring() starts or ends outside the string.")
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if length is None else text[begin : begin + whole(length)]


def whole(number: Decimal) -> int:
    """The integer part; huge numbers are cut, no text or list reaches so far."""
    return int(number) if number.adjusted() < 18 else (10**18 if number > 0 else -(10**18))


@builtin("string length(string: string) -> number")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case(string: string) -> string")
def upper_case(text: str) -> str:
    return text.upper()


@builtin("lower case(string: string) -> string")
def lower_case(text: str) -> str:
    return text.lower()


@builtin("substring before(string: string, match: string) -> string")
def substring_before(text: str, match: str) -> str:
    found = text.find(match)
    return text[:found] if found > 0 else ""


@builtin("substring after(string: string, match: string) -> string")
def substring_after(text: str, match: str) -> str:
    found = text.find(match)
    return text[found + len(match) :] if found >= 0 else ""


@builtin("contains(string: string, match: string) -> boolean")
def contains(text: str, match: str) -> bool:
    return match in text


@builtin("starts with(string: string, match: string) -> boolean")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(string: string, match: string) -> boolean")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string?) -> boolean")
def matches(text: str, pattern: str, flags: str | None = None) -> Any:
    compiled = _pattern(pattern, flags)
    return None if compiled is None else compiled.search(text) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string?) -> string")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> Any:
    compiled = _pattern(pattern, flags)
    if compiled is None:
        return None
    if compiled.matches_empty:
        return note("replace() needs a pattern that does not match the empty string.")
    pieces = [replacement] if "q" in (flags or "") else _replacement(replacement, compiled.groups)
    if pieces is None:
        return note(
            "The replacement has a $ or \\ that means nothing: write \\$ or \\\\ for the character itself."
        )
    parts: list[str] = []
    end = size = 0
    for match in compiled.matches(text):
        parts.append(text[end : match.start])
        parts.extend(match.groups[piece] if isinstance(piece, int) else piece for piece in pieces)
        size += sum(len(part) for part in parts[-len(pieces) - 1 :])
        if size > MAX_STRING:
            raise RuleLimitError(
                told(
                    "rule.long_replace",
                    "replace() builds a text longer than {most} characters.",
                    most=f"{MAX_STRING:,}",
                )
            )
        end = match.end
    charge(size // 100)
    return "".join(parts) + text[end:]


def _replacement(text: str, groups: int) -> list[str | int] | None:
    """Literal pieces and group numbers; None when a `$` or backslash stands alone."""
    pieces: list[str | int] = []
    at = 0
    while at < len(text):
        char = text[at]
        following = text[at + 1 : at + 2]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                return None
            pieces.append(following)
            at += 2
        elif char == "$":
            if not following or following not in "0123456789":
                return None
            number = int(following)
            at += 2
            # As many digits as name a group: $12 is group 12 when there are twelve, else group 1 and a "2".
            while at < len(text) and text[at] in "0123456789" and number * 10 + int(text[at]) <= groups:
                number = number * 10 + int(text[at])
                at += 1
            pieces.append(number if number <= groups else "")
        else:
            pieces.append(char)
            at += 1
    return pieces


@builtin("split(string: string, delimiter: string) -> list<string>")
def split(text: str, delimiter: str) -> Any:
    compiled = _pattern(delimiter, "")
    if compiled is None:
        return None
    if compiled.matches_empty:
        return note("split() needs a delimiter that does not match the empty string.")
    parts: list[str] = []
    end = 0
    for match in compiled.matches(text):
        parts.append(text[end : match.start])
        end = match.end
    return [*parts, text[end:]]


def _pattern(pattern: str, flags: str | None) -> Pattern | None:
    compiled = compile_pattern(pattern, flags or "")
    if compiled is None:
        note(f"{pattern!r} is not a regular expression.")
    return compiled


@builtin("string join(list: list, delimiter?: string?) -> string")
def string_join(items: list[Any], delimiter: str | None = None) -> Any:
    if any(item is not None and type(item) is not str for item in items):
        return note("string join() joins strings only.")
    present = [item for item in items if item is not None]
    if sum(len(item) for item in present) + len(delimiter or "") * len(present) > MAX_STRING:
        raise RuleLimitError(
            told(
                "rule.long_join",
                "string join() builds a text longer than {most} characters.",
                most=f"{MAX_STRING:,}",
            )
        )
    joined = (delimiter or "").join(present)
    charge(len(joined) // 100)
    return joined
