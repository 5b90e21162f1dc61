"""What every reader yields: batches of source rows, with a way back to the line and the raw text of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.told import told

REASONS: dict[str, str] = {
    "no_case": told("reject.no_case", "the case is empty"),
    "no_activity": told("reject.no_activity", "the activity is empty"),
    "no_time": told("reject.no_time", "the time is empty"),
    "bad_time": told("reject.bad_time", "the time cannot be read"),
    "bad_start": told("reject.bad_start", "the start cannot be read"),
    "bad_recorded": told("reject.bad_recorded", "the recorded time cannot be read"),
    "bad_sequence": told("reject.bad_sequence", "the sequence is not a whole number"),
    "bad_fields": told("reject.bad_fields", "the row has more or fewer fields than the header"),
    "bad_encoding": told("reject.bad_encoding", "the text is not valid in the file's encoding"),
    "open_quote": told("reject.open_quote", "a quote that begins in the row is never closed"),
    "nul_byte": told("reject.nul_byte", "the row holds a NUL byte"),
    "duplicate": told("reject.duplicate", "the row is the same as another in every column"),
}
"""Why rows are set aside: code -> sentence."""


@dataclass(frozen=True)
class Rejected:
    """A row set aside: the line where its record ends in the source (1-based; a record number for other formats)."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True)
class Batch:
    """Some rows of a source: text columns as String, typed ones as they came, under the source's labels."""

    frame: pl.DataFrame
    rows: NDArray[np.int64]
    """Number of each row in its source, from 0: the source sequence where there is no better one."""
    raw: Callable[[Sequence[int]], list[tuple[int, str]]]
    """Line and raw text of rows given by their position in `frame`."""
    bad: list[Rejected] = field(default_factory=list)


class Source(Protocol):
    """One file that yields the same batches every time it is asked."""

    name: str
    labels: list[str]
    detected: dict[str, object]
    warnings: list[str]

    def batches(self) -> Iterator[Batch]:
        """All rows, in the order of the file."""
        ...

    def fetch(self, rows: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
        """Line and text of rows by their number, after all batches were read once."""
        ...

    def sample(self) -> pl.DataFrame:
        """The first few thousand rows."""
        ...

    def presets(self) -> Mapping[str, object]:
        """Fields of the mapping that the format itself settles (XES roles, a Parquet written by giao)."""
        ...
