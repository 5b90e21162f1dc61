"""SVG as text, escaped by construction. Colours are classes (the page's style gives them in both themes), never inline style."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_NAME = re.compile(r"^[A-Za-z][\w:.-]*$")
_CAMEL = {"viewbox": "viewBox", "patternunits": "patternUnits", "preserveaspectratio": "preserveAspectRatio"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Markup:
    """Text that is markup already; everything else is escaped when it is put into an element."""

    text: str

    def __str__(self) -> str:
        return self.text


Child = str | int | float | Markup | None


def clean(text: object) -> str:
    """Text without characters that XML and HTML forbid."""
    return _CONTROL.sub("\ufffd", str(text))


def escaped(text: object) -> str:
    """Text safe inside elements and attributes."""
    return escape(clean(text), quote=True)


def element(tag: str, /, *children: Child | Iterable[Child], **attributes: object) -> Markup:
    """An element. ``class_`` is class, other underscores become hyphens; attributes that are None are left out."""
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        name = _CAMEL.get(name, name)
        if not _NAME.match(name) or name.startswith("on"):
            raise ValueError(f"{name!r} is no attribute that a report may write")
        text = name if value is True else coordinate(value)
        written.append(f' {name}="{escaped(text)}"')
    inner = "".join(_children(children))
    return Markup(f"<{tag}{''.join(written)}>{inner}</{tag}>")


def joined(parts: Iterable[Child]) -> Markup:
    """Several pieces of markup as one."""
    return Markup("".join(_children(parts)))


def coordinate(value: object) -> str:
    """Numbers with at most two decimals, so that the same chart gives the same bytes everywhere."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def _children(children: Iterable[Child | Iterable[Child]]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            yield child.text
        elif isinstance(child, str | int | float):
            yield escaped(child)
        else:
            yield from _children(child)


def drawing(
    width: float, height: float, title: str, description: str, *parts: Child | Iterable[Child]
) -> Markup:
    """A picture that scales with its place and says its finding to those who do not see it."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewbox=f"0 0 {coordinate(width)} {coordinate(height)}",
        role="img",
        aria_label=f"{title}. {description}",
        class_="chart",
    )


def mark(kind: str, x: float, y: float, size: float = 4.5) -> Markup:
    """The sign of a state: a disc is met, a triangle misses the expected level, a cross the minimum, a dash no data.

    Shape says the same as colour, for print and for those who do not see red and green.
    """
    name = f"mark state-{kind}"
    if kind == "met":
        return element("circle", cx=x, cy=y, r=size, class_=name)
    if kind == "expected_default":
        points = f"{coordinate(x)},{coordinate(y - size)} {coordinate(x + size)},{coordinate(y + size)} {coordinate(x - size)},{coordinate(y + size)}"
        return element("polygon", points=points, class_=name)
    if kind == "minimum_default":
        s = size
        path = f"M{coordinate(x - s)} {coordinate(y - s)}L{coordinate(x + s)} {coordinate(y + s)}M{coordinate(x + s)} {coordinate(y - s)}L{coordinate(x - s)} {coordinate(y + s)}"
        return element("path", d=path, class_=f"{name} cross")
    return element("line", x1=x - size, x2=x + size, y1=y, y2=y, class_=name)
