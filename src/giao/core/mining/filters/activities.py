"""What a case does: has an activity, begins or ends with it; and which activities are looked at at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from giao.core.mining.filters.base import CaseFilter, EventFilter, Mask, kind
from giao.core.mining.filters.cases import _shown
from giao.core.mining.filters.checked import names_of, one_of, whole_number
from giao.core.mining.map import holding
from giao.core.mining.selection import Selection
from giao.core.told import told


def activity_mask(selection: Selection, names: tuple[str, ...]) -> Mask:
    """By code, whether it is one of the names (one entry at least)."""
    wanted = set(names)
    return np.array([name in wanted for name in selection.ground.activities] or [False], dtype=bool)


@kind("has")
@dataclass(frozen=True)
class Has(CaseFilter):
    """Cases that do any (or all) of the activities, each at least so many times. `~Has(…)`: those that do not."""

    activities: tuple[str, ...]
    how: Literal["any", "all"] = "any"
    times: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", names_of(self.activities))
        one_of(self.how, ("any", "all"), "how")
        whole_number(self.times, "times", 1)

    def mask(self, selection: Selection) -> Mask:
        return holding(selection, self.activities, self.times, self.how)

    def words(self) -> str:
        names = _shown(self.activities)
        if self.times > 1:
            return told(
                "mining.f.has_times", "cases with {names} at least {n} times", names=names, n=self.times
            )
        if self.how == "all" and len(self.activities) > 1:
            return told("mining.f.has_all", "cases with all of {names}", names=names)
        return told("mining.f.has", "cases with {names}", names=names)


@kind("starts")
@dataclass(frozen=True)
class StartsWith(CaseFilter):
    """Cases whose first event is one of the activities."""

    activities: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", names_of(self.activities))

    def mask(self, selection: Selection) -> Mask:
        ground = selection.ground
        found: Mask = activity_mask(selection, self.activities)[
            ground.activity[ground.offsets[selection.cases]]
        ]
        return found

    def words(self) -> str:
        return told("mining.f.starts", "cases that begin with {names}", names=_shown(self.activities))


@kind("ends")
@dataclass(frozen=True)
class EndsWith(CaseFilter):
    """Cases whose last event is one of the activities."""

    activities: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", names_of(self.activities))

    def mask(self, selection: Selection) -> Mask:
        ground = selection.ground
        last = ground.activity[ground.offsets[selection.cases + 1] - 1]
        found: Mask = activity_mask(selection, self.activities)[last]
        return found

    def words(self) -> str:
        return told("mining.f.ends", "cases that end with {names}", names=_shown(self.activities))


@kind("only")
@dataclass(frozen=True)
class OnlyActivities(EventFilter):
    """Only events of these activities are looked at: what stood between them is gone, so new arcs come about."""

    activities: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", names_of(self.activities))

    def keep(self, selection: Selection) -> Mask:
        found: Mask = activity_mask(selection, self.activities)[selection.ground.activity]
        return found

    def words(self) -> str:
        return told("mining.f.only", "only events of {names}", names=_shown(self.activities))


@kind("without")
@dataclass(frozen=True)
class WithoutActivities(EventFilter):
    """Events of these activities are left out."""

    activities: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", names_of(self.activities))

    def keep(self, selection: Selection) -> Mask:
        found: Mask = ~activity_mask(selection, self.activities)[selection.ground.activity]
        return found

    def words(self) -> str:
        return told("mining.f.without", "without events of {names}", names=_shown(self.activities))
