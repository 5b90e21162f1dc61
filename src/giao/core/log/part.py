"""A sealed part on disk: a folder that is complete or not there.

part.json           columns, counts, content hash, files with rows and sha256
cases.parquet       case ids in code order
offsets.npy         int64[n_cases + 1], events before each case
words.parquet       dictionaries of the coded columns: (column, word), in code order
events-0000.parquet whole cases, sorted by (case, time, seq), integer-coded, zstd
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.arrange import Arranged, ContentHash, StoredColumn
from giao.core.log.errors import LogUnreadable
from giao.core.log.times import INSTANT
from giao.core.log.values import dtype_of
from giao.core.told import told

FORMAT = 1
UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What damaged Parquet raises; a panic is no `Exception`."""

_ROW_GROUP = 500_000


def write_part(log: Arranged, folder: Path) -> str:
    """Write an arranged log into an empty folder, everything flushed to disk; returns its content hash."""
    folder.mkdir(parents=True)
    digest = ContentHash(log)
    files: list[dict[str, object]] = []
    with ThreadPoolExecutor(1) as hashing:
        waiting = None
        for number, (lo, hi) in enumerate(log.bounds() or [(0, 0)]):
            frame = log.chunk(lo, hi)
            if waiting is not None:
                waiting.result()
            waiting = hashing.submit(digest.add, frame)
            name = f"events-{number:04d}.parquet"
            frame.write_parquet(folder / name, compression="zstd", row_group_size=_ROW_GROUP)
            first, last = np.searchsorted(log.offsets, [lo, hi], side="right") - 1
            files.append(
                {
                    "file": name,
                    "rows": hi - lo,
                    "cases": [int(first), int(last)],
                    "sha256": sha256_of(folder / name),
                }
            )
        if waiting is not None:
            waiting.result()
    log.case_ids.alias("case").to_frame().write_parquet(folder / "cases.parquet", compression="zstd")
    buffer = io.BytesIO()
    np.save(buffer, log.offsets)
    (folder / "offsets.npy").write_bytes(buffer.getvalue())
    coded = [column for column in log.columns if column.words is not None]
    words = [
        pl.DataFrame({"column": [c.name] * len(c.words), "word": c.words})
        for c in coded
        if c.words is not None
    ]
    none = pl.DataFrame(schema={"column": pl.String, "word": pl.String})
    pl.concat([none, *words]).write_parquet(folder / "words.parquet", compression="zstd")
    content = digest.finish()
    head = {
        "giao_log": FORMAT,
        "hash": content,
        "cases": len(log.case_ids),
        "events": log.n_events,
        "ties": log.ties,
        "columns": [_described(column) for column in log.columns],
        "seq_is_content": log._seq_is_content,
        "files": files,
        "small": {
            name: sha256_of(folder / name) for name in ("cases.parquet", "offsets.npy", "words.parquet")
        },
    }
    write_text(folder / "part.json", json.dumps(head, ensure_ascii=False, indent=1))
    for file in folder.iterdir():
        flush(file)
    flush(folder)
    return content


