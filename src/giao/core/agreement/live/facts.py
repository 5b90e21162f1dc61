"""Facts and decisions of a live reading, by the case that they are about.

A fact about a case that the log does not have (yet) counts as one without a case: those are the homeless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from giao.core.agreement.facts import Fact, Facts

RELIEF = frozenset({"giao.fact.relief", "giao.decision.relief"})
"""Types that can change any case."""

_COUNTED = frozenset({"giao.fact.inspection", "giao.fact.score", "giao.fact.measure"})
_BARE = frozenset({"giao.fact.outage", "giao.fact.duty"})


class LiveFacts:
    """All facts, those of the future too."""

    def __init__(self, facts: Facts) -> None:
        self._items: list[Fact] = []
        self._of_case: dict[str | None, list[Fact]] = {}
        self._relief: list[Fact] = []
        self._bare: list[Fact] = []
        self._fields: dict[str, set[str]] = {}
        self._homeless: set[str] = set()
        self._nobody_touched = False
        self._all: Facts | None = facts
        self._take(facts)

    @property
    def all(self) -> Facts:
        if self._all is None:
            self._all = Facts(self._items)
        return self._all

    def add(self, facts: Iterable[Fact]) -> set[str]:
        """Take facts in; returns the cases that they are about."""
        listed = list(facts)
        self._take(listed)
        if listed:
            self._all = None
        found = {case for fact in listed if fact.type in _COUNTED and (case := case_id(fact)) is not None}
        self._nobody_touched |= any(fact.type in _COUNTED and case_id(fact) is None for fact in listed)
        return found

    def _take(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self._items.append(fact)
            if fact.type in RELIEF:
                self._relief.append(fact)
            elif fact.type in _BARE:
                self._bare.append(fact)
            elif fact.type in _COUNTED:
                self._of_case.setdefault(case_id(fact), []).append(fact)
                self._fields.setdefault(fact.type, set()).update(fact.data)

    def settle(self, case_ids: pl.Series) -> None:
        """The log's cases are these: facts about others are homeless."""
        named = [case for case in self._of_case if case is not None]
        there = set(case_ids.filter(case_ids.is_in(pl.Series(named, dtype=pl.String).implode())).to_list())
        self._homeless = {case for case in named if case not in there}
        self._nobody_touched = False

    def house(self, looked_at: Iterable[str], present: Iterable[str]) -> bool:
        """Say which cases of those looked at the log has; whether the homeless have to be counted anew."""
        there = set(present)
        about = {case for case in looked_at if case in self._of_case}
        homeless = (self._homeless - about) | (about - there)
        touched = self._nobody_touched or homeless != self._homeless or bool(about & homeless)
        self._homeless, self._nobody_touched = homeless, False
        return touched

    def of(self, cases: Iterable[str], *, nobody: bool, as_of_us: int, bare: bool = False) -> Facts:
        """What is known about some cases, about all of them, and if asked of the homeless, of outages and duties."""
        wanted: list[str | None] = [case for case in cases if case not in self._homeless]
        if nobody:
            wanted += [None, *self._homeless]
        found = [fact for case in wanted for fact in self._of_case.get(case, ())]
        found += self._relief
        if bare:
            found += self._bare
        fields = {kind: frozenset(names) for kind, names in self._fields.items()}
        return Facts((fact for fact in found if fact.recorded_us <= as_of_us), fields)

    def bare(self, as_of_us: int) -> Facts:
        """Outages and duties, which name no case."""
        return Facts(fact for fact in self._bare if fact.recorded_us <= as_of_us)

    def later(self, facts: Iterable[Fact], as_of_us: int) -> Iterator[tuple[int, str | None]]:
        """(instant, case) at which facts become known or happen, after an instant."""
        for fact in facts:
            if fact.type in _COUNTED:
                for at in {fact.recorded_us, fact.time_us}:
                    if at > as_of_us:
                        yield at, case_id(fact)

    def relief_known(self, after_us: int, until_us: int) -> bool:
        """Whether a relief fact or decision becomes known, happens, begins or ends in (after, until]."""
        return any(
            after_us < at <= until_us for fact in self._relief for at in (fact.recorded_us, fact.time_us)
        )

    def relief_next_us(self, after_us: int) -> int | None:
        instants = (at for fact in self._relief for at in (fact.recorded_us, fact.time_us) if at > after_us)
        return min(instants, default=None)


def case_id(fact: Fact) -> str | None:
    """The case that a fact names."""
    named = fact.data.get("case")
    return None if named is None else str(named)
