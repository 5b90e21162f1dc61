"""The library's own sentences (`giao.core.told`) in the reader's language: flags, faults, questions, failures.

Each topic holds TEXTS: message id -> (the English pattern as the sentence's place of origin has it, Vietnamese).
Patterns are those of `str.format`. A Vietnamese one may write ``{x:n}`` (a number), ``{x:d}`` (a day), ``{x:m}`` (a
month); values that are none stay as they are.

A sentence that was stored lost its id with the rest but its text: `tell` finds it again by its English pattern.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import import_module
from string import Formatter
from typing import Any

from giao.core.report.words import LANGS, Lang
from giao.core.told import Told

TOPICS = (
    "statements",
    "readings",
    "alarms",
    "drafts",
    "calendars",
    "rules",
    "live",
    "ledger",
    "logs",
    "objects",
    "commands",
    "backups",
    "forms",
    "invoices",
    "chain",
    "phrases",
)
PHRASES = ("word.", "thing.", "nature.", "fault.line")
"""Ids of what stands inside other sentences; only these are looked for in a stored sentence's values."""

LEAST_OF_A_SENTENCE, LEAST_OF_A_PHRASE = 10, 3
"""Letters that a pattern must fix to tell a stored text; fewer would find it in texts of others."""

LONGEST, MOST_CUTS = 2_000, 20
"""Bounds of what is looked for: characters of one stored sentence, and semicolons tried within it."""

_LINE = re.compile(r"^line \d+")

_NESTED = frozenset(
    {"error", "message", "reason", "reasons", "refusal", "said", "sentence", "strerror", "why"}
)
"""Parameters that are whole sentences themselves."""

_FOREIGN = frozenset({"error", "said", "strerror"})
"""Of these, those that may be the words of another program."""


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, tuple[str, str]]:
    """Every sentence by id, (English, Vietnamese)."""
    found: dict[str, tuple[str, str]] = {}
    for topic in TOPICS:
        found.update(import_module(f"{__name__}.{topic}").TEXTS)
    return found


def tell(lang: Lang, sentence: str) -> str:
    """A sentence of the library in a language; one that is not ours (a third party's) as it is."""
    if lang == "en":
        return str.__str__(sentence)
    if not isinstance(sentence, Told):
        return _found_again(lang, sentence)
    if not sentence.id:
        return str(sentence.params["between"]).join(tell(lang, part) for part in sentence.params["parts"])
    pair = sentences().get(sentence.id)
    if pair is None:
        return str.__str__(sentence)
    return _put(lang, pair, sentence.params)


def why_set_aside(lang: Lang, code: str) -> str:
    """Why rows of an import were set aside, from the code in its report."""
    pair = sentences().get(f"reject.{code}")
    return code.replace("_", " ") if pair is None else pair[LANGS.index(lang)]


def _put(lang: Lang, pair: tuple[str, str], params: Mapping[str, Any]) -> str:
    values = {name: _value(lang, name, value) for name, value in params.items()}
    try:
        return _WORDS.vformat(pair[LANGS.index(lang)], (), values)
    except (KeyError, ValueError):
        return pair[0]


def _value(lang: Lang, name: str, value: Any) -> Any:
    if isinstance(value, Told):
        return tell(lang, value)
    if name in _NESTED:
        text = tell(lang, str(value))
        return _quoted(text) if name in _FOREIGN and text == str(value) else text
    return _phrase(lang, value) if isinstance(value, str) else value


def _quoted(detail: str) -> str:
    """A detail of another's making (YAML, XML, the operating system) that is in no language of ours: said to be so."""
    return f"nguyên văn tiếng Anh: “{' '.join(detail.split())}”"


