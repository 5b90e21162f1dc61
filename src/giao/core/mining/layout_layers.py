"""The first three steps of a layered drawing: turn round what runs backward, give layers, order them for few crossings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Arc = tuple[int, int]

SWEEPS = 24


@dataclass(frozen=True)
class Graph:
    """Nodes in layers, arcs only between neighbouring layers: long ones run over dummies (numbers from `real` on)."""

    real: int
    nodes: int
    layer: tuple[int, ...]
    arcs: Mapping[Arc, float]
    paths: Mapping[Arc, tuple[int, ...]]
    """The nodes of each arc, dummies included."""


def acyclic(
    count: int, arcs: Mapping[Arc, float], first: int, last: int
) -> tuple[dict[Arc, float], set[Arc]]:
    """Arcs without a circle, and which of the given ones were turned round for it (Eades, Lin, Smyth: nodes in a line,
    as much weight forward as the greedy choice finds). Loops are left out."""
    out: list[dict[int, float]] = [{} for _ in range(count)]
    into: list[dict[int, float]] = [{} for _ in range(count)]
    for (one, other), weight in arcs.items():
        if one != other:
            out[one][other] = into[other][one] = weight
    left = set(range(count)) - {first, last}
    head, tail = [first], [last]

    def take(node: int) -> None:
        left.discard(node)
        for other in out[node]:
            into[other].pop(node, None)
        for other in into[node]:
            out[other].pop(node, None)

    take(first)
    take(last)
    while left:
        sink = next((node for node in sorted(left) if not out[node]), None)
        if sink is not None:
            tail.append(sink)
            take(sink)
            continue
        source = next((node for node in sorted(left) if not into[node]), None)
        if source is None:
            source = max(sorted(left), key=lambda node: sum(out[node].values()) - sum(into[node].values()))
        head.append(source)
        take(source)
    place = {node: at for at, node in enumerate([*head, *reversed(tail)])}
    forward: dict[Arc, float] = {}
    turned: set[Arc] = set()
    for (one, other), weight in arcs.items():
        if one == other:
            continue
        arc = (one, other) if place[one] < place[other] else (other, one)
        if arc != (one, other):
            turned.add((one, other))
        forward[arc] = forward.get(arc, 0.0) + weight
    return forward, turned


def in_layers(count: int, arcs: Mapping[Arc, float], first: int, last: int) -> list[int]:
    """Longest path from above; then each node moves down as far as shortens its arcs; `last` is lowest of all."""
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for one, other in arcs:
        below[one].append(other)
        above[other].append(one)
    order, waiting = [], [node for node in range(count) if not above[node]]
    missing = [len(each) for each in above]
    layer = [0 if node == first else 1 for node in range(count)]
    while waiting:
        node = waiting.pop()
        order.append(node)
        for other in below[node]:
            layer[other] = max(layer[other], layer[node] + 1)
            missing[other] -= 1
            if not missing[other]:
                waiting.append(other)
    deepest = max((layer[node] for node in range(count) if node != last), default=0)
    layer[last] = deepest + 1
    for node in reversed(order):
        if node in (first, last) or not below[node]:
            continue
        down = sum(arcs[node, other] for other in below[node])
        up = sum(arcs[other, node] for other in above[node])
        if down > up:
            layer[node] = min(layer[other] for other in below[node]) - 1
    return layer


def split_long(count: int, arcs: Mapping[Arc, float], layers: Sequence[int]) -> Graph:
    """Arcs over several layers get a dummy in each layer between."""
    layer, pieces, paths = list(layers), dict[Arc, float](), dict[Arc, tuple[int, ...]]()
    for (one, other), weight in arcs.items():
        path = [one]
        for level in range(layers[one] + 1, layers[other]):
            path.append(len(layer))
            layer.append(level)
        path.append(other)
        paths[one, other] = tuple(path)
        for piece in pairwise(path):
            pieces[piece] = weight
    return Graph(count, len(layer), tuple(layer), pieces, paths)


def ordered(graph: Graph) -> list[list[int]]:
    """Nodes of each layer from left to right: sweeps by the median of neighbours, the best order of all kept."""
    rows: list[list[int]] = [[] for _ in range(max(graph.layer) + 1)]
    above: list[list[int]] = [[] for _ in range(graph.nodes)]
    below: list[list[int]] = [[] for _ in range(graph.nodes)]
    for one, other in graph.arcs:
        below[one].append(other)
        above[other].append(one)
    seen: set[int] = set()
    stack = [node for node in reversed(range(graph.real)) if graph.layer[node] == 0]
    stack = [node for node in reversed(range(graph.real)) if node not in stack] + stack
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        rows[graph.layer[node]].append(node)
        stack += [
            other
            for other in sorted(below[node], key=lambda each: graph.arcs[node, each])
            if other not in seen
        ]
    best, fewest = [list(row) for row in rows], crossings(rows, below)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        levels = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
        for level in levels:
            neighbours = above if down else below
            place = {node: at for at, node in enumerate(rows[level - 1 if down else level + 1])}
            own = {node: at for at, node in enumerate(rows[level])}
            rows[level].sort(
                key=lambda node: (_middle([place[n] for n in neighbours[node]], own[node]), own[node])
            )
        found = crossings(rows, below)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    return best


def _middle(places: list[int], own: int) -> float:
    """The median; of an even number the mean of the two. A node without neighbours stays where it is."""
    if not places:
        return float(own)
    places.sort()
    half = len(places) // 2
    return float(places[half]) if len(places) % 2 else (places[half - 1] + places[half]) / 2


def crossings(rows: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> int:
    """Pairs of arcs that cross, counted with a tree of sums (Barth, Jünger, Mutzel)."""
    total = 0
    for row, under in pairwise(rows):
        place = {node: at for at, node in enumerate(under)}
        ends = [at for node in row for at in sorted(place[other] for other in below[node])]
        tree = [0] * (len(under) + 1)
        for count, at in enumerate(ends):
            left, here = 0, at + 1
            while here:
                left += tree[here]
                here -= here & -here
            total += count - left
            here = at + 1
            while here <= len(under):
                tree[here] += 1
                here += here & -here
    return total
