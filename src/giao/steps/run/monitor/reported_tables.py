"""What the vendor reported beside what was measured, as two tables: figures, and verdicts case by case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.verdicts import Cell, Compared
from giao.ui.table import Column, Row, Table, build_table


@dataclass(frozen=True)
class FigureLine:
    """One reported figure beside ours. `difference`: reported minus measured, in words."""

    title: str
    window: str
    reported: str
    reported_n: int | None
    by: str
    source: str
    measured: str
    n: int | None
    difference: str
    url: str | None
    level_url: str | None
    reported_value: float
    measured_value: float | None


@dataclass(frozen=True)
class VerdictLine:
    title: str
    level_url: str | None
    found: Compared


def figures_table(request: HttpRequest, ground: Ground, lines: Sequence[FigureLine]) -> Table:
    def drawn(part: str) -> Callable[[Row], SafeString]:
        return lambda values: render_to_string(
            f"monitor/reported/{part}.html", {"line": lines[values["order"]]}, request
        )

    columns = [
        Column("title", _("Service level"), head=True, link=lambda values: lines[values["order"]].level_url),
        Column("window", _("Window")),
        Column("reported", _("Reported"), "markup", numeric=True, text=drawn("reported"), file=lambda values: values["reported"]),
        Column("measured", _("Measured"), "markup", numeric=True, text=drawn("measured"), file=lambda values: values["measured"]),
        Column("gap", _("Difference"), numeric=True, text=lambda values: lines[values["order"]].difference),
        Column("source", _("From")),
    ]  # fmt: skip
    frame = pl.DataFrame(
        {
            "order": list(range(len(lines))),
            "title": [line.title for line in lines],
            "window": [line.window for line in lines],
            "reported": [line.reported_value for line in lines],
            "measured": [line.measured_value for line in lines],
            "gap": [
                None if line.measured_value is None else line.reported_value - line.measured_value for line in lines
            ],
            "source": [line.source or line.by for line in lines],
        },
        schema={
            "order": pl.Int64, "title": pl.String, "window": pl.String, "reported": pl.Float64, "measured": pl.Float64,
            "gap": pl.Float64, "source": pl.String,
        },
    )  # fmt: skip
    return build_table(
        request, frame, columns, name="reported", search=("title", "window", "source"), sort="order", key="order",
        exportable=ground.exports,
    )  # fmt: skip


def verdicts_table(request: HttpRequest, ground: Ground, lines: Sequence[VerdictLine]) -> Table:
    def cell(name: str) -> Callable[[Row], Cell]:
        return lambda values: getattr(lines[values["order"]].found, name)

    def column(name: str, label: str, css: str = "") -> Column:
        find = cell(name)
        return Column(
            name,
            label,
            "number",
            css=css,
            link=lambda values: find(values).url if find(values).count else None,
        )

    columns = [
        Column("title", _("Service level"), "markup", head=True,
               text=lambda values: render_to_string("monitor/reported/verdict.html", {"line": lines[values["order"]]}, request),
               file=lambda values: values["title"]),
        column("both_met", _("Both met")),
        column("both_missed", _("Both missed")),
        column("only_we", _("Only we say met"), "differs"),
        column("only_they", _("Only they say met"), "differs"),
        column("unsaid", _("No verdict")),
        Column("agreement", _("We agree on"), "percent"),
    ]  # fmt: skip
    names = ("both_met", "both_missed", "only_we", "only_they", "unsaid")
    frame = pl.DataFrame(
        {
            "order": list(range(len(lines))),
            "title": [line.title for line in lines],
            **{name: [getattr(line.found, name).count for line in lines] for name in names},
            "agreement": [line.found.agreement for line in lines],
        },
        schema={
            "order": pl.Int64, "title": pl.String, **dict.fromkeys(names, pl.Int64), "agreement": pl.Float64,
        },
    )  # fmt: skip
    return build_table(
        request, frame, columns, name="verdicts", search=("title",), sort="order", key="order",
        exportable=ground.exports, prefix="v_",
    )  # fmt: skip
