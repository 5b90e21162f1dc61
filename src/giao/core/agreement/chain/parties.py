"""Who held a case when: a side, by name where the agreement or the log says it; what nobody says is a party of its own.

Pinned:

- `work.holder` of the version in force at the reading's instant says it; of several entries that match an event the last
  one counts, of several events at one instant the last in log order.
- Under `named_by` the name is the attribute's value as last set at that event; where none is set it is `party`, and
  without that the side alone. A column about people is never read.
- Before the first event that says it nobody is said to hold the case (`NOT_SAID`): that time is never spread over others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.chain.course import Course, course_of
from giao.core.agreement.context import Inputs
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.personal import is_about_a_person

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, order=True)
class ChainParty:
    """`side`: client, vendor, subcontractor, third_party, or empty where nobody says who holds the case."""

    side: str
    name: str = ""


NOT_SAID = ChainParty("")


class PartyBook:
    """Parties by number; the first one is NOT_SAID. Names are one party whatever their case, as first written."""

    def __init__(self) -> None:
        self.parties: list[ChainParty] = [NOT_SAID]
        self._codes: dict[tuple[str, str], int] = {("", ""): 0}
        self._named: dict[str, int] = {}

    def code(self, side: str, name: str | None) -> int:
        """The number of a party, a new one where it is met for the first time."""
        told = (name or "").strip()
        key = (side, told.casefold())
        if key not in self._codes:
            self._codes[key] = len(self.parties)
            self.parties.append(ChainParty(side, told))
            if told:
                self._named.setdefault(told.casefold(), self._codes[key])
        return self._codes[key]

    def named(self, name: str, side: str) -> int:
        """The party of this name on whichever side it was met; else a new one on `side`."""
        return self._named.get(name.strip().casefold()) or self.code(side, name)


@dataclass(frozen=True)
class Holding:
    """Who held each case when, by number of the book."""

    course: Course
    book: PartyBook

    @cached_property
    def parties(self) -> tuple[ChainParty, ...]:
        return tuple(self.book.parties)


def find_holding(inputs: Inputs, matcher: Matcher, book: PartyBook | None = None) -> Holding:
    """Who held each case of the log, as of the reading's instant."""
    book = book or PartyBook()
    log, work = inputs.log, inputs.agreement.work
    times = log.times_us()
    said = np.full(log.n_events, -1, dtype=np.int64)
    for place, entry in enumerate(work.holder):
        said[matcher.mask(entry.after)] = place
    rows = np.flatnonzero((said >= 0) & (times <= inputs.as_of_us))
    values = np.zeros(len(rows), dtype=np.int64)
    for place, entry in enumerate(work.holder):
        mine = np.flatnonzero(said[rows] == place)
        if not len(mine):
            continue
        name = entry.named_by
        if name is None or name not in log.columns or is_about_a_person(name, work, log):
            values[mine] = book.code(entry.by, entry.party)
            continue
        names = log.current_at(name, rows[mine]).cast(pl.String)
        different = names.unique(maintain_order=True)
        numbers = {text: book.code(entry.by, text or entry.party) for text in different.to_list()}
        values[mine] = names.replace_strict(numbers, return_dtype=pl.Int64).to_numpy()
    offsets = np.ascontiguousarray(log.offsets, dtype=np.int64)
    return Holding(course_of(offsets, times, rows, values), book)
