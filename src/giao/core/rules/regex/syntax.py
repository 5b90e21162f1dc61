"""The text of an XPath regular expression to a tree."""

from __future__ import annotations

from dataclasses import dataclass

from giao.core.rules.regex.charset import CharSet, Interval, class_escape, complement, merged, property_set

MAX_REPEAT = 1000
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPABLE = frozenset("\\|.?*+(){}-[]^$")
_CLASSES = frozenset("sSdDwWiIcC")


class PatternError(ValueError):
    """The pattern is not valid."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set; `literal` when the set is that character alone."""

    chars: CharSet
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^` or `$`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    body: Tree
    number: int  # 0 when it does not capture


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Tree
    low: int
    high: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Reference:
    number: int


Tree = Chars | Anchor | Group | Sequence | Choice | Repeat | Reference


def single(char: str) -> Chars:
    return Chars(CharSet(((ord(char), ord(char)),)), char)


class Reader:
    """Reads one pattern. `dot_all` makes `.` match line ends too."""

    def __init__(self, text: str, *, dot_all: bool) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0
        self.dot = CharSet((), negated=True) if dot_all else CharSet(((10, 10), (13, 13)), negated=True)

    def whole(self) -> Tree:
        tree = self.choice()
        if self.at < len(self.text):
            raise PatternError("unbalanced parenthesis")
        return tree

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        if self.at >= len(self.text):
            raise PatternError("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> Tree:
        parts = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.piece())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def piece(self) -> Tree:
        atom = self.atom()
        mark = self.peek()
        if mark not in ("*", "+", "?", "{") or not mark:
            return atom
        if isinstance(atom, Anchor):
            raise PatternError("an anchor cannot be repeated")
        self.at += 1
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(mark) or self.counts()
        greedy = self.peek() != "?"
        if not greedy:
            self.at += 1
        if self.peek() in ("*", "+", "{"):
            raise PatternError("a repetition cannot be repeated")
        return Repeat(atom, low, high, greedy)

    def counts(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        body = self.text[self.at : end] if end >= 0 else ""
        low, comma, high = body.partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            raise PatternError("a repetition is {n}, {n,} or {n,m}")
        self.at = end + 1
        least = int(low)
        most = int(high) if high else (None if comma else least)
        if least > MAX_REPEAT or (most is not None and (most > MAX_REPEAT or most < least)):
            raise PatternError("repetition counts are out of order or too large")
        return least, most

    def atom(self) -> Tree:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.char_class())
        if char == ".":
            return Chars(self.dot)
        if char in "^$":
            return Anchor(char)
        if char == "\\":
            return self.escape()
        if char in "*+?{}]":
            raise PatternError(f"{char} stands alone")
        return single(char)

    def group(self) -> Tree:
        self.depth += 1
        if self.depth > 50:
            raise PatternError("groups are nested too deeply")
        number = 0
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.peek() == "?":
            raise PatternError("a group cannot start with ?")
        else:
            self.groups += 1
            number = self.groups
        body = self.choice()
        if self.take() != ")":
            raise PatternError("unbalanced parenthesis")
        if number:
            self.closed.add(number)
        self.depth -= 1
        return Group(body, number)

    def escape(self) -> Tree:
        char = self.peek()
        if char and char in "123456789":
            digits = self.take()
            while self.peek().isdecimal() and int(digits + self.peek()) <= self.groups:
                digits += self.take()
            if int(digits) not in self.closed:
                raise PatternError("a reference to a group that is not closed")
            return Reference(int(digits))
        found = self.escaped_set()
        if isinstance(found, str):
            return single(found)
        return Chars(CharSet(found))

    def escaped_set(self) -> str | tuple[Interval, ...]:
        """What follows a backslash: one character, or a set."""
        char = self.take()
        if char in _SINGLE:
            return _SINGLE[char]
        if char in _ESCAPABLE:
            return char
        if char in _CLASSES:
            return class_escape(char)
        if char in "pP" and self.peek() == "{":
            end = self.text.find("}", self.at)
            if end < 0:
                raise PatternError("an unclosed property")
            name = self.text[self.at + 1 : end]
            self.at = end + 1
            found = property_set(name)
            if found is None:
                raise PatternError(f"no property {name}")
            return found if char == "p" else complement(found)
        raise PatternError(f"no escape \\{char}")

    def char_class(self) -> CharSet:
        self.depth += 1
        if self.depth > 50:
            raise PatternError("classes are nested too deeply")
        negated = self.peek() == "^"
        if negated:
            self.at += 1
        intervals: list[Interval] = []
        minus: CharSet | None = None
        first = True
        while True:
            char = self.take()
            if char == "]" and not first:
                break
            if char == "-" and self.peek() == "[" and not first:
                self.at += 1
                minus = self.char_class()
                if self.take() != "]":
                    raise PatternError("a subtraction must end its class")
                break
            first = False
            if char in "[]":
                raise PatternError("a bracket inside a class needs a backslash")
            low: str | tuple[Interval, ...] = self.escaped_set() if char == "\\" else char
            if not isinstance(low, str):
                intervals.extend(low)
                continue
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "[", ""):
                self.at += 1
                end = self.take()
                high: str | tuple[Interval, ...] = self.escaped_set() if end == "\\" else end
                if not isinstance(high, str) or ord(high) < ord(low):
                    raise PatternError("a range out of order")
                intervals.append((ord(low), ord(high)))
            else:
                intervals.append((ord(low), ord(low)))
        self.depth -= 1
        return CharSet(merged(intervals), negated, minus)
