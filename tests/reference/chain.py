"""The chain of parties the slow and plain way: one case, event by event, instant by instant.

An oracle for `giao.core.agreement.chain`, sharing no code with it. Clocks are taken as lists of counted intervals (the fold's,
which has a reference of its own, `clocks.py`); who holds the case at an instant is found by going through its events again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Between = Callable[[int, int], int]
Party = tuple[str, str]
NOT_SAID: Party = ("", "")


@dataclass(frozen=True)
class PlainRule:
    """After which activities who holds a case; `named`: by the attribute's value where it is set."""

    after: frozenset[str]
    side: str
    party: str = ""
    named: bool = False


@dataclass(frozen=True)
class PlainEvent:
    """`name`: the attribute that names teams, as last set at this event (None: never set)."""

    time: int
    activity: str
    name: str | None = None


@dataclass(frozen=True)
class PlainCase:
    events: Sequence[PlainEvent]
    rules: Sequence[PlainRule]
    received: frozenset[str]
    ends: frozenset[str]
    as_of: int

    def party_of(self, event: PlainEvent) -> Party | None:
        """Whom an event makes the holder; the last rule that matches it."""
        found = None
        for rule in self.rules:
            if event.activity in rule.after:
                found = (rule.side, (event.name or rule.party) if rule.named else rule.party)
        return found

    def holder_at(self, instant: int) -> Party:
        """The last word at or before an instant."""
        found = NOT_SAID
        for event in self.events:
            if event.time <= instant:
                found = self.party_of(event) or found
        return found

    def in_hand_at(self, instant: int) -> bool:
        begun, inside = False, False
        for event in self.events:
            if event.time > instant:
                break
            begun = begun or event.activity in self.received
            if event.activity in self.ends:
                inside = False
            elif begun and (event.activity in self.received or self.party_of(event) is not None):
                inside = True
        return inside

    def pieces(self, low: int, high: int) -> list[tuple[int, int]]:
        """[low, high) cut at every event."""
        edges = sorted({low, high} | {event.time for event in self.events if low < event.time < high})
        return [(one, other) for one, other in pairwise(edges) if one < other]

    def held(self) -> list[tuple[Party, int, int]]:
        """(party, from, to) while in hand, neighbours of one party together."""
        if not self.events or self.events[0].time > self.as_of:
            return []
        found: list[tuple[Party, int, int]] = []
        for low, high in self.pieces(self.events[0].time, self.as_of):
            if not self.in_hand_at(low):
                continue
            party = self.holder_at(low)
            if found and found[-1][0] == party and found[-1][2] == low:
                found[-1] = (party, found[-1][1], high)
            else:
                found.append((party, low, high))
        return found

    def counted(self, intervals: Sequence[tuple[int, int]], between: Between) -> dict[Party, int]:
        """What of a clock's intervals each party held, in the clock's measure; parties with none are left out."""
        spent: Counter[Party] = Counter()
        for start, end in intervals:
            for low, high in self.pieces(start, end):
                spent[self.holder_at(low)] += between(low, high)
        return {party: amount for party, amount in spent.items() if amount}


@dataclass(frozen=True)
class PlainClock:
    """A clock instance, of the SLA or behind it; `broke` is None while it did not. `behind`: clocks of the SLA that it stands behind."""

    name: str
    started: int
    ended: int
    broke: int | None
    state: str
    party: Party = NOT_SAID
    behind: frozenset[str] = frozenset()


def verdict(sla: PlainClock, supports: Sequence[PlainClock]) -> Mapping[str, object]:
    """first, first_at, first_party, gap and how many clocks stand behind (and broke), in the order of `supports`."""
    behind = [
        clock
        for clock in supports
        if sla.name in clock.behind and clock.started <= sla.ended and sla.started <= clock.ended
    ]
    first: PlainClock | None = None
    for clock in behind:
        if clock.broke is not None and (first is None or first.broke is None or clock.broke < first.broke):
            first = clock
    kind: str | None = None
    when: int | None = None
    if first is not None and first.broke is not None and (sla.broke is None or first.broke <= sla.broke):
        kind, when = "support", first.broke
    elif sla.broke is not None:
        kind, when, first = "sla", sla.broke, None
    broken = sum(clock.broke is not None for clock in behind)
    gap = ""
    if sla.state == "breached":
        gap = "uncovered" if not behind else "" if broken else "green_inside_red"
    elif sla.state in ("met", "running", "paused") and broken:
        gap = "red_inside_green"
    return {
        "first": kind,
        "first_at": when,
        "first_party": first.party if kind == "support" and first is not None else None,
        "gap": gap,
        "behind": len(behind),
        "broken_behind": broken,
    }
