"""The last step of a layered drawing: how far to the right each node stands, its layer's order kept.

Layer by layer each node is drawn to the weighted mean of its neighbours; that with least squares under the order and the
distances is a projection onto falling-free sequences, solved exactly by pooling neighbours that would overlap.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from giao.core.mining.layout_layers import Graph

ROUNDS = 40
STRAIGHT, BENT = 8.0, 2.0
"""Weight of an arc between two dummies, and between a dummy and a node: long arcs run straight."""


def placed(graph: Graph, rows: Sequence[Sequence[int]], widths: Sequence[float], gap: float) -> list[float]:
    """The middle of each node."""
    above: list[list[tuple[int, float]]] = [[] for _ in range(graph.nodes)]
    below: list[list[tuple[int, float]]] = [[] for _ in range(graph.nodes)]
    heaviest = max(graph.arcs.values(), default=1.0) or 1.0
    for (one, other), weight in graph.arcs.items():
        dummies = (one >= graph.real) + (other >= graph.real)
        pull = (1.0 + weight / heaviest) * (1.0, BENT, STRAIGHT)[dummies]
        below[one].append((other, pull))
        above[other].append((one, pull))
    apart = [
        [
            (widths[a] + widths[b]) / 2 + (gap if max(a, b) < graph.real else gap * 0.7)
            for a, b in itertools.pairwise(row)
        ]
        for row in rows
    ]
    xs = [0.0] * graph.nodes
    for row, gaps in zip(rows, apart, strict=True):
        at = -sum(gaps) / 2
        for node, step in zip(row, [*gaps, 0.0], strict=True):
            xs[node] = at
            at += step
    for turn in range(ROUNDS):
        down = turn % 2 == 0
        for level in range(len(rows)) if down else range(len(rows) - 1, -1, -1):
            row = rows[level]
            # Both sides count, the side that the sweep comes from more: the last rounds settle.
            wanted, weights = [], []
            for node in row:
                near = [(other, pull) for other, pull in above[node]] + [
                    (other, pull) for other, pull in below[node]
                ]
                weight = sum(pull for _, pull in near)
                wanted.append(sum(xs[other] * pull for other, pull in near) / weight if weight else xs[node])
                weights.append(weight or 0.01)
            for node, x in zip(row, spread(wanted, weights, apart[level]), strict=True):
                xs[node] = x
    return xs


def spread(wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones (weighted squares) that keep the order and the distances."""
    shift, before = [], 0.0
    for step in [0.0, *apart]:
        before += step
        shift.append(before)
    pools: list[list[float]] = []  # sum of weight * place, weight, members
    for value, weight, moved in zip(wanted, weights, shift, strict=True):
        pools.append([(value - moved) * weight, weight, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, weighed, members = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += weighed
            pools[-1][2] += members
    found: list[float] = []
    for total, weighed, members in pools:
        found += [total / weighed] * int(members)
    return [place + moved for place, moved in zip(found, shift, strict=True)]
