"""Places for a map: layers from start to end, few crossings, long arcs straight (after Sugiyama, Tagawa, Toda 1981).

`lay_out` is a pure function of labels and weighted arcs: the same input gives the same picture everywhere, and notebook,
document and page draw the same value. START and END are nodes of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from giao.core.mining.layout_layers import Graph, acyclic, in_layers, ordered, split_long
from giao.core.mining.layout_places import placed

if TYPE_CHECKING:
    from giao.core.mining.map import ProcessMap

START, END = "▶", "■"
"""Names of the two nodes that no activity is."""

CHARACTER, LINE, PAD = 7.2, 16.0, 14.0
LAYER_GAP, NODE_GAP = 62.0, 34.0
WIDEST = 24
"""Characters of one line of a label."""

Point = tuple[float, float]


@dataclass(frozen=True)
class PlacedNode:
    """A box: its middle, its size, and its label broken into lines."""

    name: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PlacedArc:
    """A curve: the first point, then three (two handles and an end) for each piece of a cubic spline; and where its
    label stands."""

    source: str
    target: str
    points: tuple[Point, ...]
    label: Point


@dataclass(frozen=True)
class Layout:
    """Everything in one plane, from (0, 0) to (width, height)."""

    nodes: tuple[PlacedNode, ...]
    arcs: tuple[PlacedArc, ...]
    width: float
    height: float


def layout_of(found: ProcessMap) -> Layout:
    """Places of what a map shows."""
    shown = found.activities.filter("shown")
    names = shown["activity"].to_list()
    arcs = {
        (a, b): float(n)
        for a, b, n in found.arcs.filter("shown").select("source", "target", "events").iter_rows()
    }
    for name, starts, ends in shown.select("activity", "starts", "ends").iter_rows():
        if starts:
            arcs[START, name] = float(starts)
        if ends:
            arcs[name, END] = float(ends)
    return lay_out(names, arcs)


def lay_out(names: Sequence[str], arcs: Mapping[tuple[str, str], float]) -> Layout:
    """Layers, order, places and curves for nodes and weighted arcs (from START, to END)."""
    if not names:
        return Layout((), (), 0.0, 0.0)
    every = [START, *names, END]
    number = {name: at for at, name in enumerate(every)}
    lines = [wrapped(name) for name in every]
    sizes = [_size(name, each) for name, each in zip(every, lines, strict=True)]
    weights = {
        (number[a], number[b]): weight for (a, b), weight in arcs.items() if a in number and b in number
    }
    forward, turned = acyclic(len(every), weights, first=0, last=len(every) - 1)
    layers = in_layers(len(every), forward, first=0, last=len(every) - 1)
    graph = split_long(len(every), forward, layers)
    rows = ordered(graph)
    widths = [size[0] for size in sizes] + [6.0] * (graph.nodes - len(every))
    xs = placed(graph, rows, widths, NODE_GAP)
    heights = [max([sizes[at][1] for at in row if at < len(every)] or [0.0]) for row in rows]
    ys, y = [], PAD
    for height in heights:
        ys.append(y + height / 2)
        y += height + LAYER_GAP
    loops = {arc for arc in weights if arc[0] == arc[1]}
    room = 46.0 if loops else 0.0
    shift = PAD - min(x - width / 2 for x, width in zip(xs, widths, strict=True))
    xs = [x + shift for x in xs]
    spot = [(x, ys[graph.layer[at]]) for at, x in enumerate(xs)]
    nodes = tuple(PlacedNode(name, *spot[at], *sizes[at], lines[at]) for at, name in enumerate(every))
    curves = [_curve(arc, graph, turned, spot, nodes, weights) for arc in weights if arc not in loops]
    curves += [_loop(nodes[one]) for one, _ in sorted(loops)]
    order = {arc: at for at, arc in enumerate(arcs)}
    right = max(x + width / 2 for x, width in zip(xs, widths, strict=True)) + PAD + room
    return Layout(
        nodes,
        tuple(sorted(curves, key=lambda curve: order[curve.source, curve.target])),
        right,
        y - LAYER_GAP + PAD,
    )


def wrapped(name: str) -> tuple[str, ...]:
    """A label in at most three lines; what does not fit ends with an ellipsis."""
    lines, line = [], ""
    for word in name.split():
        if line and len(line) + 1 + len(word) > WIDEST:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    shown = [each if len(each) <= WIDEST else f"{each[: WIDEST - 1]}…" for each in lines[:3]]
    if len(lines) > 3:
        shown[-1] = f"{shown[-1][: WIDEST - 1]}…"
    return tuple(shown)


def _size(name: str, lines: tuple[str, ...]) -> tuple[float, float]:
    if name in (START, END):
        return 26.0, 26.0
    # One line more than the label: the figure below it.
    return max(72.0, max(map(len, lines)) * CHARACTER + 2 * PAD), (len(lines) + 1) * LINE + PAD


def _curve(
    arc: tuple[int, int],
    graph: Graph,
    turned: set[tuple[int, int]],
    spot: Sequence[Point],
    nodes: Sequence[PlacedNode],
    weights: Mapping[tuple[int, int], float],
) -> PlacedArc:
    """Through the places of its dummies, upright at each; an arc that was turned round is drawn backward."""
    back = arc in turned
    path = graph.paths[(arc[1], arc[0]) if back else arc]
    points = [spot[at] for at in path]
    # Where both ways run between neighbours, each keeps to its side.
    aside = (8.0 if back else -8.0) if (arc[1], arc[0]) in weights else 0.0
    top, bottom = nodes[path[0]], nodes[path[-1]]
    points[0] = (points[0][0] + aside, points[0][1] + top.height / 2)
    points[-1] = (points[-1][0] + aside, points[-1][1] - bottom.height / 2)
    found: list[Point] = [points[0]]
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        half = (to_y - y) / 2
        found += [(x, y + half), (to_x, to_y - half), (to_x, to_y)]
    middle = len(points) // 2
    label = points[middle] if len(points) > 2 else _middle(points[0], points[1])
    # … and so do their figures.
    label = (label[0] + 2 * aside, label[1] + aside)
    if back:
        found.reverse()
    return PlacedArc(nodes[arc[0]].name, nodes[arc[1]].name, tuple(found), label)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _loop(node: PlacedNode) -> PlacedArc:
    """From the right side back to it."""
    x, y, out = node.x + node.width / 2, node.y, 34.0
    points = ((x, y + 8), (x + out, y + 18), (x + out, y - 18), (x, y - 8))
    return PlacedArc(node.name, node.name, points, (x + out - 4, y))
