"""At risk: the queue that the team lead works from, by business time to breach; and how many fall due in the next hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.report import formats
from giao.steps.run.handling.addresses import handling_url
from giao.steps.run.handling.queries import InHand, in_hand
from giao.steps.run.monitor.attributes import CaseAttribute, attributes_of
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.open_clocks import STATES, Due, Lengths, counts, due_by_hour, queue
from giao.steps.run.monitor.words import time_words, title_of_clock
from giao.ui.chart import Chart
from giao.ui.export import export_table
from giao.ui.states import state_named
from giao.ui.table import Column, Filter, Row, Table, build_table
from giao.ui.templatetags.giao import language

SHOWN = ("group", "resource", "assigned_to", "priority")


def at_risk_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    if ground.results is None:
        return answer(request, ground, "monitor/at_risk.html", {"title": _("At risk")})
    clocks = list(ground.agreement.clocks) if ground.versions else []
    clock = request.GET.get("f_clock", "")
    clock = clock if clock in clocks else ""
    state = request.GET.get("f_state", "")
    state = state if state in STATES else ""
    attributes = attributes_of(ground)
    table = _table(request, ground, attributes, clocks, clock, state)
    if table.export:
        return export_table(table, f"{ground.engagement.slug}-at-risk", ground.zone)
    found = counts(ground, clock)
    dues = due_by_hour(ground, clock)
    context = {
        "title": _("At risk"),
        "lead": _lead(found),
        "table": table,
        "numbers": [(name, found[name], _state_url(ground, name, clock)) for name in STATES],
        "chart": _chart(dues) if dues else None,
    }
    return answer(request, ground, "monitor/at_risk.html", context)


def _state_url(ground: Ground, state: str, clock: str) -> str | None:
    return ground.url("at_risk", {"f_state": state, "f_clock": clock})


def _lead(found: dict[str, int]) -> str:
    overdue, soon = found["overdue"], found["at_risk"]
    parts = [
        ngettext("%(n)s case is overdue", "%(n)s cases are overdue", overdue)
        % {"n": formats.number(overdue, language())},
        ngettext("%(n)s has used three quarters of its time", "%(n)s have used three quarters of their time", soon)
        % {"n": formats.number(soon, language())},
    ]  # fmt: skip
    return "; ".join(parts) + "."


def _table(
    request: HttpRequest,
    ground: Ground,
    attributes: Sequence[CaseAttribute],
    clocks: Sequence[str],
    clock: str,
    state: str,
) -> Table:
    agreement = ground.agreement if ground.versions else None

    def chosen(_value: str) -> pl.Expr:
        return pl.lit(True)  # `queue` has chosen already, before a case's most urgent clock was taken

    filters = [
        Filter("state", _("State"), [(name, state_named(name).word) for name in STATES], where=chosen),
        Filter("clock", _("Clock"), [(name, title_of_clock(agreement, name)) for name in clocks], where=chosen),
    ]  # fmt: skip
    hand = in_hand(ground.standing)
    searched = (
        "case",
        "in_hand",
        *(item.column for item in attributes if item.kind == "text" and not item.hidden),
    )
    return build_table(
        request,
        _with_hands(queue(ground, attributes, clock, state), hand),
        [*_columns(ground), *_hand_columns(ground), *_attribute_columns(attributes)],
        name="queue",
        search=searched,
        filters=filters,
        sort="c_left",
        key="case",
        exportable=ground.exports,
    )


def _columns(ground: Ground) -> list[Column]:
    lengths = Lengths(ground)
    agreement = ground.agreement if ground.versions else None

    def left(row: Row) -> str | None:
        return left_words(lengths, row)

    def used(row: Row) -> str | None:
        if row["c_budget"] is None:
            return None
        business, day = lengths.of(row["c_clock"], row["c_version"], row["c_target"])
        spent = time_words(row["c_used"], business=business, day=day)
        return f"{spent} / {time_words(row['c_budget'], business=business, day=day)}"

    return [
        Column("case", _("Case"), link=lambda row: ground.case_url(row["case"])),
        Column("c_left", _("Time to breach"), text=left),
        Column("c_state", _("State"), "state"),
        Column("c_due", _("Due"), "instant"),
        Column("c_clock", _("Clock"), text=lambda row: title_of_clock(agreement, row["c_clock"])),
        Column("c_used", _("Used of budget"), text=used, shown=False),
        Column("state", _("State of the case"), "state", shown=False),
        Column("received", _("Received"), "instant", shown=False),
    ]


def _with_hands(frame: pl.LazyFrame, hand: InHand) -> pl.LazyFrame:
    """Who of the reader's side has each case, and who waits for an answer about it."""
    asked = dict.fromkeys(hand.waits_for_them, "them") | dict.fromkeys(hand.waits_for_us, "us")
    cases = sorted(hand.owners.keys() | asked.keys())
    rows = {
        "case": cases,
        "in_hand": [hand.owners.get(case) for case in cases],
        "asked": [asked.get(case) for case in cases],
    }
    known = pl.LazyFrame(rows, schema=dict.fromkeys(rows, pl.String))
    return frame.with_columns(pl.col("case").cast(pl.String)).join(known, on="case", how="left")


