"""Which reader reads a file: by its first bytes, and by its name where they do not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import fastexcel
import polars as pl

from giao.core.log.batches import Source
from giao.core.log.csv_source import CsvSource
from giao.core.log.errors import ImportFailed, ImportNeeds, Need
from giao.core.log.frame_source import FrameSource
from giao.core.log.mapping import LogMapping
from giao.core.log.ocel.reading import is_object_log
from giao.core.log.ocel.source import ObjectSource
from giao.core.log.part import UNREADABLE
from giao.core.log.stream import ByteSource, Progress
from giao.core.log.xes_source import XesSource
from giao.core.told import told


def open_source(
    path: Path, mapping: LogMapping, progress: Progress | None = None, *, chunk: int | None = None
) -> Source:
    """A reader for a CSV, XES, Parquet, Excel or JSON lines file; CSV, XES and JSON also packed as .gz or .zip.

    `chunk`: bytes of text that CSV and XES read at once.
    """
    if not path.is_file():
        raise ImportFailed(told("log.no_file", "there is no file {path}", path=path))
    match file_format(path):
        case "parquet":
            return _parquet(path, mapping)
        case "excel":
            return _excel(path, mapping)
        case "xes":
            return XesSource(path, classifier=mapping.classifier, progress=progress, chunk=chunk)
        case "json":
            return _json_lines(path, mapping)
        case "ocel":
            return ObjectSource(path, mapping)
        case _:
            return CsvSource(
                path,
                encoding=mapping.encoding,
                delimiter=mapping.delimiter,
                null_values=mapping.null_values,
                progress=progress,
                chunk=chunk,
            )


def file_format(path: Path) -> str:
    """`csv`, `xes`, `parquet`, `excel`, `json` or `ocel`."""
    name = path.name.lower()
    with path.open("rb") as file:
        magic = file.read(8)
    if magic.startswith(b"PAR1"):
        return "parquet"
    if magic.startswith(b"\xd0\xcf\x11\xe0") or (
        magic.startswith(b"PK") and name.endswith((".xlsx", ".xlsm", ".xlsb", ".ods"))
    ):
        return "excel"
    if is_object_log(path):
        return "ocel"
    with ByteSource(path) as source:
        start = source.read(4096)
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if text.startswith((b"<?xml", b"<log", b"<!")) or re.match(rb"<\w+:log[\s>]", text):
        return "xes"
    if text.startswith(b"{") and b'"' in text[:200]:
        return "json"
    return "csv"


def _parquet(path: Path, mapping: LogMapping) -> Source:
    try:
        frame = pl.read_parquet(path, glob=False)
    except UNREADABLE as error:
        raise ImportFailed(
            told(
                "log.parquet",
                "{path} is a damaged Parquet file ({error}); fetch the file again",
                path=path,
                error=error,
            )
        ) from error
    return _framed(frame, path, mapping, "parquet")


def _excel(path: Path, mapping: LogMapping) -> Source:
    try:
        book = fastexcel.read_excel(path)
        names = book.sheet_names
        if not names:
            raise _empty(path)
        sheet = mapping.sheet or names[0]
        if sheet not in names:
            raise ImportNeeds(
                [
                    Need(
                        "sheet",
                        told(
                            "need.sheet",
                            "{path} has no sheet `{sheet}`; it has {names}",
                            path=path,
                            sheet=sheet,
                            names=", ".join(names),
                        ),
                        tuple(names),
                    )
                ]
            )
        frame = _polars(book.load_sheet(sheet, dtype_coercion="coerce").to_polars())
    except fastexcel.FastExcelError as error:
        raise ImportFailed(
            told(
                "log.excel",
                "{path} cannot be read as Excel ({error}); save it again as .xlsx or CSV",
                path=path,
                error=str(error).splitlines()[0],
            )
        ) from error
    if frame.width == 0:
        raise _empty(path)
    source = _framed(frame, path, mapping, "excel", first_line=2)
    source.detected["sheet"] = sheet
    if len(names) > 1 and mapping.sheet is None:
        source.warnings.append(
            told(
                "log.sheets",
                "the workbook has the sheets {names}; `{sheet}` was read",
                names=", ".join(names),
                sheet=sheet,
            )
        )
    return source


def _empty(path: Path) -> ImportFailed:
    return ImportFailed(
        told("log.empty", "{path} is empty; a log needs a header line and at least one event", path=path)
    )


def _polars(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that Excel holds as numbers although they are whole become whole numbers; empty ones become text."""
    whole = [
        name
        for name, dtype in frame.schema.items()
        if dtype.is_float() and bool(((frame[name] == frame[name].round()) | frame[name].is_null()).all())
    ]
    empty = [name for name, dtype in frame.schema.items() if dtype == pl.Null]
    return frame.with_columns(pl.col(whole).cast(pl.Int64, strict=False), pl.col(empty).cast(pl.String))


def _json_lines(path: Path, mapping: LogMapping) -> Source:
    with ByteSource(path) as source:
        data = source.read(1 << 31)
    try:
        frame = pl.read_ndjson(data, infer_schema_length=None)
    except UNREADABLE as error:
        raise ImportFailed(
            told("log.json", "{path} is not JSON lines (one object a line): {error}", path=path, error=error)
        ) from error
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    plain = frame.with_columns(
        pl.col(name).struct.json_encode()
        if isinstance(frame.schema[name], pl.Struct)
        else pl.col(name).cast(pl.List(pl.String)).list.join("; ")
        for name in nested
    )
    return _framed(plain, path, mapping, "json")


def _framed(
    frame: pl.DataFrame, path: Path, mapping: LogMapping, kind: str, first_line: int = 1
) -> FrameSource:
    source = FrameSource(frame, path.name, first_line=first_line, null_values=mapping.null_values)
    source.detected = {"format": kind, "columns": frame.width} | _known(source.detected)
    return source


def _known(detected: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in detected.items() if key not in ("format", "columns")}
