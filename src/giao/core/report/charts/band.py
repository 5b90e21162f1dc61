"""The band chart: a service level's value over windows, against the bands that its levels make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from giao.core.report.charts.scale import Scale, round_steps
from giao.core.report.svg import Child, Markup, coordinate, drawing, element, mark


@dataclass(frozen=True)
class BandPoint:
    """One window. `n` and `label` are text as it is shown; `value` None is no data; `title` is told on hover."""

    label: str
    value: float | None
    state: str
    n: str = ""
    low: float | None = None
    high: float | None = None
    expected: float | None = None
    minimum: float | None = None
    provisional: bool = False
    title: str = ""
    href: str | None = None


WIDTH, HEIGHT = 640.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 14.0, 14.0, 44.0


def band_chart(
    points: Sequence[BandPoint],
    *,
    title: str,
    description: str,
    form: Callable[[float], str],
    lower_is_better: bool = False,
    share: bool = False,
    width: float = WIDTH,
) -> Markup:
    """Values as signs joined by a line, whiskers for the interval, bands met / between / missed, n below each window.

    form   writes an axis value
    share  the axis is cut to 0..1
    """
    low, high = _range(points, share)
    x = Scale(-0.5, max(len(points) - 0.5, 0.5), LEFT, width - RIGHT)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    parts: list[Child] = [*_bands(points, x, y, lower_is_better), *_axis(y, width, form)]
    parts += [*_line(points, x, y), *_points(points, x, y)]
    return drawing(width, HEIGHT, title, description, parts)


def _range(points: Sequence[BandPoint], share: bool) -> tuple[float, float]:
    known = [
        value
        for point in points
        for value in (point.value, point.low, point.high, point.expected, point.minimum)
        if value is not None
    ]
    if not known:
        return (0.0, 1.0)
    low, high = min(known), max(known)
    room = (high - low) * 0.12 or (abs(high) * 0.1 or 1.0)
    low, high = low - room, high + room
    if share:
        return (max(low, 0.0), min(high, 1.0)) if min(high, 1.0) > max(low, 0.0) else (0.0, 1.0)
    return (max(low, 0.0) if min(known) >= 0 else low), high


def _bands(points: Sequence[BandPoint], x: Scale, y: Scale, lower_is_better: bool) -> list[Markup]:
    """A column of bands a window, because levels may change from one version to the next."""
    drawn = []
    for index, point in enumerate(points):
        left, right = x(index - 0.5), x(index + 0.5)
        best, worst = (y.end, y.start) if not lower_is_better else (y.start, y.end)
        expected = y(point.expected) if point.expected is not None else None
        minimum = y(point.minimum) if point.minimum is not None else None
        inner = expected if expected is not None else minimum
        outer = minimum if minimum is not None else expected
        if inner is None or outer is None:
            continue
        for name, one, other in (("met", best, inner), ("between", inner, outer), ("missed", outer, worst)):
            upper, lower = sorted((min(max(one, y.end), y.start), min(max(other, y.end), y.start)))
            if lower - upper > 0.01:
                drawn.append(
                    element(
                        "rect",
                        x=left,
                        y=upper,
                        width=right - left,
                        height=lower - upper,
                        class_=f"band {name}",
                    )
                )
        for name, place in (("expected", expected), ("minimum", minimum)):
            if place is not None:
                drawn.append(element("line", x1=left, x2=right, y1=place, y2=place, class_=f"level {name}"))
    return drawn


def _axis(y: Scale, width: float, form: Callable[[float], str]) -> list[Markup]:
    drawn = []
    for value in round_steps(y.low, y.high):
        place = y(value)
        drawn.append(element("line", x1=LEFT, x2=width - RIGHT, y1=place, y2=place, class_="grid"))
        drawn.append(element("text", form(value), x=LEFT - 6, y=place + 4, text_anchor="end", class_="tick"))
    return drawn


def _line(points: Sequence[BandPoint], x: Scale, y: Scale) -> list[Markup]:
    """The line between neighbours that both have a value; a gap stays a gap, a provisional end is dotted."""
    drawn = []
    for index in range(1, len(points)):
        before, here = points[index - 1], points[index]
        if before.value is None or here.value is None:
            continue
        path = f"M{coordinate(x(index - 1))} {coordinate(y(before.value))}L{coordinate(x(index))} {coordinate(y(here.value))}"
        drawn.append(element("path", d=path, class_="line provisional" if here.provisional else "line"))
    return drawn


def _points(points: Sequence[BandPoint], x: Scale, y: Scale) -> list[Markup]:
    drawn = []
    every = max(1, -(-len(points) // 14))
    for index, point in enumerate(points):
        place = x(index)
        parts: list[Child] = [element("title", point.title)] if point.title else []
        if point.low is not None and point.high is not None:
            top = y(min(point.high, y.high))
            foot = y(max(point.low, y.low))
            parts.append(element("line", x1=place, x2=place, y1=top, y2=foot, class_="whisker"))
        parts.append(mark(point.state, place, y(point.value) if point.value is not None else y.start - 6))
        if index % every == 0:
            parts.append(
                element(
                    "text", point.label, x=place, y=HEIGHT - BOTTOM + 17, text_anchor="middle", class_="tick"
                )
            )
            parts.append(
                element(
                    "text", point.n, x=place, y=HEIGHT - BOTTOM + 33, text_anchor="middle", class_="tick n"
                )
            )
        group = element("g", parts, class_="point provisional" if point.provisional else "point")
        drawn.append(element("a", group, href=point.href) if point.href else group)
    return drawn


def sparkline(
    points: Sequence[BandPoint], *, title: str, description: str, width: float = 96, height: float = 24
) -> Markup:
    """The last windows without axis, for a table's row."""
    known = [point.value for point in points if point.value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    x = Scale(0, max(len(points) - 1, 1), 4, width - 4)
    y = Scale(low, high, height - 4, 4)
    parts: list[Child] = [*_line(points, x, y)]
    if points:
        last = points[-1]
        parts.append(
            mark(last.state, x(len(points) - 1), y(last.value) if last.value is not None else height / 2, 3)
        )
    return drawing(width, height, title, description, parts)
