"""A log as an Excel workbook: a row an event, times in UTC, no text that runs as a formula."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from giao.core.log.errors import LogError
from giao.core.log.model import EventLog
from giao.core.log.write import plain_frame
from giao.core.told import told

MOST_ROWS = 1_048_575
"""What a sheet holds below its head."""

LONGEST_TEXT = 32_767
CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}
SLICE = 5_000


def write_excel(log: EventLog, path: Path) -> None:
    """Instants are cells of Excel's own (UTC, to the millisecond), durations hours. Row by row: memory stays flat.

    Raises LogError for more events than a sheet holds.
    """
    if log.n_events > MOST_ROWS:
        raise LogError(
            told(
                "log.too_many_rows",
                "the log has {events:,} events and an Excel sheet holds {most:,}; write CSV or Parquet",
                events=log.n_events,
                most=MOST_ROWS,
            )
        )
    frame = plain_frame(log)
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(path.parent),
        },
    )
    try:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            timedelta: book.add_format({"num_format": "[h]:mm:ss.000"}),
        }
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(frame.columns):
            sheet.set_column(place, place, 22)
            sheet.write_string(0, place, name, head)
        line = 0
        for rows in frame.iter_slices(SLICE):
            for row in rows.iter_rows():
                line += 1
                for place, value in enumerate(row):
                    _write(sheet, line, place, value, formats)
        sheet.autofilter(0, 0, max(line, 1), len(frame.columns) - 1)
    finally:
        book.close()


def _write(sheet: Any, line: int, place: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, value.replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats[date])
    elif isinstance(value, timedelta):
        sheet.write_number(line, place, value.total_seconds() / 86_400, formats[timedelta])
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, place, float(value))
    else:
        sheet.write_string(line, place, str(value).translate(CONTROL)[:LONGEST_TEXT])