class _Words(Formatter):
    """`str.format` with numbers, days and months as people write them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        from giao.core.report import formats

        text = str(value)
        try:
            if format_spec == "n":
                return formats.number(Decimal(text.replace(",", "")), "vi")
            if format_spec == "d":
                return formats.day(date.fromisoformat(text), "vi")
        except (ValueError, InvalidOperation):
            return text
        if format_spec == "m":
            year, _, month = text.partition("-")
            return f"{int(month)}/{year}" if re.fullmatch(r"\d{4}-\d\d", text) else text
        return text

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return str(value) if isinstance(value, _Written) else super().convert_field(value, conversion)


class _Written(str):
    """A value as it was quoted in a stored sentence."""


_WORDS = _Words()


def _found_again(lang: Lang, text: str) -> str:
    """A stored sentence: as a whole, else line by line, else what stands behind a place or between semicolons."""
    whole = _read(lang, text, phrases=False)
    if whole is not None:
        return whole
    if "\n" in text:
        return "\n".join(
            line[: len(line) - len(line.lstrip())] + _found_again(lang, line.lstrip())
            for line in text.split("\n")
        )
    place, _, behind = text.partition(": ")
    said = _read(lang, behind, phrases=False)
    if said is not None:
        return f"{_LINE.sub(lambda found: _phrase(lang, found.group()), place)}: {said}"
    for cut in itertools.islice(re.finditer("; ", text[:LONGEST]), MOST_CUTS):
        head = _read(lang, text[: cut.start()], phrases=False)
        if head is not None:
            return f"{head}; {_found_again(lang, text[cut.end() :])}"
    return str(text)


def _phrase(lang: Lang, text: str) -> str:
    if isinstance(text, _Written):
        return text
    found = _read(lang, text, phrases=True)
    return text if found is None else found


def _read(lang: Lang, text: str, *, phrases: bool) -> str | None:
    """The text in a language when it is a sentence (a phrase) of ours."""
    if len(text) > LONGEST:
        return None
    for message, pattern in _patterns():
        if message.startswith(PHRASES) is phrases:
            params = pattern.match(text)
            if params is not None:
                return _put(lang, sentences()[message], params)
    return None


@dataclass(frozen=True)
class _Pattern:
    """An English pattern: text, value, text, value … text. Read in one pass: stored texts hold what anybody wrote."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    quoted: frozenset[str]

    def match(self, text: str) -> dict[str, str] | None:
        """The values, each as short as it can be; None when the text is another."""
        first, last = self.texts[0], self.texts[-1]
        if not self.names:
            return {} if text == first else None
        if not text.startswith(first) or not text.endswith(last):
            return None
        at, end, found = len(first), len(text) - len(last), dict[str, str]()
        for index, name in enumerate(self.names):
            behind = self.texts[index + 1]
            until = end if index == len(self.names) - 1 else text.find(behind, at, end)
            if until < at:
                return None
            value = text[at:until]
            if found.setdefault(name, value) != value:
                return None
            at = until + len(behind)
        return {name: _Written(value) if name in self.quoted else value for name, value in found.items()}


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, _Pattern], ...]:
    """English patterns by id, those with the most fixed text first; those with hardly any are left out."""
    found = []
    for message, (english, _) in sentences().items():
        parts = list(Formatter().parse(english))
        fixed = sum(len(literal.strip()) for literal, *_ in parts)
        if fixed >= (LEAST_OF_A_PHRASE if message.startswith(PHRASES) else LEAST_OF_A_SENTENCE):
            found.append((-fixed, message, _pattern(parts)))
    return tuple((message, pattern) for _, message, pattern in sorted(found, key=lambda item: item[:2]))


def _pattern(parts: Sequence[tuple[str, str | None, str | None, str | None]]) -> _Pattern:
    texts, names, quoted = [""], list[str](), set[str]()
    for literal, name, _, conversion in parts:
        texts[-1] += literal
        if name is not None:
            names.append(name)
            texts.append("")
            if conversion == "r":
                quoted.add(name)
    return _Pattern(tuple(texts), tuple(names), frozenset(quoted))
