"""The parser's place in the tokens: looking ahead, expecting, names of several words, depth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from giao.core.rules import nodes as n
from giao.core.rules.errors import RuleError, RuleLimitError
from giao.core.rules.tokens import END, MAX_TEXT, NAME, NUMBER, STRING, SYMBOL, Token, tokenize
from giao.core.told import told

#: Nesting of one expression in another; a reader loses the thread far earlier.
MAX_NESTING = 64
#: Links of one chain such as a + b + c …; chains are trees leaning left.
MAX_CHAIN = 256

KEYWORDS = frozenset(
    [
        "and",
        "or",
        "then",
        "else",
        "return",
        "in",
        "satisfies",
        "between",
        "instance",
        "if",
        "for",
        "some",
        "every",
        "function",
        "external",
        "true",
        "false",
        "null",
    ]
)


@lru_cache(maxsize=8192)
def name_parts(name: str) -> tuple[str, ...]:
    """The tokens of a name; none when no rule could spell it."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except RuleError:
        return ()


class Cursor:
    """The state of one reading: where we are, which names of several words are known, how deep we stand."""

    def __init__(self, text: str, names: Iterable[str] | None) -> None:
        if len(text) > MAX_TEXT:
            raise RuleLimitError(
                told(
                    "rule.too_long",
                    "The rule has {count} characters; at most {most} are read.",
                    count=f"{len(text):,}",
                    most=f"{MAX_TEXT:,}",
                )
            )
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.known: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names or ():
            self.learn(name)

    # ---- the token stream ------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != END:
            self.at += 1
        return token

    def is_symbol(self, *texts: str) -> bool:
        return self.token.kind == SYMBOL and self.token.text in texts

    def is_word(self, text: str) -> bool:
        return self.token.kind == NAME and self.token.text == text

    def accept(self, text: str) -> bool:
        if self.token.text == text and self.token.kind in (SYMBOL, NAME):
            self.at += 1
            return True
        return False

    def expect(self, text: str, purpose: str) -> Token:
        if self.token.text == text and self.token.kind in (SYMBOL, NAME):
            return self.next()
        raise self.error(
            told(
                "rule.expected",
                "Expected {text!r} {purpose}, found {found}.",
                text=text,
                purpose=purpose,
                found=self.found(),
            )
        )

    def found(self) -> str:
        return (
            told("word.rule_end", "the end of the rule") if self.token.kind == END else repr(self.token.text)
        )

    def error(self, message: str, position: int | None = None) -> RuleError:
        return RuleError(message, self.text, self.token.start if position is None else position)

    def whole(self, read: Callable[[], n.Node]) -> n.Node:
        """Read everything; whatever is left over is an error, and Python's recursion limit is a limit of ours."""
        try:
            tree = read()
        except RecursionError:
            raise RuleLimitError(
                told("rule.too_deep_read", "The rule is nested too deeply to be read."),
                self.text,
                self.token.start,
            ) from None
        if self.token.kind != END:
            raise self.error(
                told("rule.goes_on", "The rule should end here, but {found} follows.", found=self.found())
            )
        return tree

    def nested(self, read: Callable[[], n.Node]) -> n.Node:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise RuleLimitError(
                told(
                    "rule.too_deep_levels",
                    "The rule is nested more than {most} levels deep.",
                    most=MAX_NESTING,
                ),
                self.text,
                self.token.start,
            )
        tree = read()
        self.depth -= 1
        return tree

    # ---- names -----------------------------------------------------------------------------------------------------

    def learn(self, name: str) -> None:
        """Remember a name of several tokens; single words need no help."""
        parts = name_parts(name)
        if len(parts) > 1:
            entries = self.known.setdefault(parts[0], [])
            if (parts, name) not in entries:
                entries.append((parts, name))
                entries.sort(key=lambda entry: -len(entry[0]))

    def known_name(self) -> tuple[int, str] | None:
        """Token count and spelling of the longest known name that starts here."""
        for parts, name in self.known.get(self.token.text, ()):
            here = self.tokens[self.at : self.at + len(parts)]
            if len(here) == len(parts) and all(
                a.text == b and a.kind != STRING for a, b in zip(here, parts, strict=True)
            ):
                return len(parts), name
        return None

    def words(self) -> tuple[int, str]:
        """Token count and spelling of the neighbouring words (no keywords) that start here."""
        count = 0
        while (token := self.peek(count)).kind == NAME and token.text not in KEYWORDS:
            count += 1
            if count > 64:
                raise self.error(told("rule.long_name", "This name has more than 64 words."))
        return count, " ".join(token.text for token in self.tokens[self.at : self.at + count])

    def name(self, purpose: str) -> str:
        """A name: known, or made of neighbouring words."""
        known = self.known_name() if self.token.kind == NAME else None
        count, spelling = self.words()
        if known is not None and known[0] >= count:
            count, spelling = known
        if count == 0:
            raise self.error(
                told(
                    "rule.expected_name",
                    "Expected a name {purpose}, found {found}.",
                    purpose=purpose,
                    found=self.found(),
                )
            )
        self.at += count
        return spelling

    def label(self) -> str | None:
        """A name followed by `:`, as before an argument or a context entry; None (nothing read) when there is none."""
        count = 0
        while True:
            token = self.peek(count)
            if token.kind == SYMBOL and token.text == ":" and count:
                break
            if token.kind not in (NAME, NUMBER) and not (token.kind == SYMBOL and token.text in "-/'’+*.**"):
                return None
            count += 1
        first, last = self.token, self.peek(count - 1)
        if first.kind == NUMBER:
            return None
        self.at += count + 1
        return " ".join(self.text[first.start : last.end].split())
