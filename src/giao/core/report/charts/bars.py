"""Bars: counts by hour, by age, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from giao.core.report.charts.scale import Scale
from giao.core.report.svg import Child, Markup, drawing, element


@dataclass(frozen=True)
class Bar:
    """One bar: `text` is its value as it is shown; `kind` a class such as ``breached``."""

    label: str
    value: float
    text: str
    kind: str = ""
    href: str | None = None


def bar_chart(bars: Sequence[Bar], *, title: str, description: str, width: float = 640.0) -> Markup:
    """Horizontal bars, one below the other, each with its label left and its value at its end."""
    row, left, right = 24.0, 180.0, 70.0
    height = row * max(len(bars), 1) + 8
    most = max((bar.value for bar in bars), default=0) or 1
    scale = Scale(0, most, 0, width - left - right)
    parts: list[Child] = []
    for index, bar in enumerate(bars):
        top = 4 + index * row
        length = max(scale(max(bar.value, 0)), 1.0 if bar.value > 0 else 0.0)
        drawn: list[Child] = [
            element("title", f"{bar.label}: {bar.text}"),
            element(
                "text", _short(bar.label, 26), x=left - 8, y=top + 15, text_anchor="end", class_="tick label"
            ),
            element(
                "rect", x=left, y=top + 3, width=length, height=row - 8, class_=f"bar {bar.kind}".strip()
            ),
            element("text", bar.text, x=left + length + 6, y=top + 15, class_="tick value"),
        ]
        group = element("g", drawn)
        parts.append(element("a", group, href=bar.href) if bar.href else group)
    return drawing(width, height, title, description, parts)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
