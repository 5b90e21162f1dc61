"""A log larger than memory, arranged bucket by bucket; in all that is told of it the same as one arranged in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.arrange import (
    CHUNK_EVENTS,
    MOST_WORDS,
    Arranged,
    StoredColumn,
    code_type,
    in_order,
    is_coded,
    last_only,
    stored_column,
    stored_order,
)
from giao.core.log.spill import Buckets, Spilled, SpilledColumn
from giao.core.log.stream import Progress
from giao.core.log.values import dtype_of


@dataclass
class OnDisk(Arranged):
    """Sorted rows in one file a bucket. `codes` gives the stored code of each word of a coded column."""

    files: list[Path] = field(default_factory=list)
    firsts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    """First event of each bucket, and the end."""
    dropped: tuple[NDArray[np.uint32], NDArray[np.int64]] = field(
        default_factory=lambda: (np.empty(0, np.uint32), np.empty(0, np.int64))
    )
    """Duplicates: number of the file and of the row in it."""
    words: dict[str, pl.Series] = field(default_factory=dict)
    codes: dict[str, pl.Series] = field(default_factory=dict)
    progress: Progress | None = None

    @property
    def n_events(self) -> int:
        return int(self.firsts[-1])

    def bounds(self, most: int = CHUNK_EVENTS) -> list[tuple[int, int]]:
        """As in memory, and never over the edge of a bucket."""
        cuts = [0]
        while cuts[-1] < self.n_events:
            edge = int(self.firsts[np.searchsorted(self.firsts, cuts[-1], side="right")])
            at = int(np.searchsorted(self.offsets, min(cuts[-1] + most, edge), side="right")) - 1
            end = int(self.offsets[at])
            cuts.append(end if end > cuts[-1] else int(self.offsets[at + 1]))
        return list(pairwise(cuts))

    def chunk(self, lo: int, hi: int) -> pl.DataFrame:
        """Coded columns of events lo..hi of one bucket, the case code first."""
        number = int(np.searchsorted(self.firsts, lo, side="right")) - 1
        begin = int(self.firsts[number])
        read = pl.scan_parquet(self.files[number], glob=False).slice(lo - begin, hi - lo).collect()
        first = int(np.searchsorted(self.offsets, lo, side="right")) - 1
        end = int(np.searchsorted(self.offsets, hi, side="left"))
        sizes = np.diff(self.offsets[first : end + 1])
        frame = {"case": pl.Series("case", np.repeat(np.arange(first, end, dtype=np.uint32), sizes))}
        for column in self.columns:
            frame[column.name] = self._stored(read[column.name], column)
        if self.progress is not None:
            self.progress(2 * self.n_events + hi, 3 * self.n_events)
        return pl.DataFrame(frame)

    def _stored(self, values: pl.Series, column: StoredColumn) -> pl.Series:
        if column.kind != "text":
            return values.cast(dtype_of(column.kind))
        if column.words is None:
            return self.words[column.name].gather(values) if column.name in self.words else values
        if column.name in self.codes:
            return self.codes[column.name].gather(values)
        return values.cast(pl.Enum(column.words)).to_physical().cast(code_type(len(column.words)))


class _Used:
    """The words that a text column has in the log (not those of rows left out)."""

    def __init__(self, column: SpilledColumn) -> None:
        self._words = column.words
        self._flags = np.zeros(0 if column.words is None else len(column.words), bool)
        self._texts: pl.Series | None = pl.Series([], dtype=pl.String)

    def add(self, values: pl.Series) -> None:
        if self._words is not None:
            self._flags[values.drop_nulls().to_physical().to_numpy()] = True
        elif self._texts is not None:
            self._texts = pl.concat([self._texts, values.drop_nulls().alias("")]).unique()
            if len(self._texts) > MOST_WORDS:
                self._texts = None

    def finish(self) -> tuple[pl.Series | None, pl.Series | None]:
        """The sorted words (None: too many to be coded), and the place in them of each code."""
        if self._words is None:
            return (None if self._texts is None else self._texts.sort()), None
        at = np.flatnonzero(self._flags)
        order = pl.DataFrame({"at": at, "word": self._words.gather(pl.Series(at)).cast(pl.String)}).sort(
            "word"
        )
        rank = np.zeros(len(self._flags), np.uint32)
        rank[order["at"].to_numpy()] = np.arange(len(at), dtype=np.uint32)
        return order["word"].alias("word"), pl.Series(rank)


def arrange_on_disk(
    spilled: Spilled,
    *,
    tracked: Sequence[str] | None = None,
    once: Sequence[str] = (),
    progress: Progress | None = None,
) -> OnDisk:
    """Sort, drop exact duplicates and code what was put by; the files stay in the folder of its `Spill`."""
    spill = spilled.spill
    buckets = Buckets(spilled, progress)
    used = {name: _Used(c) for name, c in spilled.columns.items() if c.kind == "text" and name != "case"}
    cases: list[pl.Series] = []
    sizes: list[NDArray[np.int64]] = []
    dropped: list[tuple[NDArray[np.uint32], NDArray[np.int64]]] = []
    paths: list[Path] = []
    firsts = [0]
    ties = unchanged = done = 0
    for draft, file, row in buckets:
        done += draft.n_rows
        found = in_order(draft, tracked, once)
        ties, unchanged = ties + found.ties, unchanged + found.unchanged
        cases.append(found.cases.alias("case"))
        sizes.append(np.diff(found.offsets))
        out = pl.Series(found.duplicates)
        dropped.append((file.gather(out).to_numpy(), row.gather(out).to_numpy()))
        columns: dict[str, pl.Series] = {}
        rows = pl.Series(found.order)
        for column in stored_order(found.draft.columns):
            values = column.values
            if column.name in used:
                used[column.name].add(values)
            if isinstance(values.dtype, pl.Categorical):
                values = values.to_physical()
            kept = last_only(values, found.order, found.offsets) if column.hindsight else values.gather(rows)
            columns[column.name] = kept.alias(column.name)
        paths.append(spill.folder / f"bucket-{len(paths):05d}.parquet")
        pl.DataFrame(columns).write_parquet(paths[-1], compression="lz4")
        firsts.append(firsts[-1] + len(found.order))
        del draft, file, row, found, columns, values, kept  # before the next bucket is read
        if progress is not None:
            progress(spill.rows + done, 3 * spill.rows)
    buckets.remove()
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
    n, stored = firsts[-1], list[StoredColumn]()
    kept_words: dict[str, pl.Series] = {}
    codes: dict[str, pl.Series] = {}
    for each in stored_order(spilled.columns):
        words = None
        if each.name in used:
            words, places = used[each.name].finish()
            if words is not None and not is_coded(each, len(words), n):
                words = None
            if words is not None and places is not None:
                codes[each.name] = places.cast(code_type(len(words)))
            elif places is not None and each.words is not None:
                kept_words[each.name] = each.words.cast(pl.String)
        stored.append(stored_column(each, words))
    return OnDisk(
        pl.concat(cases).alias("case"),
        offsets,
        stored,
        pl.Series("order", [], dtype=pl.Int64),
        ties,
        np.empty(0, np.int64),
        unchanged,
        {},
        spilled.seq_from_source,
        paths,
        np.array(firsts, np.int64),
        (np.concatenate([one for one, _ in dropped]), np.concatenate([one for _, one in dropped])),
        kept_words,
        codes,
        progress,
    )
