"""One cause, many misses: of the KPIs that one incident alone made miss, only the dearest pays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from giao.core.agreement.credits.paying import Direction, worse
from giao.core.agreement.results import KpiResult


@dataclass(frozen=True)
class CauseCount:
    """Cases of one incident in one KPI result: how many were counted, and how many of them missed."""

    cause: str
    counted: int
    misses: int


CauseCounts = Callable[[KpiResult], Iterable[CauseCount]]
"""What the room of KPIs tells about a result: its cases by incident (the attribute named by `credits.cause`)."""


def sole_causes(result: KpiResult, counts: Iterable[CauseCount], direction: Direction) -> frozenset[str]:
    """Incidents without whose cases the result would be met (share of cases: misses ÷ n).

    Without any case left there is no data, so the incident is the sole cause too.
    """
    level = result.expected if result.expected is not None else result.minimum
    if level is None or result.value is None:
        return frozenset()
    found = set()
    for count in counts:
        left, missed = result.n - count.counted, result.misses - count.misses
        if count.misses <= 0 or left < 0:
            continue
        if left == 0:
            found.add(count.cause)
            continue
        share = Fraction(missed, left) if direction == "lower" else Fraction(left - missed, left)
        if not worse(share, level, direction):
            found.add(count.cause)
    return frozenset(found)


def dearest_only(amounts: Sequence[Fraction], causes: Sequence[frozenset[str]]) -> Mapping[int, str]:
    """Positions that do not pay, with the cause that another, dearer one pays for. Equal amounts: the first pays."""
    dropped: dict[int, str] = {}
    for cause in sorted(set().union(*causes)) if causes else []:
        group = [index for index, mine in enumerate(causes) if cause in mine and index not in dropped]
        if len(group) < 2:
            continue
        dearest = max(group, key=lambda index: (amounts[index], -index))
        dropped |= {index: cause for index in group if index != dearest}
    return dropped
