"""Named bars: shares or counts, the longest first as the frame has them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from giao.core.mining.drawing.picture import NO_DATA, cut, nothing, picture, said_count, said_share, text
from giao.core.mining.result import Tell
from giao.core.svg import Markup, element
from giao.core.told import told

ROW, NAMES, LENGTH, MOST = 24.0, 260.0, 320.0, 25


def draw_shares(frame: pl.DataFrame, name: str, value: str, tell: Tell) -> Markup:
    """Bars from 0 to the largest share, each with its per cent."""
    shares = frame[value].to_list()
    return _bars(frame[name].to_list(), shares, [said_share(share) for share in shares], tell)


def draw_counts(frame: pl.DataFrame, name: str, value: str, tell: Tell) -> Markup:
    """Bars from 0 to the largest count."""
    counts = frame[value].to_list()
    return _bars(frame[name].to_list(), counts, [said_count(count) for count in counts], tell)


def _bars(
    names: Sequence[str | None], values: Sequence[float | None], said: Sequence[str], tell: Tell
) -> Markup:
    title = tell(told("mining.bars_title", "Largest first"))
    if not names:
        return nothing(title, tell)
    rows = list(zip(names, values, said, strict=True))[:MOST]
    most = max([value or 0.0 for _, value, _ in rows]) or 1.0
    parts = []
    for at, (name, value, words) in enumerate(rows):
        y = 10 + at * ROW
        length = LENGTH * max(value or 0.0, 0.0) / most
        shown = name or NO_DATA
        parts += [
            element(
                "text", element("title", shown), cut(shown, 38), x=NAMES - 10, y=y + 15, text_anchor="end"
            ),
            element("rect", x=NAMES, y=y + 3, width=LENGTH, height=ROW - 8, class_="rail"),
            element("rect", x=NAMES, y=y + 3, width=length, height=ROW - 8, class_="bar"),
            text(NAMES + LENGTH + 8, y + 15, words, class_="soft"),
        ]
    left = len(names) - len(rows)
    height = 20 + ROW * len(rows)
    if left:
        parts.append(
            text(NAMES, height + 8, tell(told("mining.more_rows", "and {n} more", n=left)), class_="soft")
        )
        height += 20
    description = "; ".join(f"{name or NO_DATA} {words}" for name, _, words in rows[:5])
    return picture(NAMES + LENGTH + 90, height, title, description, parts)
