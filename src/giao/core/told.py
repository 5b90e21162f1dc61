"""A sentence that knows what it says: English text made where it arises, with the message id and the values behind it.

The rooms of the library make their sentences with `told`; whoever prints them as they are prints English, in JSON too.
`report.words.tell` says the same in the reader's language, by id. Nothing here knows any other language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Told(str):
    """A text with its message id and parameters. Equal to its text, hashed and stored as it.

    An empty id is a series of sentences: `params` holds ``parts`` and what stands ``between`` them.
    """

    id: str
    params: Mapping[str, Any]

    def __new__(cls, text: str, message: str = "", params: Mapping[str, Any] | None = None) -> Told:
        made = super().__new__(cls, text)
        made.id = message
        made.params = dict(params or {})
        return made

    def __str__(self) -> Told:
        """Itself: so that an error made of a sentence still knows it, ``str(error)``."""
        return self


def told(message: str, english: str, /, **params: Any) -> Told:
    """The sentence `message` with its values put into the English pattern (`str.format`).

    A parameter may be a `Told` itself: a hint, a cause.
    """
    return Told(english.format(**params), message, params)


def series(between: str, parts: Iterable[str]) -> Told:
    """Several sentences as one text, each still told apart."""
    kept = tuple(parts)
    return Told(between.join(kept), "", {"parts": kept, "between": between})
