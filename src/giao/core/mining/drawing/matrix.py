"""Who hands to whom, as a matrix: rows hand over, columns take."""

from __future__ import annotations

import polars as pl

from giao.core.mining.drawing.picture import cut, nothing, picture, said_count, text
from giao.core.mining.result import Tell
from giao.core.svg import Markup, element
from giao.core.told import told

CELL, NAMES = 26.0, 170.0


def draw_matrix(frame: pl.DataFrame, by: str, tell: Tell, most: int) -> Markup:
    """The hands with most steps, at most `most`; a darker cell is more, the diagonal is what stays in the same hands."""
    title = tell(told("mining.matrix_title", "Handover of work ({by})", by=by))
    if frame.is_empty():
        return nothing(title, tell)
    sides = [frame.select(name=pl.col(side), n=pl.col("events")) for side in ("source", "target")]
    ranked = (
        pl.concat(sides).group_by("name").agg(pl.col("n").sum()).sort(["n", "name"], descending=[True, False])
    )
    names = ranked["name"].head(most).to_list()
    place = {name: at for at, name in enumerate(names)}
    rows = [
        row
        for row in frame.select("source", "target", "events").iter_rows()
        if row[0] in place and row[1] in place
    ]
    largest = max(row[2] for row in rows) if rows else 1
    parts = []
    for name, at in place.items():
        middle = NAMES + (at + 0.5) * CELL
        parts.append(text(NAMES - 8, middle + 4, cut(name, 24), anchor="end"))
        parts.append(
            element(
                "text",
                cut(name, 24),
                x=middle + 4,
                y=NAMES - 8,
                transform=f"rotate(-90 {middle + 4} {NAMES - 8})",
            )
        )
    for source, target, events in rows:
        words = f"{source} → {target}: {said_count(events)}"
        parts.append(
            element(
                "rect", element("title", words), x=NAMES + place[target] * CELL + 1, y=NAMES + place[source] * CELL + 1,
                width=CELL - 2, height=CELL - 2, class_="bar", fill_opacity=0.12 + 0.88 * (events / largest) ** 0.5,
            )
        )  # fmt: skip
    size = NAMES + len(names) * CELL + 12
    description = "; ".join(f"{a} → {b} {said_count(n)}" for a, b, n in rows[:5])
    return picture(size, size, title, description, parts)
