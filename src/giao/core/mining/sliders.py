"""The two sliders of a map: which share of its activities and of its paths is shown.

`activities`: the commonest activities, ceil(share * number) of them and at least one, by events. To each belongs its best
way from the start and to the end: the path whose rarest arc is commonest. `paths`: the commonest arcs, ceil(share * number
of all arcs), where both ends are shown; the arcs of the best ways always. So every shown activity lies on a shown path
from start to end, and a slider moved up only adds. Figures stay those of all cases: hiding removes nothing from a count.
"""

from __future__ import annotations

import dataclasses
import heapq
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from giao.core.mining.errors import MiningError
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.mining.map import ProcessMap

Arc = tuple[int, int]


def slide(found: ProcessMap, activities: float, paths: float) -> ProcessMap:
    """The map with `shown` set anew."""
    for value, name in ((activities, "activities"), (paths, "paths")):
        if not 0 <= value <= 1:
            raise MiningError(
                told(
                    "mining.slider",
                    "{name}: {value} is no share; give a number from 0 to 1",
                    name=name,
                    value=value,
                )
            )
    names = found.activities["activity"].to_list()
    number = {name: at for at, name in enumerate(names)}
    arcs = {
        (number[a], number[b]): n for a, b, n in found.arcs.select("source", "target", "events").iter_rows()
    }
    starts = dict(enumerate(found.activities["starts"].to_list()))
    ends = dict(enumerate(found.activities["ends"].to_list()))
    events = found.activities["events"].to_list()
    nodes, kept = shown_parts(events, arcs, starts, ends, activities, paths)
    return dataclasses.replace(
        found,
        frame=found.frame.with_columns(shown=pl.Series([arc in kept for arc in arcs], dtype=pl.Boolean)),
        activities=found.activities.with_columns(
            shown=pl.Series([at in nodes for at in range(len(names))], dtype=pl.Boolean)
        ),
        sliders=(activities, paths),
    )


def shown_parts(
    events: Sequence[int],
    arcs: Mapping[Arc, int],
    starts: Mapping[int, int],
    ends: Mapping[int, int],
    activities: float,
    paths: float,
) -> tuple[set[int], set[Arc]]:
    """(activities, arcs) that are shown."""
    if not events:
        return set(), set()
    forward: dict[int, list[tuple[int, int]]] = {}
    backward: dict[int, list[tuple[int, int]]] = {}
    for (one, other), count in arcs.items():
        if one != other:
            forward.setdefault(one, []).append((other, count))
            backward.setdefault(other, []).append((one, count))
    before = _widest({at: n for at, n in starts.items() if n}, forward)
    after = _widest({at: n for at, n in ends.items() if n}, backward)
    wanted = max(math.ceil(Fraction(str(activities)) * len(events)), 1)
    ranked = sorted(range(len(events)), key=lambda at: (-events[at], at))
    nodes: set[int] = set()
    kept: set[Arc] = set()
    for at in ranked[:wanted]:
        nodes.add(at)
        here = at
        while before.get(here, -1) >= 0:
            kept.add((before[here], here))
            here = before[here]
            nodes.add(here)
        here = at
        while after.get(here, -1) >= 0:
            kept.add((here, after[here]))
            here = after[here]
            nodes.add(here)
    many = math.ceil(Fraction(str(paths)) * len(arcs))
    commonest = sorted(arcs, key=lambda arc: (-arcs[arc], arc))[:many]
    kept.update(arc for arc in commonest if arc[0] in nodes and arc[1] in nodes)
    return nodes, kept


def _widest(sources: Mapping[int, int], ahead: Mapping[int, Sequence[tuple[int, int]]]) -> dict[int, int]:
    """By activity the one before it on its best way from the sources; -1 for one that is a source best of all.

    Of equally wide ways the shorter, then the one over smaller numbers."""
    before: dict[int, int] = {}
    waiting = [(-count, 1, at, -1) for at, count in sources.items()]
    heapq.heapify(waiting)
    while waiting:
        width, hops, at, came = heapq.heappop(waiting)
        if at in before:
            continue
        before[at] = came
        for other, count in ahead.get(at, ()):
            if other not in before:
                heapq.heappush(waiting, (max(width, -count), hops + 1, other, at))
    return before
