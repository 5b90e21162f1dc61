"""Tags of the data table (built in, like `giao`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from giao.ui.export import value_of
from giao.ui.saved_views import views_of
from giao.ui.table import Column, Row, Table
from giao.ui.templatetags import giao

register = template.Library()


@register.inclusion_tag("ui/table.html", takes_context=True)
def data_table(context: Context, table: Table) -> dict[str, Any]:
    request = context.get("request")
    return {
        "table": table,
        "request": request,
        "user": context.get("user"),
        "page_context": context.flatten(),
        "views": views_of(request, table.name) if request is not None else None,
        "identifier": f"{table.prefix}{table.name}",
    }


@register.simple_tag
def row_class(table: Table, row: Row) -> SafeString:
    found = table.row_class(row) if table.row_class else ""
    return format_html(' class="{}"', found) if found else SafeString("")


@register.simple_tag(takes_context=True)
def table_here(context: Context, table: Table, **changes: Any) -> str:
    """This page's address with choices of this table changed."""
    return giao.here(context, **{table.prefix + name: value for name, value in changes.items()})


@register.simple_tag(takes_context=True)
def cell(context: Context, column: Column, row: Row) -> SafeString | str:
    """One cell by the column's kind; everything that comes from data is escaped."""
    if column.template:
        return drawn(context, column.template, row)
    shown = _shown(context, column, value_of(column, row))
    address = column.link(row) if column.link else None
    return format_html('<a href="{}">{}</a>', address, shown) if address else shown


def drawn(context: Context, name: str, row: Row) -> SafeString:
    """A cell by its own template, which sees the page's context and `row`."""
    page = context.get("page_context") or {}
    with context.push(**page, row=row):
        return Engine.get_default().get_template(name).render(context)


@register.simple_tag(takes_context=True)
def foot_cell(context: Context, column: Column, row: Row) -> SafeString | str:
    """A cell of the last row: its value as it is, nothing where there is none."""
    value = row.get(column.name)
    return "" if value is None else _shown(context, column, value)


def _shown(context: Context, column: Column, value: Any) -> SafeString | str:
    if value is None or value == "":
        return format_html('<span class="no-data">{}</span>', "–")
    match column.kind:
        case "number":
            return giao.number(value, column.decimals)
        case "percent":
            return giao.percent(value, 1 if column.decimals is None else column.decimals)
        case "money":
            return giao.money(value, column.currency)
        case "instant":
            return giao.instant(context, value)
        case "day":
            return format_html('<time datetime="{}">{}</time>', value.isoformat(), giao.day(value))
        case "duration":
            return giao.duration(value)
        case "business":
            return giao.duration(value, business=True, day=column.day_us)
        case "state":
            return giao.state_badge(str(value))
        case "markup":
            return value if isinstance(value, SafeString) else format_html("{}", value)
    return format_html("{}", value)


@register.simple_tag(takes_context=True)
def sort_address(context: Context, table: Table, column: Column) -> str:
    """Sort by this column; once more turns the order."""
    turned = column.name == table.sort and not table.descending
    return table_here(context, table, sort=f"-{column.name}" if turned else column.name, page="")


@register.simple_tag(takes_context=True)
def without(context: Context, table: Table, names: str) -> str:
    """This page's address without these parts (separated by spaces) of its query."""
    return giao.here(context, **{table.prefix + "page": "", **dict.fromkeys(names.split(), "")})


@register.simple_tag(takes_context=True)
def hidden_table_query(context: Context, table: Table, *names: str) -> SafeString:
    """What a form of the table keeps of the address: all but what it sets itself (by default the search), and the page."""
    own = names or ("q", "page", "export", *(f"f_{one.name}" for one, _value in table.filters))
    kept = giao.hidden_query(context, *(table.prefix + name for name in own))
    return mark_safe(kept)  # noqa: S308  built of escaped parts
