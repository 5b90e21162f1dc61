"""Windows of time, how long cases take, and what follows what within a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from giao.core.mining.events import spans_of
from giao.core.mining.filters.activities import activity_mask
from giao.core.mining.filters.base import CaseFilter, EventFilter, Mask, kind
from giao.core.mining.filters.cases import _shown
from giao.core.mining.filters.checked import (
    calendar_over,
    calendar_text,
    instant_of,
    instant_us,
    length_of,
    names_of,
    one_of,
    said_length,
)
from giao.core.mining.ground import fixed
from giao.core.mining.kernels.events import follows, follows_ever
from giao.core.mining.selection import Selection
from giao.core.told import told

FIRST, LAST = np.iinfo(np.int64).min + 1, np.iinfo(np.int64).max
Rule = Literal["within", "touching", "started", "ended"]
_SAID = {
    "within": "cases wholly from {since} to {until}",
    "touching": "cases that run at some time from {since} to {until}",
    "started": "cases that begin from {since} to {until}",
    "ended": "cases that end from {since} to {until}",
}


def _window(since: str | None, until: str | None) -> tuple[int, int]:
    return (FIRST if since is None else instant_us(since)), (LAST if until is None else instant_us(until))


@kind("window")
@dataclass(frozen=True)
class InWindow(CaseFilter):
    """Cases by a window [since, until): `within` it wholly, `touching` it at some time, `started` or `ended` in it."""

    since: str | None = None
    until: str | None = None
    rule: Rule = "within"

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", instant_of(self.since, "since"))
        object.__setattr__(self, "until", instant_of(self.until, "until"))
        one_of(self.rule, _SAID, "rule")

    def mask(self, selection: Selection) -> Mask:
        low, high = _window(self.since, self.until)
        begun, ended = spans_of(selection, selection.ground.start, selection.ground.time)
        found: Mask
        if self.rule == "within":
            found = (begun >= low) & (ended < high)
        elif self.rule == "touching":
            found = (ended >= low) & (begun < high)
        else:
            moment = begun if self.rule == "started" else ended
            found = (moment >= low) & (moment < high)
        return found

    def words(self) -> str:
        return told(
            f"mining.f.{self.rule}", _SAID[self.rule], since=self.since or "…", until=self.until or "…"
        )


@kind("events")
@dataclass(frozen=True)
class EventsBetween(EventFilter):
    """Only the events whose time is in the window [since, until): cases are cut at its ends."""

    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", instant_of(self.since, "since"))
        object.__setattr__(self, "until", instant_of(self.until, "until"))

    def keep(self, selection: Selection) -> Mask:
        low, high = _window(self.since, self.until)
        found: Mask = (selection.ground.time >= low) & (selection.ground.time < high)
        return found

    def words(self) -> str:
        return told(
            "mining.f.events",
            "only events from {since} to {until}",
            since=self.since or "…",
            until=self.until or "…",
        )


@kind("lasts")
@dataclass(frozen=True)
class Lasts(CaseFilter):
    """Cases that take at least and at most so long (both included), in clock time or in business time of a calendar."""

    at_least: Any = None
    at_most: Any = None
    calendar: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at_least", length_of(self.at_least, "at_least"))
        object.__setattr__(self, "at_most", length_of(self.at_most, "at_most"))
        object.__setattr__(self, "calendar", calendar_text(self.calendar))

    def mask(self, selection: Selection) -> Mask:
        clock = selection.ground.clock(calendar_over(self.calendar, selection.ground))
        begun, ended = spans_of(selection, clock.starts, clock.times)
        taken = ended - begun
        low = FIRST if self.at_least is None else self.at_least
        high = LAST if self.at_most is None else self.at_most
        found: Mask = (taken >= low) & (taken <= high)
        return found

    def words(self) -> str:
        low = "…" if self.at_least is None else said_length(self.at_least)
        high = "…" if self.at_most is None else said_length(self.at_most)
        if self.calendar is not None:
            return told(
                "mining.f.lasts_business",
                "cases that take {low} to {high} of business time",
                low=low,
                high=high,
            )
        return told("mining.f.lasts", "cases that take {low} to {high}", low=low, high=high)


@kind("follows")
@dataclass(frozen=True)
class Follows(CaseFilter):
    """Cases in which one of `then` comes after one of `first`: as the very next event (`directly`), or ever; at least
    and at most so long after (both included), in clock time or in business time of a calendar."""

    first: tuple[str, ...]
    then: tuple[str, ...]
    directly: bool = True
    at_least: Any = None
    at_most: Any = None
    calendar: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", names_of(self.first, "first"))
        object.__setattr__(self, "then", names_of(self.then, "then"))
        object.__setattr__(self, "directly", bool(self.directly))
        object.__setattr__(self, "at_least", length_of(self.at_least, "at_least"))
        object.__setattr__(self, "at_most", length_of(self.at_most, "at_most"))
        object.__setattr__(self, "calendar", calendar_text(self.calendar))

    def mask(self, selection: Selection) -> Mask:
        ground = selection.ground
        ones = fixed(activity_mask(selection, self.first))
        others = fixed(activity_mask(selection, self.then))
        found = np.zeros(selection.n_cases, bool)
        if not self.directly and self.at_least is None and self.at_most is None:
            follows_ever(selection.cases, ground.offsets, ground.activity, ones, others, found)
            return found
        clock = ground.clock(calendar_over(self.calendar, ground))
        low = FIRST if self.at_least is None else self.at_least
        high = LAST if self.at_most is None else self.at_most
        follows(
            selection.cases,
            ground.offsets,
            ground.activity,
            ones,
            others,
            self.directly,
            clock.times,
            low,
            high,
            found,
        )
        return found

    def words(self) -> str:
        names = {"first": _shown(self.first), "then": _shown(self.then)}
        said = (
            told("mining.f.directly", "cases in which {then} directly follows {first}", **names)
            if self.directly
            else told("mining.f.ever", "cases in which {then} comes after {first}", **names)
        )
        if self.at_least is None and self.at_most is None:
            return said
        low = "…" if self.at_least is None else said_length(self.at_least)
        high = "…" if self.at_most is None else said_length(self.at_most)
        if self.calendar is not None:
            return told(
                "mining.f.apart_business",
                "{what}, {low} to {high} of business time later",
                what=said,
                low=low,
                high=high,
            )
        return told("mining.f.apart", "{what}, {low} to {high} later", what=said, low=low, high=high)
