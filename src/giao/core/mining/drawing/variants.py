"""Variants as rows of coloured steps, and two of them beside each other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from giao.core.mining.drawing.picture import (
    HUES,
    cut,
    nothing,
    picture,
    said_count,
    said_duration,
    said_share,
    text,
)
from giao.core.mining.result import Tell
from giao.core.svg import Markup, element
from giao.core.told import told

if TYPE_CHECKING:
    from giao.core.mining.variant_diff import Difference
    from giao.core.mining.variants import Variants

ROW, STEP, HEAD, LONGEST = 26.0, 26.0, 200.0, 30


def draw_variants(found: Variants, tell: Tell, top: int) -> Markup:
    """Count, share and median of each, then a block a step; the key below names the colours."""
    title = tell(told("mining.variants_title", "Variants"))
    shown = found.frame.head(top)
    if shown.is_empty():
        return nothing(title, tell)
    colour: dict[str, str] = {}
    parts: list[Markup] = []
    longest = 0
    for at, row in enumerate(shown.iter_rows(named=True)):
        y = 12 + at * ROW
        median = row.get("median")
        lasting = said_duration(None if median is None else median // timedelta(microseconds=1), tell)
        parts.append(text(12, y + 15, said_count(row["cases"])))
        parts.append(text(78, y + 15, said_share(row["share"]), class_="soft"))
        parts.append(text(120, y + 15, lasting, class_="soft"))
        steps = row["activities"]
        longest = max(longest, min(len(steps), LONGEST))
        for place, name in enumerate(steps[:LONGEST]):
            hue = colour.setdefault(name, HUES[len(colour) % len(HUES)])
            parts.append(
                element(
                    "rect",
                    element("title", name),
                    x=HEAD + place * STEP,
                    y=y + 2,
                    width=STEP - 3,
                    height=ROW - 8,
                    rx=3,
                    fill=hue,
                )
            )
        if len(steps) > LONGEST:
            parts.append(text(HEAD + LONGEST * STEP + 2, y + 15, f"+{len(steps) - LONGEST}", class_="soft"))
    width = max(HEAD + longest * STEP + 50, 640.0)
    height = 24 + ROW * shown.height
    x, y = 12.0, height + 6
    for name, hue in colour.items():
        words = cut(name, 32)
        wide = 26 + 7.0 * len(words)
        if x + wide > width:
            x, y = 12.0, y + 22
        parts += [
            element("rect", x=x, y=y, width=12, height=12, rx=2, fill=hue),
            text(x + 17, y + 10, words, class_="soft"),
        ]
        x += wide
    covered = said_share(float(found.coverage(top)))
    description = tell(
        told(
            "mining.variants_say",
            "{shown} of {n} variants hold {share} of the cases",
            shown=shown.height,
            n=len(found),
            share=covered,
        )
    )
    return picture(width, y + 28, title, description, parts)


def draw_difference(found: Difference, tell: Tell) -> Markup:
    """One line a step: in the middle what both have, left and right what only one has."""
    title = tell(told("mining.diff_title", "Two variants"))
    if not found.steps:
        return nothing(title, tell)
    columns = {"left": 130.0, "both": 360.0, "right": 590.0}
    parts = []
    for at, step in enumerate(found.steps):
        y = 12 + at * ROW
        x = columns[step.side]
        kind = "plain" if step.side == "both" else "left" if step.side == "left" else "bar"
        sign = {"left": "− ", "both": "", "right": "+ "}[step.side]
        parts.append(
            element("rect", x=x - 110, y=y, width=220, height=ROW - 4, rx=5, class_=kind, fill_opacity=0.22)
        )
        parts.append(text(x, y + 15, cut(sign + step.activity, 32), anchor="middle"))
    words = tell(told("mining.diff_says", "{n} steps differ", n=found.distance))
    return picture(720, 24 + ROW * len(found.steps), title, words, parts)
