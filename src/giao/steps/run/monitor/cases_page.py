"""Cases: search, filter, sort, choose columns, export; or exactly the cases behind a number. The address holds everything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giao.core.report import formats
from giao.steps.run.monitor.attributes import CaseAttribute, attributes_of, text_of
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.selection import Selection, clock_choices, selected
from giao.steps.run.monitor.words import (
    reason_words,
    role_words,
    title_of_kpi,
    value_words,
    window_words,
)
from giao.ui.export import export_table
from giao.ui.states import state_named
from giao.ui.table import Column, Filter, Kind, Row, Table, build_table
from giao.ui.templatetags.giao import language

STATES = ("open", "delivered", "cancelled", "not received")
VALUES = 40


def cases_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    ground = ground_for(request, slug)
    if ground.results is None:
        return answer(request, ground, "monitor/cases.html", {"title": _("Cases")})
    attributes = attributes_of(ground)
    selection = selected(ground, request.GET, attributes)
    table = _table(request, ground, selection, attributes)
    if table.export:
        return export_table(table, f"{ground.engagement.slug}-cases", ground.zone)
    title, lead = _heading(ground, selection, table.count)
    context = {
        "title": title,
        "lead": lead,
        "table": table,
        "selection": selection,
        "crumbs": _crumbs(ground, selection),
        "clock_choices": clock_choices(ground),
        "clock": request.GET.get("clock", ""),
        "attributes": [item for item in attributes if not item.hidden],
        "picked": _picked(request, selection, attributes),
        "masked": [
            (item.label, ground.url("unmask", {"field": item.name, "next": request.get_full_path()}))
            for item in attributes
            if item.hidden and ground.may_unmask
        ],
    }
    return answer(request, ground, "monitor/cases.html", context)


def _table(
    request: HttpRequest, ground: Ground, selection: Selection, attributes: Sequence[CaseAttribute]
) -> Table:
    states = [(state, state_named(state).word) for state in STATES]
    searched = ("case", *(item.column for item in attributes if item.kind == "text" and not item.hidden))
    sort = {"cases": "case", "members": "m_at", "counted": "m_at"}[selection.rows]
    return build_table(
        request,
        selection.frame,
        [*_columns(ground, selection), *_attribute_columns(ground, selection, attributes)],
        name="cases",
        search=searched,
        filters=[Filter("state", _("State"), states)],
        sort=sort,
        key="row",
        exportable=ground.exports,
        chips=selection.chips,
    )


def _columns(ground: Ground, selection: Selection) -> list[Column]:
    plain = selection.rows == "cases"
    own = [Column("case", _("Case"), link=lambda row: ground.case_url(row["case"]))]
    if selection.rows == "members":
        own += _member_columns(ground, selection)
    if selection.rows == "counted":
        own += [
            Column("m_at", _("Counted at"), "instant"),
            Column("m_quantity", _("Quantity"), "number"),
        ]
    return [
        *own,
        Column("state", _("State"), "state"),
        Column("received", _("Received"), "instant", shown=plain),
        Column("delivered", _("Delivered"), "instant", shown=plain),
        Column("cancelled", _("Cancelled"), "instant", shown=False),
        Column("events", _("Events"), "number", shown=False),
        Column("first_time", _("First event"), "instant", shown=False),
        Column("last_time", _("Last event"), "instant", shown=False),
    ]


def _member_columns(ground: Ground, selection: Selection) -> list[Column]:
    kpi = ground.agreement.kpis.get(selection.kpi) if ground.versions else None
    kind = getattr(kpi, "kind", "")
    timed = getattr(kpi, "clock", None) is not None or kind in ("backlog", "availability")

    def value(row: Row) -> str | None:
        found = row["m_value"]
        if found is None:
            return None
        return value_words(found, "seconds" if timed else "number")

    return [
        Column("m_role", _("Counts as"), text=lambda row: role_words(row["m_role"])),
        Column(
            "m_value",
            _("Time used") if timed else _("Value"),
            "text" if timed else "number",
            text=value if timed else None,
            shown=kind not in ("volume",),
        ),
        Column("m_at", _("Counts at"), "instant"),
        Column("m_group", _("Measured group"), shown=bool(getattr(kpi, "by", None))),
        Column(
            "m_reason",
            _("Reason"),
            text=lambda row: _reason(ground, row["m_reason"]),
            shown=kind in ("composite", "duty"),
        ),
        Column("m_instance", _("Instance"), "number", shown=False),
    ]


def _reason(ground: Ground, reason: str | None) -> str:
    """A part of a composite is named by its title, else why the case is left out."""
    if reason and ground.versions and reason in ground.agreement.kpis:
        return title_of_kpi(ground.agreement, reason)
    return reason_words(reason)


def _attribute_columns(
    ground: Ground, selection: Selection, attributes: Sequence[CaseAttribute]
) -> list[Column]:
    """Last activity, group and what targets depend on are shown; the rest when chosen."""
    schema = selection.frame.collect_schema()
    deciding = _deciding(ground)
    found = []
    for item in attributes:
        shown = item.name in ("last_activity", "group") or item.name in deciding
        text = _yes_no(item.column) if schema[item.column] == pl.Boolean else None
        kind: Kind = "text" if item.hidden else item.kind
        found.append(Column(item.column, item.label, kind, shown=shown, sortable=not item.hidden, text=text))
    return found


def _deciding(ground: Ground) -> set[str]:
    """Names in the conditions of targets: what a case must have to get one budget or another."""
    if not ground.versions:
        return set()
    conditions = [target.when for clock in ground.agreement.clocks.values() for target in clock.targets]
    return {word for condition in conditions if condition for word in re.findall(r"[^\W\d]\w*", condition)}


def _yes_no(column: str) -> Any:
    def words(row: Row) -> str | None:
        value = row.get(column)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return value  # masked

    return words


def _picked(
    request: HttpRequest, selection: Selection, attributes: Sequence[CaseAttribute]
) -> dict[str, Any] | None:
    """The attribute that the reader chose to filter by, with its most frequent values among the cases selected."""
    name = request.GET.get("pick", "")
    attribute = next((item for item in attributes if item.name == name and not item.hidden), None)
    if attribute is None:
        return None
    counted = (
        selection.frame.group_by(text_of(attribute).alias("value"))
        .len("count")
        .sort(["count", "value"], descending=[True, False], nulls_last=True)
        .collect()
    )
    return {
        "attribute": attribute,
        "values": counted.head(VALUES).to_dicts(),
        "more": max(0, counted.height - VALUES),
    }


def _heading(ground: Ground, selection: Selection, count: int) -> tuple[str, str]:
    """The title says what these rows are; the lead how many, exactly as the number that was clicked."""
    number = formats.number(count, language())
    if selection.rows == "members":
        title = title_of_kpi(ground.agreement if ground.versions else None, selection.kpi)
        when = f" · {window_words(selection.window)}" if selection.window else ""
        said = ngettext(
            "%(n)s counted row: the one that this number is made of.",
            "%(n)s counted rows: exactly those that this number is made of.",
            count,
        )
        return f"{title}{when}", said % {"n": number}
    if selection.rows == "counted":
        title = _("Charge line: %(line)s") % {"line": selection.line}
        if selection.quantity is None:
            return title, _(
                "This charge line counts no cases: its amount follows from the agreement and from facts."
            )
        quantity = formats.number(selection.quantity, language())
        said = _("%(n)s counted events, quantity %(quantity)s.") % {"n": number, "quantity": quantity}
        return title, said
    return _("Cases"), ngettext("%(n)s case.", "%(n)s cases.", count) % {"n": number}


def _crumbs(ground: Ground, selection: Selection) -> list[dict[str, Any]]:
    if selection.rows == "members":
        level = ground.url(
            "level", {"window": selection.window} if selection.window else None, kpi=selection.kpi
        )
        title = title_of_kpi(ground.agreement if ground.versions else None, selection.kpi)
        return [
            {"label": _("Service levels"), "url": ground.url("levels")},
            {"label": title, "url": level},
            {"label": _("Cases"), "url": ""},
        ]
    if selection.rows == "counted":
        statement = ground.url("statement", month=selection.month) if selection.month else None
        if statement:
            return [
                {"label": window_words(selection.month), "url": statement},
                {"label": _("Cases"), "url": ""},
            ]
    return []
