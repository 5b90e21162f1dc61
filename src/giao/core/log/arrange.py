"""A draft into log order: sorted by (case, time, seq), exact duplicates out, texts coded by sorted dictionaries.

The order inside a case is by content, never by arrival: time, then the source sequence, and where rows of several
files are equal in both, the canonical text of the whole row. The content hash is over the sorted, coded columns, so the
same events give the same hash however files, batches and imports were cut.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Thread
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.draft import Draft, DraftColumn
from giao.core.log.mapping import AttributeType
from giao.core.log.names import CORE
from giao.core.log.values import Kind, dtype_of

MOST_WORDS = 65_535
"""A text attribute with more different values than this is stored as text, not as codes."""

CHUNK_EVENTS = 2_000_000
_QUICK_TO_SORT = 500_000
_QUICK_TO_FORESEE = 250_000
"""Rows of a first batch that let many more be expected."""
_NO_CODE = 0xFFFFFFFF
_TEXTS = 100_000
"""Texts that are joined at once: as Python strings they take several times their size."""

Column = TypeVar("Column", bound=DraftColumn)


@dataclass(frozen=True)
class StoredColumn:
    """One column of a sealed log: its meaning and how its values stand in Parquet.

    Text with `words` is an unsigned integer code into them; decimals are Int64 times 10^scale.
    """

    name: str
    label: str
    kind: Kind
    type: AttributeType
    scale: int = 0
    core: bool = False
    hindsight: bool = False
    personal: bool = False
    words: pl.Series | None = None


@dataclass
class Arranged:
    """A log in memory, ordered; `chunks` gives the coded columns in pieces of whole cases."""

    case_ids: pl.Series
    offsets: NDArray[np.int64]
    columns: list[StoredColumn]
    order: pl.Series
    ties: int
    duplicates: NDArray[np.int64]
    """Draft rows left out because another row is the same in every column."""
    unchanged: int = 0
    _values: dict[str, pl.Series] = field(default_factory=dict)
    _seq_is_content: bool = False

    @property
    def n_events(self) -> int:
        return len(self.order)

    def bounds(self, most: int = CHUNK_EVENTS) -> list[tuple[int, int]]:
        """Ranges of events of about `most` rows that never cut a case."""
        cuts = [0]
        while cuts[-1] < self.n_events:
            at = int(np.searchsorted(self.offsets, cuts[-1] + most, side="right")) - 1
            end = int(self.offsets[at])
            cuts.append(end if end > cuts[-1] else int(self.offsets[at + 1]))
        return list(pairwise(cuts))

    def chunk(self, lo: int, hi: int) -> pl.DataFrame:
        """Coded columns of events lo..hi, the case code first."""
        rows = self.order[lo:hi]
        codes = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.uint32), np.diff(self.offsets))[lo:hi]
        frame = {"case": pl.Series("case", codes)}
        for column in self.columns:
            values = self._values[column.name]
            frame[column.name] = values[lo:hi] if column.hindsight else values.gather(rows)
        return pl.DataFrame(frame)

    def empty(self, column: StoredColumn) -> pl.Series:
        """The coded column of a log without events."""
        return self._values[column.name].clear()

    def chunks(self) -> Iterator[pl.DataFrame]:
        """The whole log in order."""
        for lo, hi in self.bounds():
            yield self.chunk(lo, hi)


class ContentHash:
    """SHA-256 of a log, fed chunk by chunk; does not depend on where the chunks were cut."""

    def __init__(self, log: Arranged) -> None:
        self._log = log
        self._columns = {
            c.name: hashlib.sha256() for c in log.columns if c.name != "seq" or log._seq_is_content
        }
        self._nulls = {name: hashlib.sha256() for name in self._columns}

    def add(self, frame: pl.DataFrame) -> None:
        """The next chunk, as `Arranged.chunk` gives it."""
        for name, digest in self._columns.items():
            values = frame[name]
            if values.dtype == pl.String:
                self._nulls[name].update(
                    values.str.len_bytes().cast(pl.UInt32).fill_null(_NO_CODE).to_numpy().tobytes()
                )
                for at in range(0, len(values), _TEXTS):
                    digest.update("".join(values[at : at + _TEXTS].drop_nulls().to_list()).encode())
                continue
            if values.dtype.is_unsigned_integer():
                digest.update(_bytes(values.cast(pl.UInt32).fill_null(_NO_CODE)))
                continue
            self._nulls[name].update(_bytes(values.is_null().cast(pl.UInt8)))
            plain = values.to_physical()
            plain = plain.cast(pl.UInt8) if plain.dtype == pl.Boolean else plain
            digest.update(_bytes(plain.fill_null(0)))

    def finish(self) -> str:
        """The hash, as hexadecimal text."""
        log = self._log
        cases = hashlib.sha256()
        for at in range(0, len(log.case_ids), _TEXTS):
            cases.update(("\0" if at else "").encode())
            cases.update("\0".join(log.case_ids[at : at + _TEXTS].to_list()).encode())
        cases.update(log.offsets.tobytes())
        parts: list[object] = [["cases", cases.hexdigest()]]
        for column in sorted(log.columns, key=lambda column: column.name):
            if column.name not in self._columns:
                continue
            words = (
                hashlib.sha256("\0".join(column.words.to_list()).encode()).hexdigest()
                if column.words is not None
                else ""
            )
            parts.append(
                [
                    *(column.name, column.kind, column.scale, column.hindsight, words),
                    *(self._columns[column.name].hexdigest(), self._nulls[column.name].hexdigest()),
                ]
            )
        return hashlib.sha256(json.dumps(["giao log 1", parts]).encode()).hexdigest()


def _bytes(values: pl.Series) -> memoryview:
    """The little-endian bytes of a column without nulls, not copied."""
    return np.ascontiguousarray(values.to_numpy()).data


@dataclass
class Ordered:
    """The rows of a draft in log order, not yet coded."""

    draft: Draft
    order: NDArray[np.int64]
    offsets: NDArray[np.int64]
    cases: pl.Series
    ties: int
    duplicates: NDArray[np.int64]
    """Rows of the draft that was given, left out because another row is the same in every column."""
    unchanged: int


def in_order(draft: Draft, tracked: Sequence[str] | None = None, once: Sequence[str] = ()) -> Ordered:
    """Sort and drop exact duplicates. `tracked` (names): keep only rows that change one of these columns.

    `once`: activities that happen once a case (`shapes.unfold_snapshots` makes one for each row); the first one stays.
    """
    order, offsets, cases = _sorted(draft)
    again = _repeated(draft, order, offsets, once) if once else np.empty(0, np.int64)
    if len(again):
        order, offsets = _without(order, offsets, again)
    duplicates = _duplicates(draft, order, offsets)
    if len(duplicates):
        order, offsets = _without(order, offsets, duplicates)
    order = _settled(draft, order, offsets)
    unchanged = 0
    if tracked is not None:
        same = _unchanged(draft, order, offsets, tracked)
        unchanged = int(same.sum())
        if unchanged:
            keep = np.ones(draft.n_rows, bool)
            keep[order[same]] = False
            keep[duplicates] = False
            keep[again] = False
            draft = _filtered(draft, keep)
            order, offsets, cases = _sorted(draft)
            order = _settled(draft, order, offsets)
    time = draft["time"].to_physical().to_numpy()[order]
    ties = int((time[1:] == time[:-1]).sum()) - _equal_over_cases(time, offsets)
    return Ordered(draft, order, offsets, cases, ties, duplicates, unchanged)


def arrange(draft: Draft, *, tracked: Sequence[str] | None = None, once: Sequence[str] = ()) -> Arranged:
    """Sort, drop exact duplicates, code; takes the draft apart to save memory."""
    found = in_order(draft, tracked, once)
    draft, order = found.draft, found.order
    draft.columns["case"].values = pl.Series(
        [], dtype=pl.Null
    )  # with its dictionary the largest column of many logs
    rows = pl.Series("order", order)
    columns: list[StoredColumn] = []
    values: dict[str, pl.Series] = {}
    n = len(order)
    for column in stored_order(draft.columns):
        stored, coded = _coded(column, n)
        columns.append(stored)
        values[column.name] = last_only(coded, order, found.offsets) if column.hindsight else coded
        column.values = pl.Series([], dtype=pl.Null)
    return Arranged(
        found.cases,
        found.offsets,
        columns,
        rows,
        found.ties,
        found.duplicates,
        found.unchanged,
        values,
        draft.seq_from_source,
    )


def code_texts(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Codes (UInt32, null kept) into the sorted different texts, and these texts."""
    if isinstance(texts.dtype, pl.Categorical):
        used = texts.drop_nulls().unique()
        some = pl.DataFrame({"at": used.to_physical(), "word": used.cast(pl.String)}).sort("word")
        at = some["at"].to_numpy()
        rank = np.zeros(int(at.max()) + 1 if len(at) else 1, np.uint32)
        rank[at] = np.arange(len(at), dtype=np.uint32)
        return pl.Series(rank).gather(texts.to_physical()), some["word"]
    words = texts.drop_nulls().unique().sort().alias("word")
    places = pl.DataFrame({"word": words, "code": np.arange(len(words), dtype=np.uint32)})
    codes = pl.DataFrame({"word": texts}).join(places, on="word", how="left", maintain_order="left")["code"]
    return codes, words