def _hand_columns(ground: Ground) -> list[Column]:
    words = {"us": _("answer them"), "them": _("they were asked")}

    def link(row: Row) -> str:
        return handling_url(ground.engagement, row["case"], ground.standing.carried)

    return [
        Column("in_hand", _("In hand"), link=link, text=lambda row: row["in_hand"] or _("nobody yet")),
        Column("asked", _("Nudge"), link=link, text=lambda row: words.get(row["asked"])),
    ]


def left_words(lengths: Lengths, row: Row) -> str | None:
    """``in 3 h 20 min``, ``overdue by 2 business days``, ``paused with 5 h left``."""
    if row["c_left"] is None:
        return None
    business, day = lengths.of(row["c_clock"], row["c_version"], row["c_target"])
    length = time_words(abs(row["c_left"]), business=business, day=day)
    if row["c_state"] == "overdue":
        return _("overdue by %(time)s") % {"time": length}
    if row["c_state"] == "paused":
        return _("paused, %(time)s left") % {"time": length}
    return _("in %(time)s") % {"time": length}


def _attribute_columns(attributes: Sequence[CaseAttribute]) -> list[Column]:
    return [
        Column(
            item.column,
            item.label,
            "text" if item.hidden else item.kind,
            shown=item.name in SHOWN and not (item.name == "resource" and _has_owner(attributes)),
            sortable=not item.hidden,
        )
        for item in attributes
    ]


def _has_owner(attributes: Sequence[CaseAttribute]) -> bool:
    return any(item.name == "assigned_to" for item in attributes)


def _chart(dues: Sequence[Due]) -> Chart:
    """Bars by hour; the title says the fullest one."""
    labels = [f"{formats.day(due.hour.day, language(), year=False)} {due.hour.hour:02d}:00" for due in dues]
    most = max(dues, key=lambda due: due.count)
    total = sum(due.count for due in dues)
    title = (
        _("Most fall due on %(hour)s: %(n)s of %(total)s in two business days")
        % {
            "hour": labels[dues.index(most)],
            "n": formats.number(most.count, language()),
            "total": formats.number(total, language()),
        }
        if total
        else _("Nothing falls due in the next two business days")
    )
    options: dict[str, Any] = {
        "grid": {"top": 36},
        "xAxis": {"type": "category", "data": labels, "axisTick": {"show": False}},
        "yAxis": {"type": "value", "minInterval": 1, "name": _("Cases that fall due")},
        "series": [
            {"type": "bar", "name": _("Cases"), "data": [due.count for due in dues], "itemStyle": {"state": "calm"}}
        ],
    }  # fmt: skip
    rows = [[label, formats.number(due.count, language())] for label, due in zip(labels, dues, strict=True)]
    return Chart(
        name="due-hours",
        title=title,
        options=options,
        head=[_("Hour"), _("Cases that fall due")],
        rows=rows,
        description=title,
        note=_(
            "Clocks that run; a paused clock falls due later than it says. Hours of the agreement's main calendar."
        ),
    )