class Part:
    """A sealed part, columns read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.head: Mapping[str, Any] = json.loads((folder / "part.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LogUnreadable(
                told(
                    "log.no_part",
                    "{folder} is not a sealed log part ({error}); import the source again",
                    folder=folder,
                    error=error,
                )
            ) from error
        if self.head.get("giao_log") != FORMAT:
            raise LogUnreadable(
                told(
                    "log.format",
                    "{folder} was written in format {written}, this version reads {format}",
                    folder=folder,
                    written=self.head.get("giao_log"),
                    format=FORMAT,
                )
            )
        words = self._small("words.parquet")
        by_column = {str(key[0]): part["word"] for key, part in words.group_by("column", maintain_order=True)}
        self.columns = [_column(entry, by_column) for entry in self.head["columns"]]
        self.case_ids: pl.Series = self._small("cases.parquet")["case"].alias("case")
        try:
            self.offsets: NDArray[np.int64] = np.load(folder / "offsets.npy")
        except (OSError, ValueError) as error:
            raise LogUnreadable(
                told(
                    "log.damaged",
                    "{path} is damaged ({error}); import the source again",
                    path=folder / "offsets.npy",
                    error=error,
                )
            ) from error
        self.hash = str(self.head["hash"])
        self.n_events = int(self.head["events"])

    def _small(self, name: str) -> pl.DataFrame:
        try:
            return pl.read_parquet(self.folder / name)
        except UNREADABLE as error:
            raise LogUnreadable(
                told(
                    "log.part_missing",
                    "{path} is missing or damaged ({error}); import the source again",
                    path=self.folder / name,
                    error=error,
                )
            ) from error

    def coded(self, names: Sequence[str]) -> pl.DataFrame:
        """Columns as they are stored."""
        # One frame of several row groups stays in pieces otherwise, and whoever takes the numbers copies them each time.
        return pl.concat(self.pieces(names)).rechunk()

    def pieces(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The same in pieces of whole cases, one after another."""
        files = [self.folder / str(entry["file"]) for entry in self.head["files"]]
        # Many threads on one file cost more than they save where there are many files.
        parallel: Literal["auto", "none"] = "auto" if len(files) < 2 else "none"
        for file in files:
            yield self._piece(file, names, parallel)

    def _piece(self, file: Path, names: Sequence[str], parallel: Literal["auto", "none"]) -> pl.DataFrame:
        try:
            return pl.read_parquet(file, columns=list(names), glob=False, parallel=parallel)
        except UNREADABLE as error:
            raise LogUnreadable(
                told(
                    "log.damaged",
                    "{path} is damaged ({error}); import the source again",
                    path=self.folder,
                    error=error,
                )
            ) from error

    def picked(self, names: Sequence[str], rows: NDArray[np.int64]) -> pl.DataFrame | None:
        """Some rows (ascending) of some columns, reading only the row groups that hold them; None when these are most."""
        groups: list[tuple[str, int, int]] = []
        starts: list[int] = []
        before = 0
        for entry in self.head["files"]:
            for at in range(0, int(entry["rows"]), _ROW_GROUP):
                groups.append((str(entry["file"]), at, min(_ROW_GROUP, int(entry["rows"]) - at)))
                starts.append(before + at)
            before += int(entry["rows"])
        if len(groups) < 2:
            return None
        first = np.array(starts, dtype=np.int64)
        group = np.searchsorted(first, rows, side="right") - 1
        touched = np.unique(group)
        if len(touched) * 2 > len(groups):
            return None
        parts = []
        for each in touched.tolist():
            file, at, size = groups[each]
            path = self.folder / file
            try:
                chunk = pl.scan_parquet(path, glob=False).select(names).slice(at, size).collect()
            except UNREADABLE as error:
                raise LogUnreadable(
                    told(
                        "log.damaged",
                        "{path} is damaged ({error}); import the source again",
                        path=path,
                        error=error,
                    )
                ) from error
            parts.append(chunk[pl.Series(rows[group == each] - first[each])])
        return pl.concat(parts, rechunk=True)

    def verify(self) -> None:
        """Compare every file with its recorded hash; raises `LogUnreadable` on the first that differs."""
        entries = {str(entry["file"]): str(entry["sha256"]) for entry in self.head["files"]} | dict(
            self.head["small"]
        )
        for name, expected in entries.items():
            if not (self.folder / name).is_file() or sha256_of(self.folder / name) != expected:
                raise LogUnreadable(
                    told(
                        "log.not_as_sealed",
                        "{path} is not what was sealed; import the source again",
                        path=self.folder / name,
                    )
                )


def decode(values: pl.Series, column: StoredColumn) -> pl.Series:
    """Stored values as the log shows them: Enum for coded text, Decimal for scaled integers."""
    if column.words is not None:
        coded: pl.Series = values.cat.to(pl.Enum(column.words))
        return coded.alias(column.name)
    if column.kind == "decimal":
        exact: pl.Series = values.cast(pl.Decimal(38, column.scale)) / 10**column.scale
        return exact.cast(pl.Decimal(38, column.scale)).alias(column.name)
    if column.kind == "instant":
        return values.cast(INSTANT).alias(column.name)
    return values.alias(column.name)


def shown_type(column: StoredColumn) -> pl.DataType:
    """The type of a column as the log shows it."""
    if column.words is not None:
        return pl.Enum(column.words)
    return pl.Decimal(38, column.scale) if column.kind == "decimal" else dtype_of(column.kind)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a small text file and flush it to disk."""
    path.write_text(text, encoding="utf-8")
    flush(path)


def flush(path: Path) -> None:
    """fsync of a file or a folder (Windows has none for folders)."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _described(column: StoredColumn) -> dict[str, object]:
    return {
        "name": column.name,
        "label": column.label,
        "kind": column.kind,
        "type": column.type,
        "scale": column.scale,
        "core": column.core,
        "hindsight": column.hindsight,
        "personal": column.personal,
        "coded": column.words is not None,
    }


def _column(entry: Mapping[str, Any], words: Mapping[str, pl.Series]) -> StoredColumn:
    fields = {key: value for key, value in entry.items() if key != "coded"}
    empty = pl.Series("word", [], dtype=pl.String)
    return StoredColumn(**fields, words=words.get(str(entry["name"]), empty) if entry["coded"] else None)
