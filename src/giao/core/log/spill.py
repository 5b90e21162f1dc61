"""Rows of an import that do not fit in memory, put by on the disk and cut into runs of whole cases.

While a file is read, what is held goes to a *unit* (a temporary Parquet file) each time that it fills its share of the
memory: texts as codes into dictionaries that stay in memory, all else as it was read. When all is read the order of
the cases is known; each unit is written once more, its rows cut by *bucket*: a range of cases, small enough to be
sorted in memory. The buckets one after the other are the log.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.draft import Draft, DraftColumn
from giao.core.log.stream import CHUNK, Progress
from giao.core.log.values import dtype_of

ROW, FILE, PRINT = "@row", "@file", "@print"
_CODE_SIZE = 300 * 2**20
"""What the process takes before it holds anything."""

LEAST_CHUNK = 2**18
_ROW_GROUP = 65_536


@dataclass(frozen=True)
class Unit:
    """Some rows on the disk, in the order in which they were read; `scales` of its decimal columns."""

    path: Path
    rows: int
    scales: Mapping[str, int]


@dataclass
class SpilledColumn(DraftColumn):
    """A column whose values are in the units; `values` is empty.

    `words`: where texts are there as codes, the text of each code, as Categorical with the same codes. `meaning`: the
    value of each code, where the texts turned out to be numbers, dates or the like.
    """

    words: pl.Series | None = None
    meaning: pl.Series | None = None


class Spill:
    """Where an import puts by what it cannot hold."""

    def __init__(self, folder: Path, memory: int) -> None:
        self.folder = folder
        room = max(memory - _CODE_SIZE, memory // 4)
        self.most_held = room // 6
        """Bytes held before they are put by. Sorting and writing them takes about three times as much again, and the
        dictionaries stay."""
        self.chunk = max(LEAST_CHUNK, min(CHUNK, room // 64))
        """Bytes of text read at once."""
        self.units: list[Unit] = []
        self.bytes = 0
        self._counts = np.zeros(0, np.int64)

    def add(self, columns: Sequence[pl.Series], scales: Mapping[str, int], case: pl.Series) -> None:
        """Put some rows by; `case` is the code of each one's case."""
        self.folder.mkdir(parents=True, exist_ok=True)
        frame = pl.DataFrame(columns)
        path = self.folder / f"unit-{len(self.units):05d}.parquet"
        frame.write_parquet(path, compression="lz4", row_group_size=_ROW_GROUP)
        self.units.append(Unit(path, frame.height, dict(scales)))
        self.bytes += int(frame.estimated_size())
        found = np.bincount(case.to_numpy(), minlength=len(self._counts))
        found[: len(self._counts)] += self._counts
        self._counts = found

    @property
    def rows(self) -> int:
        return sum(unit.rows for unit in self.units)

    def clear(self) -> None:
        """Forget everything, also on the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.units, self.bytes, self._counts = [], 0, np.zeros(0, np.int64)

    def case_counts(self, cases: int) -> NDArray[np.int64]:
        """Rows of each case, by code."""
        return np.pad(self._counts, (0, cases - len(self._counts)))

    def rows_of_bucket(self) -> int:
        """How many rows are sorted in memory at once."""
        return max(1, int(self.most_held * self.rows / max(1, self.bytes)))


@dataclass(frozen=True)
class Spilled:
    """All rows of an import on the disk, and what they mean."""

    spill: Spill
    columns: Mapping[str, SpilledColumn]
    """As in a `Draft`, the case among them."""
    seq_from_source: bool
    several_files: bool
    has_prints: bool


class Buckets:
    """The rows of a `Spilled` by ranges of cases; codes of cases are now their places in order."""

    def __init__(self, spilled: Spilled, progress: Progress | None = None) -> None:
        self._spilled = spilled
        spill, case = spilled.spill, spilled.columns["case"]
        if case.words is None:
            raise AssertionError("cases are put by as codes")
        ids = case.words.cast(pl.String)
        case.words = None  # with its dictionary the largest thing held
        order = ids.arg_sort().to_numpy()
        self._rank = np.empty(len(order), np.uint32)
        self._rank[order] = np.arange(len(order), dtype=np.uint32)
        counts = spill.case_counts(len(order))[order]
        self._cases = ids.gather(pl.Series(order))
        del ids, order
        self.first_cases = _cut(counts, spill.rows_of_bucket())
        self._places: list[tuple[Path, NDArray[np.int64]]] = []
        done = 0
        for number, unit in enumerate(spill.units):
            self._places.append(self._divide(unit, spill.folder / f"cut-{number:05d}.parquet"))
            unit.path.unlink()
            done += unit.rows
            if progress is not None:
                progress(done, 3 * spill.rows)

    def __len__(self) -> int:
        return len(self.first_cases)

    def __iter__(self) -> Iterator[tuple[Draft, pl.Series, pl.Series]]:
        """Each bucket as a draft, with the file and the row of each of its rows."""
        for number in range(len(self)):
            yield self._read(number)

    def _read(self, number: int) -> tuple[Draft, pl.Series, pl.Series]:
        parts = [
            pl.scan_parquet(path, glob=False)
            .slice(int(starts[number]), int(starts[number + 1] - starts[number]))
            .collect()
            for path, starts in self._places
            if starts[number + 1] > starts[number]
        ]
        frame = pl.concat(parts, rechunk=True)
        first = int(self.first_cases[number])
        end = int(self.first_cases[number + 1]) if number + 1 < len(self) else len(self._cases)
        cases = coded_in_order(self._cases[first:end])
        return self._draft(frame, (frame["case"] - first).cat.to(cases.dtype)), frame[FILE], frame[ROW]

    def remove(self) -> None:
        """Delete what is no longer needed once all buckets were read."""
        for path, _ in self._places:
            path.unlink(missing_ok=True)

    def _divide(self, unit: Unit, path: Path) -> tuple[Path, NDArray[np.int64]]:
        """One unit once more, by bucket, its columns now of the types that they turned out to have."""
        frame = pl.read_parquet(unit.path, glob=False)
        case = self._rank[frame["case"].to_numpy()]
        bucket = np.searchsorted(self.first_cases, case, side="right") - 1
        columns: dict[str, pl.Series] = {}
        for name, column in self._spilled.columns.items():
            if name == "case":
                columns[name] = pl.Series(case)
            elif name in frame.columns:
                columns[name] = _meant(frame[name], column, unit.scales.get(name, 0))
            else:  # turned up in a later unit
                columns[name] = pl.Series([None], dtype=_stored_type(column)).new_from_index(0, frame.height)
        columns |= {name: frame[name] for name in (ROW, FILE, PRINT) if name in frame.columns}
        order = np.argsort(bucket, kind="stable")
        del frame
        divided = pl.DataFrame(columns)[pl.Series(order)]
        del columns
        divided.write_parquet(path, compression="lz4", row_group_size=_ROW_GROUP)
        starts = np.searchsorted(bucket[order], np.arange(len(self) + 1)).astype(np.int64)
        return path, starts

    def _draft(self, frame: pl.DataFrame, cases: pl.Series) -> Draft:
        columns: dict[str, DraftColumn] = {}
        for name, column in self._spilled.columns.items():
            values = frame[name]
            if name == "case":
                values = cases
            elif column.kind == "text" and column.words is not None:
                values = values.cat.to(column.words.dtype)
            columns[name] = DraftColumn(
                name,
                column.label,
                column.kind,
                column.type,
                values,
                column.scale,
                column.core,
                column.hindsight,
                column.personal,
            )
        several, prints = self._spilled.several_files, self._spilled.has_prints
        return Draft(
            columns,
            self._spilled.seq_from_source,
            frame[PRINT] if prints else None,
            frame[FILE] if several else None,
        )


def _stored_type(column: SpilledColumn) -> pl.DataType:
    if column.kind == "text":
        return pl.String() if column.words is None else pl.UInt32()
    return dtype_of(column.kind)


def _meant(values: pl.Series, column: SpilledColumn, scale: int) -> pl.Series:
    """The values of one unit as they are meant: other words, another type, the common number of decimals."""
    if column.meaning is not None:
        found: pl.Series = column.meaning.gather(values)
        return found
    if column.kind == "decimal" and scale < column.scale:
        scaled: pl.Series = values * 10 ** (column.scale - scale)
        return scaled
    return values


def coded_in_order(words: pl.Series) -> pl.Series:
    """Different texts as Categorical whose codes are their places."""
    coded = words.cast(pl.Categorical(pl.Categories.random()))
    if len(coded) and int(coded.to_physical()[-1]) != len(coded) - 1:
        raise AssertionError("the words of a dictionary must differ")
    return coded


def _cut(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """First case of each bucket: ranges of cases with at most so many rows, or of one case."""
    before = np.concatenate([[0], np.cumsum(counts)])
    firsts = [0]
    while True:
        begin = firsts[-1]
        end = int(np.searchsorted(before, before[begin] + most, side="right")) - 1
        end = max(end, begin + 1)
        if end >= len(counts):
            return np.array(firsts, np.int64)
        firsts.append(end)
