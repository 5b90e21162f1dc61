"""For which subjects a condition holds, and what that changes beside those that it held for before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from giao.core.rules import Rule, evaluate_frame


@dataclass(frozen=True)
class Verdicts:
    """Subjects by key. `silent`: the condition is null there, something that it needs is not known.

    A subject that is in none of them does not exist any more (a closed case): it is clear.
    """

    firing: frozenset[str]
    silent: frozenset[str]
    clear: frozenset[str]


@dataclass(frozen=True)
class Changes:
    """Keys that begin to fire, and keys that are over."""

    opened: frozenset[str]
    cleared: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.opened or self.cleared)


def judge(rule: Rule, subjects: pl.DataFrame) -> Verdicts:
    """`subjects`: a row a subject, named by the column ``key``, with the columns of its kind."""
    if subjects.is_empty():
        return Verdicts(frozenset(), frozenset(), frozenset())
    found = evaluate_frame(rule, subjects.drop("key"))
    # A condition that gives something else than true or false has no answer either.
    holds = pl.Series([value if isinstance(value, bool) else None for value in found], dtype=pl.Boolean)
    keys = subjects["key"]
    return Verdicts(
        _keys(keys.filter(holds.fill_null(False))),
        _keys(keys.filter(holds.is_null())),
        _keys(keys.filter((~holds).fill_null(False))),
    )


def changes(held: Iterable[str], verdicts: Verdicts) -> Changes:
    """What changes for those that it held for. No data changes nothing: it neither fires nor clears."""
    before = frozenset(held)
    return Changes(verdicts.firing - before, before - verdicts.firing - verdicts.silent)


def _keys(series: pl.Series) -> frozenset[str]:
    found: list[Any] = series.to_list()
    return frozenset(found)
