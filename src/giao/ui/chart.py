"""A chart: its finding as a title, axes with units, the same as a table, and words for the screen reader.

`options` is what ECharts draws (plain data, no functions); the browser adds theme, format and the accessible text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Chart:
    """`name` is unique on the page (an id). `head` and `rows` are the table view: texts as the reader reads them.

    `links`: one address a category; a click on a point opens it.
    """

    name: str
    title: str
    options: dict[str, Any]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    description: str = ""
    note: str = ""
    unit: str = ""
    links: Sequence[str | None] = field(default_factory=tuple)
