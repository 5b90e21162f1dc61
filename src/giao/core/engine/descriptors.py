"""Where the cases of a sealed log are, in a few numbers: what travels to a worker in place of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.engine.analysis import Batch
from giao.core.log.errors import LogUnreadable
from giao.core.log.folder import read_manifest
from giao.core.log.part import UNREADABLE, Part
from giao.core.told import told

PIECE_EVENTS = 1_000_000
"""Events of a piece, about: a case is never cut, however long."""


@dataclass(frozen=True)
class Descriptor:
    """Events first_event .. first_event + events of one file of a sealed part: whole cases. `etag` is the file's hash
    as it was sealed; `offsets` of the cases are read from the part, beside the file."""

    folder: str
    file: str
    etag: str
    first_event: int
    """Within the file."""
    events: int
    first_case: int
    cases: int


def descriptors(folder: Path | str, *, piece_events: int = PIECE_EVENTS) -> list[Descriptor]:
    """Pieces of whole cases of a sealed log, in log order."""
    folder = Path(folder)
    place = folder / str(read_manifest(folder)["current"])
    part = Part(place)
    found: list[Descriptor] = []
    for entry in part.head["files"]:
        first, last = (int(number) for number in entry["cases"])
        begin = int(part.offsets[first])
        case = first
        while case < last:
            wanted = int(part.offsets[case]) + max(piece_events, 1)
            until = int(np.searchsorted(part.offsets, wanted, side="right")) - 1
            until = min(max(until, case + 1), last)
            at, end = int(part.offsets[case]), int(part.offsets[until])
            found.append(
                Descriptor(
                    str(place),
                    str(entry["file"]),
                    str(entry["sha256"]),
                    at - begin,
                    end - at,
                    case,
                    until - case,
                )
            )
            case = until
    return found


def read_batch(piece: Descriptor, columns: Sequence[str]) -> Batch:
    """The cases of a piece, only these columns; raises `LogUnreadable` when the part is no longer the one described."""
    part = Part(Path(piece.folder))
    known = {str(entry["file"]): str(entry["sha256"]) for entry in part.head["files"]}
    if known.get(piece.file) != piece.etag:
        raise LogUnreadable(
            told(
                "engine.changed",
                "{file} is not the file that was to be read; describe the log again",
                file=Path(piece.folder) / piece.file,
            )
        )
    by_name = {column.name: column for column in part.columns}
    names = [name for name in columns if name in by_name]
    path = Path(piece.folder) / piece.file
    try:
        scan = pl.scan_parquet(path, glob=False).select(names)
        frame = scan.slice(piece.first_event, piece.events).collect()
    except UNREADABLE as error:
        raise LogUnreadable(
            told(
                "log.damaged", "{path} is damaged ({error}); import the source again", path=path, error=error
            )
        ) from error
    offsets: NDArray[np.int64] = part.offsets[piece.first_case : piece.first_case + piece.cases + 1].astype(
        np.int64
    )
    words = {name: words.to_list() for name in names if (words := by_name[name].words) is not None}
    numbers: dict[str, NDArray[np.generic]] = {}
    for name in names:
        values = frame[name].to_physical()
        none = len(words[name]) if name in words else np.iinfo(np.int64).min
        if values.null_count():
            values = (values.cast(pl.UInt32) if name in words else values).fill_null(none)
        numbers[name] = values.to_numpy()
    return Batch(numbers, offsets - offsets[0], words, piece.first_case)
