"""The time axis of a case: a lane a clock. Solid is running, hatched is outside business hours, a gap is paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from giao.core.report.charts.scale import Scale
from giao.core.report.svg import Child, Markup, drawing, element


@dataclass(frozen=True)
class LaneSpan:
    """Why a stretch of time counted or not. kind: ``open`` (counts), ``closed``, ``paused``, ``relief``, ``excluded``."""

    start_us: int
    end_us: int
    kind: str
    why: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Lane:
    """One clock of the case. `due_us` gets a flag, `note` (state, time used of budget) stands at the right."""

    label: str
    spans: tuple[LaneSpan, ...]
    due_us: int | None = None
    due_label: str = ""
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class Tick:
    """A label on the time axis; `event` marks an event of the case, else it is a day."""

    at_us: int
    label: str
    event: bool = False


ROW, LEFT, RIGHT, TOP = 46.0, 150.0, 150.0, 26.0


def clock_axis(
    lanes: Sequence[Lane],
    ticks: Sequence[Tick],
    *,
    title: str,
    description: str,
    prefix: str = "axis",
    width: float = 960.0,
) -> Markup:
    """The clocks of a case under one another on one time axis. `prefix` keeps ids of several pictures apart."""
    instants = [at for lane in lanes for span in lane.spans for at in (span.start_us, span.end_us)]
    instants += [lane.due_us for lane in lanes if lane.due_us is not None] + [
        tick.at_us for tick in ticks if tick.event
    ]
    low, high = (min(instants), max(instants)) if instants else (0, 1)
    x = Scale(low, high if high > low else low + 1, LEFT, width - RIGHT)
    height = TOP + ROW * max(len(lanes), 1) + 8
    pattern = f"{prefix}-closed"
    parts: list[Child] = [_hatching(pattern), *_ticks(ticks, x, height, low, high)]
    for index, lane in enumerate(lanes):
        parts.extend(_lane(lane, TOP + index * ROW, x, width, pattern))
    return drawing(width, height, title, description, parts)


def _hatching(name: str) -> Markup:
    line = element("path", d="M0 6L6 0", class_="hatch")
    return element(
        "defs", element("pattern", line, id=name, width=6, height=6, patternunits="userSpaceOnUse")
    )


def _ticks(ticks: Sequence[Tick], x: Scale, height: float, low: int, high: int) -> list[Markup]:
    drawn = []
    taken = -1e9
    for tick in sorted(ticks, key=lambda item: item.at_us):
        if not low <= tick.at_us <= high:
            continue
        place = x(tick.at_us)
        kind = "event" if tick.event else "day"
        drawn.append(
            element(
                "line",
                element("title", tick.label),
                x1=place,
                x2=place,
                y1=TOP - 6,
                y2=height - 6,
                class_=f"tick-{kind}",
            )
        )
        if not tick.event and place - taken > 64:
            drawn.append(
                element("text", tick.label, x=place, y=TOP - 11, text_anchor="middle", class_="tick")
            )
            taken = place
    return drawn


def _lane(lane: Lane, top: float, x: Scale, width: float, pattern: str) -> list[Markup]:
    middle = top + ROW / 2
    drawn = [element("text", lane.label, x=LEFT - 10, y=middle + 4, text_anchor="end", class_="lane-label")]
    for span in lane.spans:
        left, right = x(span.start_us), x(span.end_us)
        thickness = {"open": 16.0, "closed": 16.0}.get(span.kind, 4.0)
        body = element(
            "rect",
            element("title", span.why) if span.why else None,
            x=left,
            y=middle - thickness / 2,
            width=max(right - left, 0.5),
            height=thickness,
            class_=f"span {span.kind} state-{lane.state}",
            fill=f"url(#{pattern})" if span.kind == "closed" else None,
        )
        drawn.append(element("a", body, href=span.href) if span.href else body)
    if lane.due_us is not None:
        place = x(lane.due_us)
        flag = f"M{place:.2f} {middle - 18:.2f}v36M{place:.2f} {middle - 18:.2f}l10 4l-10 4"
        drawn.append(element("path", element("title", lane.due_label), d=flag, class_="due"))
    drawn.append(
        element("text", lane.note, x=width - RIGHT + 18, y=middle + 4, class_=f"lane-note state-{lane.state}")
    )
    return drawn
