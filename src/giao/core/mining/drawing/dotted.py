"""The dotted chart drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from giao.core.mining.drawing.picture import HUES, cut, nothing, picture, said_count, text
from giao.core.mining.result import Tell
from giao.core.svg import Markup, coordinate, element
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.mining.dotted import DottedChart

WIDTH, HEIGHT, LEFT = 760.0, 460.0, 20.0


def draw_dotted(found: DottedChart, tell: Tell) -> Markup:
    """One path an activity: a small upright stroke a point."""
    title = tell(told("mining.dotted_title", "Events over time"))
    frame = found.frame
    if frame.is_empty():
        return nothing(title, tell)
    micros = frame["time"].dt.timestamp("us")
    low, high = micros.min(), micros.max()
    assert isinstance(low, int)
    assert isinstance(high, int)
    span, cases = max(high - low, 1), frame["place"].n_unique()
    parts, names = [], sorted(set(frame["activity"].to_list()))
    for at, name in enumerate(names):
        those = frame.filter(frame["activity"] == name)
        spots = zip(those["time"].dt.timestamp("us").to_list(), those["place"].to_list(), strict=True)
        path = "".join(
            f"M{coordinate(LEFT + (WIDTH - 2 * LEFT) * (time - low) / span)} {coordinate(12 + (HEIGHT - 24) * place / cases)}v2"
            for time, place in spots
        )
        parts.append(
            element(
                "path",
                element("title", name),
                d=path,
                stroke=HUES[at % len(HUES)],
                stroke_width=2,
                fill="none",
            )
        )
    x, y = LEFT, HEIGHT + 24
    for at, name in enumerate(names[:30]):
        words = cut(name, 30)
        if x + 26 + 7 * len(words) > WIDTH:
            x, y = LEFT, y + 20
        parts += [
            element("rect", x=x, y=y, width=10, height=10, fill=HUES[at % len(HUES)]),
            text(x + 15, y + 9, words, class_="soft"),
        ]
        x += 26 + 7 * len(words)
    ends = [_day(low), _day(high)]
    parts += [
        text(LEFT, HEIGHT + 8, ends[0], class_="soft"),
        text(WIDTH - LEFT, HEIGHT + 8, ends[1], class_="soft", anchor="end"),
    ]
    says = tell(
        told(
            "mining.dotted_says",
            "{events} events of {cases} cases, {since} to {until}",
            events=said_count(frame.height),
            cases=said_count(cases),
            since=ends[0],
            until=ends[1],
        )
    )
    return picture(WIDTH, y + 24, title, says, parts)


def _day(microseconds: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).date().isoformat()
