"""A line of twelve windows, as SVG with attributes only (no style: the page's policy forbids it).

Drawn as one path a state, so that an overview of hundreds costs little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from giao.ui.states import state_named

WIDTH, HEIGHT, PAD, GAP, LEAST = 96, 24, 3, 1.5, 4
PLACES = 12


@dataclass(frozen=True)
class Point:
    """One window: value (None = no data), its state for the colour; a provisional one is drawn dotted."""

    value: float | None
    state: str
    provisional: bool = False


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    state: str
    provisional: bool


def bars(points: Sequence[Point]) -> list[Bar]:
    """Bars from old to new over the range of the values, the newest at the right end of twelve places; a window without
    data is a thin line at the foot."""
    if not points:
        return []
    values = [point.value for point in points if point.value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    span = (high - low) or 1.0
    places = max(PLACES, len(points))
    step = (WIDTH - 2 * PAD) / places
    start = PAD + (places - len(points)) * step
    found = []
    for index, point in enumerate(points):
        share = 0.0 if point.value is None else (point.value - low) / span
        tall = 1.0 if point.value is None else LEAST + (HEIGHT - 2 * PAD - LEAST) * share
        x, y = start + index * step, HEIGHT - PAD - tall
        found.append(
            Bar(
                round(x, 1), round(y, 1), round(step - GAP, 1), round(tall, 1), point.state, point.provisional
            )
        )
    return found


def in_words(points: Sequence[Point]) -> str:
    """How many windows were how: ``9 met, 2 expected missed, 1 no data``."""
    return ", ".join(
        f"{count} {state_named(state).word}"
        for state, count in Counter(point.state for point in points).items()
    )


def draw(points: Sequence[Point], label: str, said: str = "") -> SafeString:
    """The SVG element; `label` says what it is of; its words go on with `said`, or with the counts by state."""
    paths: dict[str, list[str]] = {}
    for bar in bars(points):
        kind = f"bar bar-{bar.state}{' is-provisional' if bar.provisional else ''}"
        paths.setdefault(kind, []).append(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z")
    words = escape(f"{label}: {said or in_words(points)}" if points else label)
    drawn = "".join(f'<path class="{escape(kind)}" d="{"".join(parts)}"/>' for kind, parts in paths.items())
    return mark_safe(  # noqa: S308  numbers and escaped words only
        f'<svg class="sparkline" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{words}"><title>{words}</title>{drawn}</svg>'
    )