def _sorted(draft: Draft) -> tuple[NDArray[np.int64], NDArray[np.int64], pl.Series]:
    codes, words = code_texts(draft["case"])
    case = codes.to_numpy()
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.bincount(case, minlength=len(words)), out=offsets[1:])
    time = np.ascontiguousarray(draft["time"].to_physical().to_numpy(), np.int64)
    seq = np.ascontiguousarray(draft["seq"].to_numpy(), np.int64)
    return _order(np.ascontiguousarray(case, np.uint32), time, seq, offsets), offsets, words


def foresee(rows: int) -> None:
    """So many rows were read, and more may come: a sort by compiled code is loaded by a thread meanwhile."""
    if rows >= _QUICK_TO_FORESEE and "numba" not in sys.modules:
        Thread(target=_load_order, name="load-order", daemon=True).start()


def _load_order() -> None:
    from giao.core.log.kernel import order_events

    nothing = np.empty(0, np.int64)
    order_events(np.empty(0, np.uint32), nothing, nothing, np.zeros(1, np.int64))


def _order(
    case: NDArray[np.uint32], time: NDArray[np.int64], seq: NDArray[np.int64], offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Row numbers by (case, time, seq). Compiled code is quicker but slow to load: a small log does not wait for it."""
    if len(case) < _QUICK_TO_SORT and "numba" not in sys.modules:
        return np.lexsort((seq, time, case))
    from giao.core.log.kernel import order_events

    order: NDArray[np.int64] = order_events(case, time, seq, offsets)
    return order


def _without(
    order: NDArray[np.int64], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order and offsets without some rows, of which none is the last of its case."""
    stay = ~np.isin(order, rows)
    before = np.zeros(len(order) + 1, np.int64)
    np.cumsum(stay, out=before[1:])
    return order[stay], before[offsets]


def _repeated(
    draft: Draft, order: NDArray[np.int64], offsets: NDArray[np.int64], once: Sequence[str]
) -> NDArray[np.int64]:
    """Rows of these activities but for the first of its case: by time, then by file, then in the source's order."""
    found: list[NDArray[np.int64]] = []
    activity = draft["activity"].cast(pl.String)
    time = draft["time"].to_physical().to_numpy()
    for name in once:
        at = np.flatnonzero((activity == name).fill_null(False).to_numpy()[order])
        rows, case = order[at], np.searchsorted(offsets, at, side="right") - 1
        file = draft.files.to_numpy()[rows] if draft.files is not None else np.zeros(len(rows), np.int64)
        ranked = np.lexsort((at, file, time[rows], case))
        first = np.diff(case[ranked], prepend=-1) > 0
        found.append(rows[ranked[~first]])
    return np.concatenate(found)


def _case_starts(offsets: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    starts = np.zeros(n, bool)
    starts[offsets[:-1][np.diff(offsets) > 0]] = True
    return starts


def _equal_over_cases(time: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Neighbours of equal time that belong to different cases."""
    starts = offsets[1:-1]
    return int((time[starts] == time[starts - 1]).sum()) if len(starts) else 0


def _tied(
    draft: Draft, order: NDArray[np.int64], offsets: NDArray[np.int64], *, by_seq: bool
) -> NDArray[np.int64]:
    """Positions of events that have the case and time (and seq) of a neighbour."""
    time = draft["time"].to_physical().to_numpy()[order]
    same = np.zeros(len(order), bool)
    same[1:] = time[1:] == time[:-1]
    if by_seq:
        seq = draft["seq"].to_numpy()[order]
        same[1:] &= seq[1:] == seq[:-1]
    same &= ~_case_starts(offsets, len(order))
    both = same.copy()
    both[:-1] |= same[1:]
    return np.flatnonzero(both)


def _content(draft: Draft, rows: NDArray[np.int64], *, with_seq: bool) -> pl.DataFrame:
    """Plain values of some draft rows, for comparing whole rows."""
    at = pl.Series(rows)
    frame = {
        name: column.values.gather(at).cast(pl.String) if column.kind == "text" else column.values.gather(at)
        for name, column in draft.columns.items()
        if name != "seq" or with_seq
    }
    if draft.fingerprint is not None:
        frame["#"] = draft.fingerprint.gather(at)
    return pl.DataFrame(frame)


def _duplicates(draft: Draft, order: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    at = _tied(draft, order, offsets, by_seq=False)
    if not len(at):
        return np.empty(0, np.int64)
    rows = order[at]
    content = _content(draft, rows, with_seq=draft.seq_from_source)
    again = ~content.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy()
    doubled: NDArray[np.int64] = rows[again]
    return doubled


def _settled(draft: Draft, order: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows equal in case, time and seq (several files, or a sequence that repeats) by their canonical text."""
    if draft.files is None and not draft.seq_from_source:
        return order
    at = _tied(draft, order, offsets, by_seq=True)
    if not len(at):
        return order
    rows = order[at]
    content = _content(draft, rows, with_seq=True).with_columns(pl.all().cast(pl.String)).fill_null("")
    keys = [name for name in content.columns if name not in ("case", "time", "seq")]
    group = np.zeros(len(at), np.int64)
    parts = content.select(pl.struct("case", "time", "seq").rle_id()).to_series().to_numpy()
    group[:] = parts
    ranked = (
        content.select(sorted(keys))
        .with_columns(pl.Series("@", group), pl.Series("row", rows))
        .sort("@", *sorted(keys))
    )
    order = order.copy()
    order[at] = ranked["row"].to_numpy()
    return order


def _unchanged(
    draft: Draft, order: NDArray[np.int64], offsets: NDArray[np.int64], tracked: Sequence[str]
) -> NDArray[np.bool_]:
    """Positions whose tracked columns are all as on the row before in the same case."""
    same = np.ones(len(order), bool)
    for name in tracked:
        column = draft.columns[name]
        values = code_texts(column.values)[0] if column.kind == "text" else column.values
        sorted_values = values.gather(pl.Series(order))
        same[1:] &= sorted_values[1:].eq_missing(sorted_values[:-1]).to_numpy()
    return same & ~_case_starts(offsets, len(order))


def _filtered(draft: Draft, keep: NDArray[np.bool_]) -> Draft:
    mask = pl.Series(keep)
    columns = {
        name: DraftColumn(**{**vars(column), "values": column.values.filter(mask)})
        for name, column in draft.columns.items()
    }
    prints = draft.fingerprint.filter(mask) if draft.fingerprint is not None else None
    files = draft.files.filter(mask) if draft.files is not None else None
    return Draft(columns, draft.seq_from_source, prints, files)


def stored_order(columns: Mapping[str, Column]) -> Iterator[Column]:
    """The columns of a log as they are stored, without the case: core ones first, then attributes as they came."""
    yield from (columns[name] for name in CORE if name in columns and name != "case")
    yield from (column for name, column in columns.items() if name not in CORE)


def is_coded(column: DraftColumn, words: int, n: int) -> bool:
    """Whether a text column with so many different words on n events is stored as codes."""
    few = words <= MOST_WORDS and (words <= 256 or words * 2 <= n)
    return few or (column.core and column.name != "case")


def code_type(words: int) -> pl.DataType:
    """The unsigned integer in which codes into so many words are stored."""
    return pl.UInt8() if words < 255 else pl.UInt16() if words < 65_535 else pl.UInt32()


def stored_column(column: DraftColumn, words: pl.Series | None) -> StoredColumn:
    """What a sealed log says of a column."""
    return StoredColumn(
        column.name,
        column.label,
        column.kind,
        column.type,
        column.scale,
        column.core,
        column.hindsight,
        column.personal,
        words,
    )


def _coded(column: DraftColumn, n: int) -> tuple[StoredColumn, pl.Series]:
    values, words = column.values, None
    if column.kind == "text":
        codes, found = code_texts(values)
        if is_coded(column, len(found), n):
            words = found
            values = codes.cast(code_type(len(found)))
        else:
            values = values.cast(pl.String)
    else:
        values = values.cast(dtype_of(column.kind))
    return stored_column(column, words), values


def last_only(values: pl.Series, order: NDArray[np.int64], offsets: NDArray[np.int64]) -> pl.Series:
    """A hindsight column in log order: the last value of each case, on its last event only."""
    n = len(order)
    there = values.is_not_null().to_numpy()[order]
    last = np.maximum.accumulate(np.where(there, np.arange(n), -1)) if n else np.empty(0, np.int64)
    ends = offsets[1:] - 1
    found = last[ends] >= offsets[:-1]
    places = np.full(n, -1, np.int64)
    places[ends[found]] = order[last[ends[found]]]
    rows = pl.Series(places)
    return values.gather(pl.select(pl.when(rows >= 0).then(rows)).to_series())
