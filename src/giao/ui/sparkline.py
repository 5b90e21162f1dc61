"""A line of twelve windows, as SVG with attributes only (no style: the page's policy forbids it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, PAD = 96, 24, 3


@dataclass(frozen=True)
class Point:
    """One window: value (None = no data), its state for the colour, its words for the screen reader."""

    value: float | None
    state: str
    words: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    state: str
    words: str
    provisional: bool


def bars(points: Sequence[Point]) -> list[Bar]:
    """Bars from old to new over the range of the values; a window without data is a thin line at the foot."""
    if not points:
        return []
    values = [point.value for point in points if point.value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * PAD) / len(points)
    found = []
    for index, point in enumerate(points):
        x = PAD + index * step
        if point.value is None:
            found.append(_bar(x, HEIGHT - PAD - 1, step, 1.0, point))
            continue
        tall = 4 + (HEIGHT - 2 * PAD - 4) * (point.value - low) / span
        found.append(_bar(x, HEIGHT - PAD - tall, step, tall, point))
    return found


def _bar(x: float, y: float, step: float, tall: float, point: Point) -> Bar:
    return Bar(
        round(x, 2),
        round(y, 2),
        round(step - 1.5, 2),
        round(tall, 2),
        point.state,
        point.words,
        point.provisional,
    )
