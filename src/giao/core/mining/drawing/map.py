"""The process map drawn: boxes for activities, curves for paths, as wide as they are common."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from giao.core.mining.drawing.picture import nothing, picture, said_count, said_duration, text
from giao.core.mining.errors import MiningError
from giao.core.mining.layout import END, LINE, START, PlacedArc, PlacedNode
from giao.core.mining.result import Tell
from giao.core.svg import Markup, coordinate, element
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.mining.map import ProcessMap


def draw_map(found: ProcessMap, tell: Tell = str, *, show: str = "events", style: bool = True) -> Markup:
    """`show`: a column of `arcs`; activities show the column of that name, or its service time, or their events."""
    if show not in found.arcs.columns or show in ("source", "target", "shown"):
        known = ", ".join(name for name in found.arcs.columns if name not in ("source", "target", "shown"))
        raise MiningError(
            told("mining.no_figure", "the map has no figure {show}; it has {known}", show=show, known=known)
        )
    title = tell(told("mining.map_title", "Process map"))
    layout = found.layout()
    if not layout.nodes:
        return nothing(title, tell)
    arcs = {(a, b): value for a, b, value in found.arcs.select("source", "target", show).iter_rows()}
    counts = {(a, b): n for a, b, n in found.arcs.select("source", "target", "events").iter_rows()}
    nodes: dict[str, Any] = {}
    own = show if show in found.activities.columns else f"service_{show}"
    own = own if own in found.activities.columns else "events"
    for name, value, starts, ends in found.activities.select("activity", own, "starts", "ends").iter_rows():
        nodes[name] = value
        counts[START, name], counts[name, END] = starts, ends
        if show in ("events", "cases"):
            arcs[START, name], arcs[name, END] = starts, ends
    most = max(counts.values(), default=1) or 1
    tips, lines, labels = [], [], []
    for arc in layout.arcs:
        pair = (arc.source, arc.target)
        size = 1.0 + 5.0 * (counts[pair] / most) ** 0.5
        label = _figure(arcs.get(pair), tell)
        words = f"{arc.source} → {arc.target}: {label or said_count(counts[pair])}"
        lines.append(element("path", element("title", words), d=_path(arc), class_="arc", stroke_width=size))
        tips.append(_tip(arc, size))
        if label:
            labels.append(text(arc.label[0], arc.label[1] + 4, label, class_="figure", anchor="middle"))
    boxes = [part for node in layout.nodes for part in _box(node, _figure(nodes.get(node.name), tell))]
    description = tell(
        told(
            "mining.map_says",
            "{shown} of {n} activities, {paths} of {all} paths, {cases} cases",
            shown=found.activities["shown"].sum(),
            n=found.activities.height,
            paths=found.arcs["shown"].sum(),
            all=found.arcs.height,
            cases=found.selection.n_cases,
        )
    )
    return picture(
        layout.width, layout.height, title, description, [*lines, *tips, *boxes, *labels], style=style
    )


def _figure(value: Any, tell: Tell) -> str:
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return said_duration(value // timedelta(microseconds=1), tell)
    return said_count(value) if isinstance(value, int) else f"{value:g}"


def _path(arc: PlacedArc) -> str:
    (x, y), *rest = arc.points
    pieces = [f"M{coordinate(float(x))} {coordinate(float(y))}"]
    for one, two, end in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        pieces.append(
            "C" + " ".join(f"{coordinate(float(a))} {coordinate(float(b))}" for a, b in (one, two, end))
        )
    return "".join(pieces)


def _tip(arc: PlacedArc, size: float) -> Markup:
    """An arrow head that lies along the end of the curve."""
    (from_x, from_y), (x, y) = arc.points[-2], arc.points[-1]
    length = max(((x - from_x) ** 2 + (y - from_y) ** 2) ** 0.5, 1e-9)
    along, wide = 7.0 + size, 3.0 + size / 2
    dx, dy = (x - from_x) / length, (y - from_y) / length
    base_x, base_y = x - dx * along, y - dy * along
    corners = ((x, y), (base_x - dy * wide, base_y + dx * wide), (base_x + dy * wide, base_y - dx * wide))
    return element(
        "polygon",
        points=" ".join(f"{coordinate(float(a))},{coordinate(float(b))}" for a, b in corners),
        class_="tip",
    )


def _box(node: PlacedNode, figure: str) -> list[Markup]:
    if node.name == START:
        return [element("circle", cx=node.x, cy=node.y, r=node.width / 2, class_="end")]
    if node.name == END:
        return [
            element(
                "rect",
                x=node.x - node.width / 2,
                y=node.y - node.height / 2,
                width=node.width,
                height=node.height,
                rx=3,
                class_="end",
            )
        ]
    top = node.y - node.height / 2
    box = element(
        "rect",
        element("title", node.name),
        x=node.x - node.width / 2,
        y=top,
        width=node.width,
        height=node.height,
        rx=8,
        class_="node",
    )
    lines = [
        text(node.x, top + LINE * (at + 1) + 3, line, anchor="middle") for at, line in enumerate(node.lines)
    ]
    return [
        box,
        *lines,
        text(node.x, top + LINE * (len(node.lines) + 1) + 2, figure, class_="soft", anchor="middle"),
    ]
