"""CSV and Excel files of a table: all rows that fit, the columns that are shown; no text ever runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from giao.core.report.table import safe_for_sheet
from giao.ui.table import Column, Row, Table

SLICE = 5_000
EXCEL_ROWS = 1_048_575
CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}


def export_table(table: Table, name: str, zone: ZoneInfo | None = None) -> HttpResponseBase:
    """The file that was asked for. `zone`: instants are written local to it (CSV: with offset; default UTC)."""
    place = zone or ZoneInfo("UTC")
    if table.export == "xlsx":
        return _excel(table, name, place)
    response = StreamingHttpResponse(_csv_lines(table, place), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def rows_of(table: Table) -> Iterator[Row]:
    """All rows, a slice at a time."""
    frame = table.frame.collect()
    for start in range(0, frame.height, SLICE):
        yield from frame.slice(start, SLICE).iter_rows(named=True)


def value_of(column: Column, row: Row) -> Any:
    """What a cell holds, before it is written for a reader."""
    return column.text(row) if column.text else row.get(column.name)


def filed_value(column: Column, row: Row) -> Any:
    """What a cell holds in a file."""
    return column.file(row) if column.file else value_of(column, row)


def _csv_lines(table: Table, zone: ZoneInfo) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_for_sheet(str(column.label)) for column in table.columns])
    yield "\ufeff" + out.getvalue()
    for row in rows_of(table):
        out.seek(0)
        out.truncate()
        writer.writerow([_csv_cell(column, filed_value(column, row), zone) for column in table.columns])
        yield out.getvalue()


def _csv_cell(column: Column, value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _local(value, zone).isoformat(sep=" ")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return safe_for_sheet(str(value))
    if column.kind in ("duration", "business"):
        return str(timedelta(microseconds=int(value)).total_seconds())
    return str(value)


def _excel(table: Table, name: str, zone: ZoneInfo) -> HttpResponse:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "duration": book.add_format({"num_format": "[h]:mm:ss"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
    }
    for index, column in enumerate(table.columns):
        label = str(column.label) + (f" ({zone.key})" if column.kind == "instant" else "")
        sheet.write_string(0, index, label, head)
        sheet.set_column(index, index, 20 if column.kind in ("text", "instant", "state") else 14)
    sheet.freeze_panes(1, 0)
    line = 0
    for line, row in enumerate(rows_of(table), start=1):
        if line > EXCEL_ROWS:
            break
        for index, column in enumerate(table.columns):
            _excel_cell(sheet, line, index, column, filed_value(column, row), zone, formats)
    sheet.autofilter(0, 0, max(line, 1), len(table.columns) - 1)
    book.close()
    response = HttpResponse(
        out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _excel_cell(
    sheet: Any, line: int, index: int, column: Column, value: Any, zone: ZoneInfo, formats: dict[str, Any]
) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, index, _local(value, zone).replace(tzinfo=None), formats["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(line, index, datetime.combine(value, time()), formats["day"])
    elif column.kind in ("duration", "business") and isinstance(value, int | float):
        sheet.write_number(line, index, value / 86_400_000_000, formats["duration"])
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, index, float(value), formats.get(column.kind))
    else:
        sheet.write_string(line, index, str(value).translate(CONTROL)[:32_767])


def _local(value: datetime, zone: ZoneInfo) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)
