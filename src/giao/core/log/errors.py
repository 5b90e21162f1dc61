"""What can go wrong with a log, as sentences: what, where, how to mend.

LogError
├── ImportNeeds    the file can be read, but something has to be said by the user (zone, column, order of day and month)
├── ImportFailed   the file cannot be read as it is (truncated, entities, empty, not a log)
└── LogUnreadable  a sealed log folder is missing, half there or changed on disk
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from giao.core.told import series


class LogError(Exception):
    """Base of all errors of `giao.core.log`; its text is a sentence for the user."""


@dataclass(frozen=True)
class Need:
    """One thing an import has to be told: the mapping's field, the sentence, and answers that would do.

    `counts`: how many things of the source each of the answers takes, where that helps to choose.
    """

    field: str
    sentence: str
    choices: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()


class ImportNeeds(LogError):
    """The import stops because it would have to guess; `needs` lists exactly what to pass."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self.needs = tuple(needs)
        super().__init__(series("; ", (need.sentence for need in self.needs)))


class ImportFailed(LogError):
    """The source cannot be read as it stands."""


class LogUnreadable(LogError):
    """The sealed folder cannot be opened."""
