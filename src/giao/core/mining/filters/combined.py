"""And, or, not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import numpy as np

from giao.core.mining.errors import MiningError
from giao.core.mining.filters.base import CaseFilter, EventFilter, Filter, Mask, cut, kind
from giao.core.mining.selection import Selection
from giao.core.told import told


def _parts(values: Any, what: type[Filter]) -> tuple[Any, ...]:
    """Each once, in the order of their texts: equal meanings are equal values."""
    if not isinstance(values, tuple) or not values or not all(isinstance(each, what) for each in values):
        raise MiningError(
            told(
                "mining.parts",
                "only filters of cases can be joined by or, and turned round by not; there is another here",
            )
        )
    return tuple(dict.fromkeys(sorted(values, key=lambda each: each.to_json())))


@kind("all")
@dataclass(frozen=True)
class AllOf(CaseFilter):
    """Cases that every part lets pass."""

    parts: tuple[CaseFilter, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _parts(self.parts, CaseFilter))

    def mask(self, selection: Selection) -> Mask:
        return reduce(np.logical_and, [part.mask(selection) for part in self.parts])

    def words(self) -> str:
        return _said(self.parts, "mining.f.and", "{one}, and {other}")


@kind("any")
@dataclass(frozen=True)
class AnyOf(CaseFilter):
    """Cases that at least one part lets pass."""

    parts: tuple[CaseFilter, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", _parts(self.parts, CaseFilter))

    def mask(self, selection: Selection) -> Mask:
        return reduce(np.logical_or, [part.mask(selection) for part in self.parts])

    def words(self) -> str:
        return _said(self.parts, "mining.f.or", "({one}, or {other})")


@kind("not")
@dataclass(frozen=True)
class Not(CaseFilter):
    """Cases that the part does not let pass."""

    part: CaseFilter

    def __post_init__(self) -> None:
        _parts((self.part,), CaseFilter)

    def mask(self, selection: Selection) -> Mask:
        return ~self.part.mask(selection)

    def words(self) -> str:
        return told("mining.f.not", "not ({what})", what=self.part.words())


@kind("both")
@dataclass(frozen=True)
class Both(Filter):
    """Case filters, and of the cases that pass them the events that the event filters keep; all asked of the same log."""

    cases: tuple[CaseFilter, ...]
    events: tuple[EventFilter, ...]

    def __post_init__(self) -> None:
        if self.cases:
            object.__setattr__(self, "cases", _parts(self.cases, CaseFilter))
        object.__setattr__(self, "events", _parts(self.events, EventFilter))

    def apply(self, selection: Selection) -> Selection:
        keep = reduce(np.logical_and, [part.keep(selection) for part in self.events])
        masks = [part.mask(selection) for part in self.cases]
        left = selection.only(reduce(np.logical_and, masks)) if masks else selection
        return cut(left, keep, self)

    def words(self) -> str:
        return _said((*self.cases, *self.events), "mining.f.and", "{one}, and {other}")


def both(one: Filter, other: Filter) -> Filter:
    """`&`: parts of nested ands stand side by side."""
    cases: list[CaseFilter] = []
    events: list[EventFilter] = []
    for each in (one, other):
        if isinstance(each, Both):
            cases += each.cases
            events += each.events
        elif isinstance(each, AllOf):
            cases += each.parts
        elif isinstance(each, CaseFilter):
            cases.append(each)
        elif isinstance(each, EventFilter):
            events.append(each)
    if events:
        return events[0] if not cases and len(set(events)) == 1 else Both(tuple(cases), tuple(events))
    return cases[0] if len(set(cases)) == 1 else AllOf(tuple(cases))


def either(one: Filter, other: Filter) -> Filter:
    """`|`, of case filters."""
    parts: list[Any] = []
    for each in (one, other):
        parts += each.parts if isinstance(each, AnyOf) else [each]
    return parts[0] if len(set(parts)) == 1 and isinstance(parts[0], CaseFilter) else AnyOf(tuple(parts))


def negated(one: Filter) -> Filter:
    """`~`, of a case filter; twice is the filter itself."""
    _parts((one,), CaseFilter)
    return one.part if isinstance(one, Not) else Not(cast(CaseFilter, one))


def _said(parts: tuple[Filter, ...], message: str, english: str) -> str:
    return reduce(
        lambda one, other: told(message, english, one=one, other=other), [part.words() for part in parts]
    )
