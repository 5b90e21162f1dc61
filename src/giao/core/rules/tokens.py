"""Text to tokens. A FEEL name may hold spaces and operators, so names are put together by the parser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from giao.core.rules.errors import RuleError
from giao.core.told import told

#: Longest rule text accepted. What a person writes is far below; it bounds every later stage.
MAX_TEXT = 65_536

NAME = "name"
NUMBER = "number"
STRING = "string"
SYMBOL = "symbol"
END = "end"

# Name characters of the DMN grammar (rules 27 to 29), with letters of every script.
_START = (
    r"?A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF\u00AA\u00B5\u00BA"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<space>   (?:[\s\uFEFF\u180E\u200B]|//[^\n]*|/\*.*?\*/)+ )
  | (?P<number>  (?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<name>    [{_START}][{_PART}]* )
  | (?P<string>  "(?:[^"\\]|\\.)*" )
  | (?P<symbol>  (?!/\*) (?: \.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:.@'’] ) )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens of `text`, ending with one of kind `end`. Raises RuleError at the first bad character."""
    tokens: list[Token] = []
    position, size = 0, len(text)
    match = _TOKEN.match
    while position < size:
        found = match(text, position)
        if found is None:
            raise RuleError(_complaint(text, position), text, position)
        kind = found.lastgroup or SYMBOL
        end = found.end()
        if kind != "space":
            tokens.append(Token(kind, found.group(), position, end))
        position = end
    tokens.append(Token(END, "", size, size))
    return tokens


def _complaint(text: str, position: int) -> str:
    if text[position] == '"':
        return told("rule.open_string", 'This string has no end: close it with ".')
    if text.startswith("/*", position):
        return told("rule.open_comment", "This comment has no end: close it with */.")
    return told(
        "rule.character", "The character {character!r} has no meaning here.", character=text[position]
    )


def unescape(literal: str) -> str:
    """The value of a string literal written with its quotes.

    An escape that FEEL does not know keeps its backslash, so that regular expressions can be written plainly.
    """
    body = literal[1:-1]
    if "\\" not in body:
        return body

    def replace(match: re.Match[str]) -> str:
        short, long, simple = match.groups()
        if short is not None:
            return chr(int(short, 16))
        if long is not None:
            code = int(long, 16)
            return chr(code) if code <= 0x10FFFF else match.group()
        return _SIMPLE.get(simple, match.group())

    value = _ESCAPE.sub(replace, body)
    if any("\ud800" <= ch <= "\udfff" for ch in value):
        # A pair of \u escapes for one character beyond the basic plane; a lone half has no value.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
