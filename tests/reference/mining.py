"""Mining by the book: plain loops over cases, whole numbers, nothing shared with the kernels."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Event = tuple[str, int, int | None, str | None]
"""Activity, instant of completion, instant of start if known, resource."""
Cases = dict[str, list[Event]]
Pair = tuple[str, str]


def rounded(value: Fraction) -> int:
    """Half to even, as Python rounds."""
    return round(value)


def quantile(values: Sequence[int], share: Fraction) -> int:
    """Linear interpolation between the neighbours of rank (n - 1) * share."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = place.numerator // place.denominator
    high = min(low + 1, len(ordered) - 1)
    return rounded(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def mean(values: Sequence[int]) -> int:
    return rounded(Fraction(sum(values), len(values)))


@dataclass
class Map:
    arcs: Counter[Pair]
    arc_cases: Counter[Pair]
    times: dict[Pair, list[int]]
    waits: dict[Pair, list[int]]
    events: Counter[str]
    cases: Counter[str]
    starts: Counter[str]
    ends: Counter[str]
    services: dict[str, list[int]]


def process_map(cases: Cases) -> Map:
    found = Map(
        Counter(),
        Counter(),
        defaultdict(list),
        defaultdict(list),
        Counter(),
        Counter(),
        Counter(),
        Counter(),
        defaultdict(list),
    )
    for events in cases.values():
        pairs = list(itertools.pairwise(events))
        for (one, ended, _, _), (other, time, start, _) in pairs:
            found.arcs[one, other] += 1
            found.times[one, other].append(time - ended)
            if start is not None:
                found.waits[one, other].append(start - ended)
        found.arc_cases.update({(one[0], other[0]) for one, other in pairs})
        found.events.update(event[0] for event in events)
        found.cases.update({event[0] for event in events})
        found.starts[events[0][0]] += 1
        found.ends[events[-1][0]] += 1
        for activity, time, start, _ in events:
            if start is not None:
                found.services[activity].append(time - start)
    return found


def variants(cases: Cases) -> Counter[tuple[str, ...]]:
    return Counter(tuple(event[0] for event in events) for events in cases.values())


def duration(events: Sequence[Event]) -> int:
    first = min(min(time, time if start is None else start) for _, time, start, _ in events)
    return max(time for _, time, _, _ in events) - first


def rework(cases: Cases) -> dict[str, tuple[int, int, int, int]]:
    """Cases that do it twice or more, repeats, direct repeats, cases with direct repeats."""
    found: dict[str, Any] = defaultdict(lambda: [0, 0, 0, 0])
    for events in cases.values():
        counted = Counter(event[0] for event in events)
        loops = Counter(a[0] for a, b in itertools.pairwise(events) if a[0] == b[0])
        for activity, number in counted.items():
            found[activity][0] += number > 1
            found[activity][1] += number - 1
            found[activity][2] += loops[activity]
            found[activity][3] += loops[activity] > 0
    return {name: tuple(figures) for name, figures in found.items()}


def handovers(cases: Cases) -> Counter[Pair]:
    """Between neighbours whose resources are both known."""
    found: Counter[Pair] = Counter()
    for events in cases.values():
        for a, b in itertools.pairwise(events):
            if a[3] is not None and b[3] is not None:
                found[a[3], b[3]] += 1
    return found


def ping_pongs(cases: Cases) -> Counter[Pair]:
    """A → B → A over runs of the same resource; events without one are passed over."""
    found: Counter[Pair] = Counter()
    for events in cases.values():
        runs: list[str] = []
        for event in events:
            if event[3] is not None and (not runs or runs[-1] != event[3]):
                runs.append(event[3])
        for a, b, c in zip(runs, runs[1:], runs[2:], strict=False):
            if a == c:
                found[a, b] += 1
    return found
