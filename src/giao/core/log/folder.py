"""The sealed log folder: imports side by side, and a manifest that says which part is the log now.

    manifest.json       the log as it stands: current part, imports with source files and hashes, decisions
    imports/0001/       one import: its part, its mapping.json and its rejected.csv
    merged/<hash>/      the part made of several imports, when there are several

A folder appears by one rename, and changes by one rename of its manifest; whatever a killed process left is either the
old state or the new one, never a mixture. Left-over temporary folders of dead processes are swept by the next writer.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.arrange import StoredColumn
from giao.core.log.errors import ImportFailed, LogUnreadable
from giao.core.log.model import Attribute, Columns, EventLog, Stored
from giao.core.log.part import Part, decode, flush, shown_type, write_text
from giao.core.processes import lives
from giao.core.told import told

MANIFEST = "manifest.json"
_MARK = ".giao-tmp-"


def open_log(folder: Path | str, *, verify: bool = False) -> EventLog:
    """Open a sealed log; `verify` compares every file with its recorded hash first."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    part = Part(folder / str(manifest["current"]))
    if part.hash != manifest["hash"]:
        raise LogUnreadable(
            told(
                "log.other_content",
                "{folder} names content {named} but holds {hash}; import again",
                folder=folder,
                named=str(manifest["hash"])[:12],
                hash=part.hash[:12],
            )
        )
    if verify:
        part.verify()
    log = log_of(part, zone=manifest.get("zone"), source=manifest)
    log.folder = folder
    return log


def is_log_folder(path: Path) -> bool:
    """Whether a path is a sealed log."""
    return (path / MANIFEST).is_file()


def log_of(part: Part, *, zone: str | None, source: Mapping[str, Any]) -> EventLog:
    """The log that a part holds."""
    by_name = {column.name: column for column in part.columns}

    def read(names: Sequence[str]) -> Mapping[str, pl.Series]:
        return {values.name: decode(values, by_name[values.name]) for values in part.coded(names)}

    def pick(names: Sequence[str], rows: NDArray[np.int64]) -> Mapping[str, pl.Series] | None:
        found = part.picked(names, rows)
        return None if found is None else {v.name: decode(v, by_name[v.name]) for v in found}

    def pieces(name: str) -> Iterator[pl.Series]:
        return (decode(frame[name], by_name[name]) for frame in part.pieces([name]))

    types = {name: shown_type(column) for name, column in by_name.items()}
    columns = Stored(list(by_name), read, pick, types, pieces)
    return log_of_columns(
        columns, part.columns, part.case_ids, part.offsets, hash=part.hash, zone=zone, source=source
    )


def log_of_columns(
    columns: Columns,
    stored: Sequence[StoredColumn],
    case_ids: pl.Series,
    offsets: NDArray[np.int64],
    *,
    hash: str,
    zone: str | None,
    source: Mapping[str, Any],
) -> EventLog:
    """A log over arranged columns, wherever they are kept."""
    words = next((column.words for column in stored if column.name == "activity"), None)
    return EventLog(
        columns,
        case_ids=case_ids.alias("case"),
        offsets=offsets,
        activities=words.to_list() if words is not None else [],
        attributes={
            column.name: Attribute(column.name, column.label, column.type, column.hindsight, column.personal)
            for column in stored
            if not column.core
        },
        hash=hash,
        zone=zone,
        source=source,
        personal=[column.name for column in stored if column.personal],
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sealed folder; raises `LogUnreadable` with what to do."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise LogUnreadable(told("log.no_folder", "there is no log folder {folder}", folder=folder))
    if not path.is_file():
        raise LogUnreadable(
            told(
                "log.not_sealed",
                "{folder} is not a sealed log (it has no {manifest}); make one with `giao import FILE "
                "{folder}`",
                folder=folder,
                manifest=MANIFEST,
            )
        )
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LogUnreadable(
            told(
                "log.damaged", "{path} is damaged ({error}); import the source again", path=path, error=error
            )
        ) from error
    if not isinstance(data, dict) or "current" not in data:
        raise LogUnreadable(
            told("log.no_manifest", "{path} is not a manifest of a log; import the source again", path=path)
        )
    return data


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Replace the manifest in one step."""
    fresh = folder / f"{MANIFEST}{_MARK}{os.getpid()}"
    write_text(fresh, json.dumps(manifest, ensure_ascii=False, indent=1))
    fresh.replace(folder / MANIFEST)
    flush(folder)


def temporary_name(name: str) -> str:
    """A name that marks a folder as unfinished work of this process; `sweep` clears it once the process is gone."""
    return f"{name}{_MARK}{os.getpid()}-{secrets.token_hex(4)}"


@contextmanager
def staged(destination: Path, *, replace: bool = False) -> Iterator[Path]:
    """A temporary folder beside `destination` that becomes it by a rename when the block ends well."""
    destination = Path(destination)
    parent = destination.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    if destination.exists() and not replace and (not destination.is_dir() or any(destination.iterdir())):
        what = (
            told("word.sealed_log", "a sealed log")
            if is_log_folder(destination)
            else told("word.in_use", "in use")
        )
        raise ImportFailed(
            told(
                "log.already",
                "{destination} is already {what}; choose another folder, append to it, or replace it",
                destination=destination,
                what=what,
            )
        )
    if destination.exists() and replace and not is_log_folder(destination) and any(destination.iterdir()):
        raise ImportFailed(
            told(
                "log.left_alone",
                "{destination} is not a sealed log and is left alone; choose another folder",
                destination=destination,
            )
        )
    stage = parent / temporary_name(destination.name)
    stage.mkdir()
    try:
        yield stage
        flush(stage)
        if destination.exists():
            old = parent / temporary_name(destination.name)
            destination.rename(old)
            stage.rename(destination)
            shutil.rmtree(old)
        else:
            stage.rename(destination)
        flush(parent)
    finally:
        if stage.exists():
            shutil.rmtree(stage, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove temporary folders and files that a dead process left here."""
    for left in folder.glob(f"*{_MARK}*"):
        owner = left.name.split(_MARK)[1].split("-")[0]
        if owner.isdigit() and not lives(int(owner)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
