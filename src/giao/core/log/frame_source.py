"""A data frame as a source: what Parquet and Excel readers hand over, and what a notebook already holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.batches import Batch

SAMPLE_ROWS = 20_000


class FrameSource:
    """Rows of a frame; lines are counted from 1 for the first row, plus `first_line` - 1 for rows above it."""

    def __init__(
        self, frame: pl.DataFrame, name: str, *, first_line: int = 1, null_values: Sequence[str] | None = None
    ) -> None:
        self.name, self.warnings = name, list[str]()
        self.null_values: list[str] | None = None if null_values is None else list(null_values)
        self._first_line = first_line
        self._frame = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
        self.labels = frame.columns
        self.detected: dict[str, object] = {"format": "frame", "columns": frame.width}

    def presets(self) -> Mapping[str, object]:
        return {}

    def sample(self) -> pl.DataFrame:
        return self._cleaned(self._frame.head(SAMPLE_ROWS))

    def batches(self) -> Iterator[Batch]:
        yield Batch(self._cleaned(self._frame), np.arange(self._frame.height, dtype=np.int64), self._raw)

    def fetch(self, rows: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
        yield from self._raw([int(at) for at in rows])

    def _cleaned(self, frame: pl.DataFrame) -> pl.DataFrame:
        nulls = ["", *(self.null_values or ())]
        return frame.with_columns(pl.col(pl.String).replace(nulls, [None] * len(nulls)))

    def _raw(self, positions: Sequence[int]) -> list[tuple[int, str]]:
        return [(self._first_line + at, row_text(self._frame.row(at, named=True))) for at in positions]


def row_text(row: Mapping[str, object]) -> str:
    """A row without text of its own, as JSON."""
    return json.dumps(
        {key: value for key, value in row.items() if value is not None}, ensure_ascii=False, default=str
    )
