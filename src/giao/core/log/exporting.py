"""A log as a file of another kind: XES, OCEL 2.0, Parquet, CSV; with some columns masked where they are not for the reader."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from giao.core.log.errors import LogError
from giao.core.log.model import EventLog
from giao.core.told import told

FORMATS: Mapping[str, str] = {
    "xes": ".xes",
    "xes.gz": ".xes.gz",
    "ocel-json": ".ocel.json",
    "ocel-sqlite": ".sqlite",
    "parquet": ".parquet",
    "csv": ".csv",
    "xlsx": ".xlsx",
}
"""Name of the format, and how its files end."""

MASK = "•••"


def export_log(log: EventLog, path: Path, format: str) -> None:
    """Write the log to `path`. Raises LogError for a format that there is not."""
    match format:
        case "xes" | "xes.gz":
            log.to_xes(path)
        case "parquet":
            log.to_parquet(path)
        case "csv":
            log.to_csv(path)
        case "xlsx":
            from giao.core.log.write_excel import write_excel

            write_excel(log, path)
        case "ocel-json" | "ocel-sqlite":
            from giao.core.log.ocel import objects_of, write_json, write_sqlite

            (write_json if format == "ocel-json" else write_sqlite)(objects_of(log), path)
        case _:
            known = ", ".join(FORMATS)
            raise LogError(
                told(
                    "log.no_export",
                    "there is no format {format}; there are {known}",
                    format=format,
                    known=known,
                )
            )


def masked_log(log: EventLog, hidden: Collection[str]) -> EventLog:
    """The same log with every value of these columns replaced by `MASK`; what is not set stays so."""
    names = sorted(set(hidden) & set(log.columns) - {"case"})
    if not names:
        return log
    return EventLog(
        _Masked(log, frozenset(names)),
        case_ids=log.case_ids,
        offsets=log.offsets,
        activities=log.activities,
        attributes={
            name: replace(each, type="string") if name in names else each
            for name, each in log.attributes.items()
        },
        hash=hashlib.sha256(f"{log.hash} masked {' '.join(names)}".encode()).hexdigest(),
        zone=log.zone,
        source=log.source,
        personal=log.personal,
    )


class _Masked:
    """Columns of a log, some of them masked when they are read."""

    def __init__(self, log: EventLog, hidden: frozenset[str]) -> None:
        self._log, self._hidden = log, hidden

    @property
    def names(self) -> Sequence[str]:
        return [name for name in self._log.columns if name != "case"]

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        found = self._log.events(names).to_dict()
        return {name: _mask(values) if name in self._hidden else values for name, values in found.items()}


def _mask(values: pl.Series) -> pl.Series:
    there = values.is_not_null()
    return pl.select(pl.when(there).then(pl.lit(MASK)).otherwise(None).alias(values.name)).to_series()


def file_name(title: str, format: str) -> str:
    """``small-desk.xes.gz``"""
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', title).strip('-') or 'log'}{FORMATS[format]}"
