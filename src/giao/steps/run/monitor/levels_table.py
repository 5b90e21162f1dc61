"""Service levels as a table: a row a service level, a column a window, the newest on the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.words import window_words
from giao.ui.sparkline import Point
from giao.ui.states import state_named
from giao.ui.table import Column, Filter, Row, Table, build_table

STATES = ("minimum_default", "expected_default", "met", "no_data")


@dataclass(frozen=True)
class LevelCell:
    """One number: what it says, its state (empty: nothing promised), and the cases behind it."""

    window: str
    text: str
    n: int
    state: str
    missing: bool
    provisional: bool
    definition: str
    interval: str
    url: str | None
    value: float | None


@dataclass(frozen=True)
class LevelRow:
    kpi: str
    title: str
    levels: str
    url: str | None
    state: str
    cells: tuple[LevelCell | None, ...]
    trend: tuple[Point, ...]


@dataclass(frozen=True)
class Section:
    """Service levels whose windows are alike (months, weeks, quarters…) share their columns."""

    windows: tuple[str, ...]
    rows: tuple[LevelRow, ...]


def level_table(request: HttpRequest, ground: Ground, section: Section, place: int) -> Table:
    """The section's table; one behind the first has its own names in the address."""
    rows = {row.kpi: row for row in section.rows}

    def drawn(part: str, index: int = 0) -> Callable[[Row], SafeString]:
        def cell(values: Row) -> SafeString:
            row = rows[values["kpi"]]
            there = row.cells[index] if part == "cell" else None
            return render_to_string(f"monitor/levels/{part}.html", {"row": row, "cell": there}, request)

        return cell

    columns = [
        Column("title", _("Service level"), "markup", head=True, text=drawn("title"), file=lambda values: values["title"]),
        *(
            Column(
                f"w{index}",
                window_words(name),
                "markup",
                numeric=True,
                text=drawn("cell", index),
                file=lambda values, index=index: values[f"w{index}"],  # type: ignore[misc]
            )
            for index, name in enumerate(section.windows)
        ),
        Column("trend", _("Trend"), "markup", sortable=False, text=drawn("trend"), file=lambda values: ""),
        Column("state", _("State"), "state", shown=False),
        Column("levels", _("Levels"), shown=False),
        Column("n", _("n in the newest window"), "number", shown=False),
    ]  # fmt: skip
    return build_table(
        request,
        _frame(section),
        columns,
        name="levels",
        search=("title",),
        filters=(Filter("state", _("State"), [(name, state_named(name).word) for name in STATES]),),
        sort="order",
        key="kpi",
        exportable=ground.exports,
        prefix=f"s{place}_" if place else "",
        css="matrix",
        row_class=lambda values: f"level-{values['state'] or 'plain'}",
    )


def _frame(section: Section) -> pl.DataFrame:
    values = {
        f"w{index}": [cell.value if (cell := row.cells[index]) else None for row in section.rows]
        for index in range(len(section.windows))
    }
    newest = [next((cell.n for cell in reversed(row.cells) if cell), None) for row in section.rows]
    return pl.DataFrame(
        {
            "kpi": [row.kpi for row in section.rows],
            "order": list(range(len(section.rows))),
            "title": [row.title for row in section.rows],
            "levels": [row.levels for row in section.rows],
            "state": [row.state for row in section.rows],
            "n": newest,
            **values,
        },
        schema_overrides={"n": pl.Int64, **dict.fromkeys(values, pl.Float64)},
    )
