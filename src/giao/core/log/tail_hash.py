"""A log with a tail: its content hash is that of an import of all its events, made when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.arrange import CHUNK_EVENTS, MOST_WORDS, Arranged, ContentHash, StoredColumn
from giao.core.log.model import Attribute, Columns, EventLog
from giao.core.log.tail_schema import TailColumn


class TailLog(EventLog):
    """An event log whose hash is computed when first read: most readings of a few cases never ask."""

    _hash: str

    def __init__(
        self,
        columns: Columns,
        schema: Mapping[str, TailColumn],
        *,
        case_ids: pl.Series,
        offsets: NDArray[np.int64],
        activities: Sequence[str],
        sequenced: bool,
        zone: str | None,
        personal: Iterable[str],
        source: Mapping[str, Any],
        known_hash: str = "",
    ) -> None:
        super().__init__(
            columns,
            case_ids=case_ids,
            offsets=offsets,
            activities=activities,
            attributes={
                column.name: Attribute(
                    column.name, column.label, column.type, column.hindsight, column.personal
                )
                for column in schema.values()
                if not column.core
            },
            hash=known_hash,
            zone=zone,
            source=source,
            personal=personal,
        )
        self._schema, self._sequenced = schema, sequenced

    @property
    def hash(self) -> str:
        """Hash of the content, the same however base and tail are cut."""
        if not self._hash:
            self._hash = arranged(self, self._schema, sequenced=self._sequenced)[1]
        return self._hash

    @hash.setter
    def hash(self, value: str) -> None:
        self._hash = value


def arranged(log: EventLog, schema: Mapping[str, TailColumn], *, sequenced: bool) -> tuple[Arranged, str]:
    """The log as an import would have arranged it, ready to be sealed with `write_part`; and its content hash."""
    columns: list[StoredColumn] = []
    coded: dict[str, pl.Series] = {}
    for column in schema.values():
        stored, values = _coded(log.events([column.name])[column.name], column, log.n_events)
        columns.append(stored)
        coded[column.name] = values
    time = log.times_us()
    ties = int((time[1:] == time[:-1]).sum())
    starts = log.offsets[1:-1]
    if len(starts):
        ties -= int((time[starts] == time[starts - 1]).sum())
    order = pl.Series("order", np.arange(log.n_events, dtype=np.int64))
    found = Arranged(
        log.case_ids, log.offsets, columns, order, ties, np.empty(0, np.int64), 0, coded, sequenced
    )
    digest = ContentHash(found)
    for lo, hi in found.bounds(CHUNK_EVENTS):
        digest.add(found.chunk(lo, hi))
    return found, digest.finish()


def _coded(values: pl.Series, column: TailColumn, n: int) -> tuple[StoredColumn, pl.Series]:
    """As `arrange` codes a column: texts by their sorted different words when these are few."""
    words = None
    if column.kind == "text":
        found = values.drop_nulls().unique().cast(pl.String).sort().alias("word")
        few = len(found) <= MOST_WORDS and (len(found) <= 256 or len(found) * 2 <= n)
        if few or column.core:
            words = found
            size = pl.UInt8 if len(found) < 255 else pl.UInt16 if len(found) < 65_535 else pl.UInt32
            values = values.cast(pl.Enum(found)).to_physical().cast(size)
        else:
            values = values.cast(pl.String)
    elif column.kind == "decimal":
        values = values.to_physical().cast(pl.Int64)
    stored = StoredColumn(
        *(column.name, column.label, column.kind, column.type, column.scale),
        *(column.core, column.hindsight, column.personal, words),
    )
    return stored, values
