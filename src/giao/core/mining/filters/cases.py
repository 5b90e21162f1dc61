"""Cases by name, by variant, and by what was judged of them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from giao.core.mining.errors import MiningError
from giao.core.mining.filters.base import CaseFilter, Mask, kind
from giao.core.mining.filters.checked import names_of, whole_number
from giao.core.mining.selection import Selection
from giao.core.told import told


def _named(selection: Selection, ids: tuple[str, ...]) -> Mask:
    own = selection.ground.case_ids.gather(pl.Series(selection.cases))
    found: Mask = own.is_in(list(ids)).to_numpy()
    return found


def _shown(names: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return (
        shown
        if len(names) <= most
        else told("mining.f.more", "{names} and {n} more", names=shown, n=len(names) - most)
    )


@kind("cases")
@dataclass(frozen=True)
class Cases(CaseFilter):
    """Cases with these ids; ids that the log has not are no matter."""

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", names_of(self.ids, "ids"))

    def mask(self, selection: Selection) -> Mask:
        return _named(selection, self.ids)

    def words(self) -> str:
        return told("mining.f.cases", "cases {names}", names=_shown(self.ids))


@kind("judged")
@dataclass(frozen=True)
class Judged(CaseFilter):
    """Cases that a clock, a KPI or anything else judged: `name` says what of them is true, `ids` which they are."""

    name: str
    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(sorted(set(self.ids))))

    def mask(self, selection: Selection) -> Mask:
        return _named(selection, self.ids)

    def words(self) -> str:
        return told(
            "mining.f.judged", "cases of which is true: {name} ({n})", name=self.name, n=len(self.ids)
        )


def judged(frame: pl.DataFrame, name: str, *, passed: bool = True) -> Judged:
    """The cases that passed (or did not), from a frame of `case` and `passed`; a case that is not judged is neither."""
    missing = [column for column in ("case", "passed") if column not in frame.columns]
    if missing:
        raise MiningError(
            told(
                "mining.judged",
                "the frame has no column {names}; it needs case (text) and passed (true or false)",
                names=", ".join(missing),
            )
        )
    those = frame.filter(pl.col("passed") == passed)["case"].cast(pl.String)
    return Judged(name, tuple(those.drop_nulls().to_list()))


@kind("variants")
@dataclass(frozen=True)
class OfVariants(CaseFilter):
    """Cases that took one of these sequences of activities."""

    sequences: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        try:
            found = tuple(
                sorted({tuple(map(str, each)) for each in self.sequences if not isinstance(each, str)})
            )
        except TypeError:
            found = ()
        if not found:
            raise MiningError(told("mining.sequences", "give at least one sequence of activities"))
        object.__setattr__(self, "sequences", found)

    def mask(self, selection: Selection) -> Mask:
        ground = selection.ground
        codes = {name: code for code, name in enumerate(ground.activities)}
        ways, firsts = ground.ways.ids, ground.ways.cases
        lengths = ground.offsets[firsts + 1] - ground.offsets[firsts]
        found = np.zeros(len(firsts) + 1, bool)
        for sequence in self.sequences:
            wanted = [codes.get(name, -1) for name in sequence]
            if -1 in wanted:
                continue
            for way in np.flatnonzero(lengths == len(wanted)).tolist():
                start = int(ground.offsets[firsts[way]])
                if ground.activity[start : start + len(wanted)].tolist() == wanted:
                    found[way] = True
        held: Mask = found[ways[selection.cases]]
        return held

    def words(self) -> str:
        shown = _shown(tuple(" → ".join(each) for each in self.sequences), 1)
        return told("mining.f.variants", "cases that went {names}", names=shown)


@kind("top")
@dataclass(frozen=True)
class TopVariants(CaseFilter):
    """Cases of the commonest variants of what is selected; of equal counts the one first in the whole log."""

    number: int

    def __post_init__(self) -> None:
        whole_number(self.number, "number", 1)

    def mask(self, selection: Selection) -> Mask:
        ids = selection.ground.ways.ids[selection.cases]
        counts = np.bincount(ids, minlength=1)
        kept = np.argsort(-counts, kind="stable")[: self.number]
        found: Mask = np.isin(ids, kept)
        return found

    def words(self) -> str:
        return told("mining.f.top", "cases of the {n} commonest variants", n=self.number)


def sequences_of(frame: Any, rows: list[int]) -> OfVariants:
    """The variants in some rows of `Variants.frame`, as a filter that stays true for another log too."""
    return OfVariants(tuple(tuple(frame["activities"][row].to_list()) for row in rows))
