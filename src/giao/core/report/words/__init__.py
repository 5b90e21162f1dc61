"""What the library says to people, by message id, in English and Vietnamese; one glossary for both.

A text holds ``{name}`` for a parameter and ``{name?one|many}`` for a word that depends on it being 1.
A test keeps both catalogues complete and their parameters equal. The server's pages have their own (gettext).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, Literal, get_args

Lang = Literal["en", "vi"]
LANGS: tuple[Lang, ...] = get_args(Lang)

_SLOT = re.compile(r"\{(\w+)(?:\?([^|{}]*)\|([^{}]*))?\}")


TOPICS = (
    "quantities",
    "document",
    "results",
    "explaining",
    "numbers",
    "deadlines",
    "command",
    "chain",
    "pack",
)
"""Modules of this folder; each holds TEXTS: message id -> (English, Vietnamese)."""


@lru_cache(maxsize=1)
def pairs() -> Mapping[str, tuple[str, str]]:
    """Every message id with its text in both languages."""
    found: dict[str, tuple[str, str]] = {}
    for topic in TOPICS:
        found.update(import_module(f"{__name__}.{topic}").TEXTS)
    return found


def slots(text: str) -> set[str]:
    """Names of the parameters of a text."""
    return {found.group(1) for found in _SLOT.finditer(text)}


def say(lang: Lang, message: str, /, **values: Any) -> str:
    """The text of a message id. An id that is not known (a newer document, say) is shown with its values."""
    pair = pairs().get(message)
    if pair is None:
        given = ", ".join(f"{name} {value}" for name, value in values.items())
        return message.rsplit(".", 1)[-1].replace("_", " ") + (f": {given}" if given else "")
    return _SLOT.sub(lambda found: _fill(found, values), pair[LANGS.index(lang)])


def known(message: str) -> bool:
    """Whether there is a text for this id."""
    return message in pairs()


def in_language(words: Mapping[str, str] | None, lang: Lang, otherwise: str) -> str:
    """A title of the document in the reader's language; else in English, else in any, else `otherwise`."""
    if not words:
        return otherwise
    return words.get(lang) or words.get("en") or next(iter(words.values()), otherwise) or otherwise


def _fill(found: re.Match[str], values: Mapping[str, Any]) -> str:
    name, one, many = found.groups()
    value = values.get(name, "")
    if one is None:
        return str(value)
    return one if str(value) in ("1", "1.0") else many
