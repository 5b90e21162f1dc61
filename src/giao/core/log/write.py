"""A log out again: CSV, Parquet and XES."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, cast
from xml.sax.saxutils import quoteattr

import polars as pl

from giao.core.log.model import EventLog
from giao.core.log.names import CORE

_ISO = "%Y-%m-%dT%H:%M:%S%.6fZ"
_FORMULA = r"^[=+\-@\t\r]"

XES_KEYS = {
    "activity": "concept:name",
    "time": "time:timestamp",
    "lifecycle": "lifecycle:transition",
    "resource": "org:resource",
    "group": "org:group",
    "role": "org:role",
    "cost": "cost:total",
    "start": "start_timestamp",
    "recorded": "recorded",
}


def plain_frame(log: EventLog) -> pl.DataFrame:
    """The events with case ids as text and the source's own labels for attributes."""
    frame = log.events()
    ids = log.case_ids.gather(frame["case"]).alias("case")
    labels = {name: each.label if each.label not in CORE else name for name, each in log.attributes.items()}
    return frame.with_columns(ids).rename(labels, strict=False)


def write_csv(log: EventLog, path: Path) -> None:
    """UTF-8, comma, times in UTC. Text that looks like a formula is written with a leading apostrophe."""
    frame = plain_frame(log)
    text = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Enum, pl.Categorical)]
    cells = frame.with_columns(pl.col(text).cast(pl.String)).with_columns(
        pl.when(pl.col(text).str.contains(_FORMULA))
        .then(pl.lit("'") + pl.col(text))
        .otherwise(pl.col(text))
        .name.keep()
    )
    times = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    spans = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Duration)]
    cells = cells.with_columns(pl.col(times).dt.strftime(_ISO), pl.col(spans).dt.to_string("iso"))
    header = {name: "'" + name for name in cells.columns if name[:1] in "=+-@\t\r"}
    cells.rename(header).write_csv(path)


def write_parquet(log: EventLog, path: Path) -> None:
    """One file, case ids and texts in the clear, attributes under their labels."""
    plain_frame(log).write_parquet(path, compression="zstd")


def write_xes(log: EventLog, path: Path) -> None:
    """XES 1.0 with the standard extensions; `seq` is not written, the order of events carries it."""
    frame = log.events()
    keys = dict(XES_KEYS) | {name: each.label for name, each in log.attributes.items()}
    columns = {
        name: (_tag(frame.schema[name]), quoteattr(keys[name]), _texts(frame[name]))
        for name in frame.columns
        if name not in ("case", "seq")
    }
    with _opened(path) as file:
        file.write(_HEAD.encode())
        for code, case_id in enumerate(log.case_ids):
            parts = [f'<trace>\n<string key="concept:name" value={_attr(case_id)}/>\n']
            for at in range(int(log.offsets[code]), int(log.offsets[code + 1])):
                parts.append("<event>\n")
                for tag, key, texts in columns.values():
                    text = texts[at]
                    if text is not None:
                        parts.append(f"<{tag} key={key} value={_attr(text)}/>\n")
                parts.append("</event>\n")
            parts.append("</trace>\n")
            file.write("".join(parts).encode())
        file.write(b"</log>\n")


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "wb")) if path.suffix == ".gz" else path.open("wb")


def _attr(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _tag(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Datetime | pl.Date):
        return "date"
    if dtype.is_integer():
        return "int"
    if dtype.is_float() or dtype.is_decimal():
        return "float"
    return "boolean" if dtype == pl.Boolean else "string"


def _texts(values: pl.Series) -> list[str | None]:
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime):
        values = values.dt.strftime(_ISO)
    elif isinstance(dtype, pl.Duration):
        values = values.dt.to_string("iso")
    return values.cast(pl.String).to_list()


_EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
    ("Cost", "cost"),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
    + "".join(
        f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for name, prefix in _EXTENSIONS
    )
    + '<classifier name="Activity" keys="concept:name"/>\n'
)
