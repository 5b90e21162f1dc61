"""The tables of an object-centric log beside a sealed one: kept whole, so that another flattening stays possible."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from giao.core.log.errors import LogUnreadable
from giao.core.log.ocel.model import TABLES, ObjectLog
from giao.core.log.part import sha256_of, write_text
from giao.core.told import told

ABOUT = "objects.json"


def save_objects(log: ObjectLog, folder: Path) -> None:
    """Write a Parquet file a table and `objects.json` with types and hashes, which comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for name in TABLES:
        file = folder / f"{name}.parquet"
        getattr(log, name).write_parquet(file)
        hashes[name] = sha256_of(file)
    about = {
        "giao_objects": 1,
        "sha256": hashes,
        "event_types": log.event_types,
        "object_types": log.object_types,
        "warnings": list(log.warnings),
    }
    write_text(folder / ABOUT, json.dumps(about, ensure_ascii=False, indent=1))


def open_objects(folder: Path | str) -> ObjectLog:
    """Read what `save_objects` wrote; a changed or missing file is refused (LogUnreadable)."""
    folder = Path(folder)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        tables = {}
        for name in TABLES:
            file = folder / f"{name}.parquet"
            if sha256_of(file) != about["sha256"][name]:
                raise ValueError(told("ocel.changed", "{file} was changed", file=file.name))
            tables[name] = pl.read_parquet(file, glob=False)
        return ObjectLog(
            **tables,
            event_types=about["event_types"],
            object_types=about["object_types"],
            warnings=tuple(about["warnings"]),
        )
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise LogUnreadable(
            told(
                "ocel.unreadable",
                "{folder} holds no objects that can be read: {error}",
                folder=folder,
                error=str(error),
            )
        ) from error
