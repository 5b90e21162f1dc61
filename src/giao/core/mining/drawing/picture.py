"""The frame of every picture: its size, its words for those who do not see it, its style."""

from __future__ import annotations

from collections.abc import Iterable

from giao.core.mining.result import Tell
from giao.core.svg import Markup, coordinate, element
from giao.core.told import told

CSS = """
.giao-mining{--ink:#1b2430;--soft:#5b6675;--line:#c6cfda;--paper:#fff;--wash:#eaf1fa;--accent:#1f5fa8;--warn:#9a5b00;max-width:100%;height:auto}
@media (prefers-color-scheme:dark){.giao-mining{--ink:#e7ebf0;--soft:#a4afbd;--line:#4a5563;--paper:#151a21;--wash:#1f2c3d;--accent:#7db4f0;--warn:#f0b357}}
@media print{.giao-mining{--ink:#000;--soft:#444;--line:#999;--paper:#fff;--wash:#eef3f9;--accent:#1f5fa8;--warn:#9a5b00}}
.giao-mining text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--ink)}
.giao-mining .soft{fill:var(--soft);font-size:11px}
.giao-mining .figure{fill:var(--soft);font-size:11px;paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.giao-mining .back{fill:var(--paper)}.giao-mining .node{fill:var(--wash);stroke:var(--accent);stroke-width:1.2}
.giao-mining .end{fill:var(--ink)}.giao-mining .arc{fill:none;stroke:var(--accent);opacity:.75}
.giao-mining .tip{fill:var(--accent)}.giao-mining .bar{fill:var(--accent)}.giao-mining .rail{fill:var(--line);opacity:.45}
.giao-mining .mark{stroke:var(--warn);stroke-width:2}.giao-mining .grid{stroke:var(--line);stroke-width:1}
.giao-mining .left{fill:var(--warn)}.giao-mining .plain{fill:var(--soft)}
"""

HUES = (
    "#1f5fa8",
    "#c2571a",
    "#1a7f4b",
    "#8a3fa0",
    "#a8323a",
    "#0f7f8c",
    "#7a6a00",
    "#5a5fd0",
    "#b3477f",
    "#4f6f1f",
)
"""Colours that keep their distance for most kinds of colour blindness; after ten they begin again."""

NO_DATA = "–"


def picture(
    width: float,
    height: float,
    title: str,
    description: str,
    parts: Iterable[Markup | None],
    *,
    style: bool = True,
) -> Markup:
    """A self-contained SVG. `style=False` leaves the sheet out: a page with a strict policy brings its own."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        element("style", Markup(CSS)) if style else None,
        element("rect", width=width, height=height, class_="back"),
        list(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewbox=f"0 0 {coordinate(float(width))} {coordinate(float(height))}",
        width=float(width),
        height=float(height),
        role="img",
        aria_label=f"{title}. {description}",
        class_="giao-mining",
    )


def text(
    x: float, y: float, words: object, *, class_: str | None = None, anchor: str | None = None
) -> Markup:
    """A line of text; its anchor is start, middle or end."""
    return element("text", str(words), x=float(x), y=float(y), class_=class_, text_anchor=anchor)


def said_duration(microseconds: int | None, tell: Tell) -> str:
    """A length of time in its two largest units; a dash where there is no data."""
    if microseconds is None:
        return NO_DATA
    from giao.core.mining.filters.checked import said_length

    return tell(said_length(microseconds))


def said_count(number: int) -> str:
    """A whole number with thin spaces between thousands, which no language reads as a decimal sign."""
    return f"{number:,}".replace(",", "\u202f")


def said_share(share: float | None) -> str:
    return NO_DATA if share is None else f"{round(share * 100)}%"


def cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def nothing(title: str, tell: Tell) -> Markup:
    """The picture of no rows."""
    why = tell(told("mining.nothing", "Nothing to show."))
    return picture(420, 60, title, why, [text(16, 34, why, class_="soft")])
