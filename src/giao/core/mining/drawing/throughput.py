"""How long cases take, as a histogram with its median."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from giao.core.mining.drawing.picture import nothing, picture, said_count, said_duration, text
from giao.core.mining.result import Tell
from giao.core.svg import Markup, element
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.mining.throughput import Throughput

WIDTH, HEIGHT, LEFT, FOOT = 640.0, 220.0, 56.0, 34.0


def draw_throughput(found: Throughput, tell: Tell) -> Markup:
    """Bars of equal width; the line stands at the median."""
    title = tell(told("mining.throughput_title", "Duration of cases"))
    bars = found.histogram
    if bars.is_empty():
        return nothing(title, tell)
    micro = timedelta(microseconds=1)
    counts = bars["cases"].to_list()
    low, high = bars["from"][0] // micro, bars["until"][-1] // micro
    most, step = max(counts), (WIDTH - LEFT - 14) / len(counts)
    floor = HEIGHT - FOOT
    parts: list[Markup] = [element("line", x1=LEFT, x2=WIDTH - 14, y1=floor, y2=floor, class_="grid")]
    for at, (begin, end, count) in enumerate(bars.iter_rows()):
        tall = (floor - 16) * count / most
        words = f"{said_duration(begin // micro, tell)} – {said_duration(end // micro, tell)}: {said_count(count)}"
        parts.append(
            element(
                "rect",
                element("title", words),
                x=LEFT + at * step + 1,
                y=floor - tall,
                width=step - 2,
                height=tall,
                class_="bar",
            )
        )
    median = found.quantile(0.5)
    assert median is not None
    x = LEFT + (WIDTH - LEFT - 14) * (median - low) / (high - low)
    said = tell(told("mining.median_is", "median {value}", value=said_duration(median, tell)))
    parts += [
        element("line", x1=x, x2=x, y1=10, y2=floor, class_="mark"),
        text(min(x + 6, WIDTH - 130), 20, said, class_="figure"),
        text(LEFT - 6, 22, said_count(most), class_="soft", anchor="end"),
        text(LEFT, HEIGHT - 12, said_duration(low, tell), class_="soft"),
        text(WIDTH - 14, HEIGHT - 12, said_duration(high, tell), class_="soft", anchor="end"),
    ]
    return picture(WIDTH, HEIGHT, title, said, parts)
