"""Columns on their way into a sealed log: collected, typed, not yet sorted."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from giao.core.log.mapping import AttributeType
from giao.core.log.values import Kind


@dataclass
class DraftColumn:
    """One column: text as Categorical over its own categories or String, decimals as Int64 times 10^scale."""

    name: str
    label: str
    kind: Kind
    type: AttributeType
    values: pl.Series
    scale: int = 0
    core: bool = False
    hindsight: bool = False
    personal: bool = False


@dataclass
class Draft:
    """Events of an import in arrival order. Every log has the columns case, activity, time and seq.

    `seq_from_source`: the order among equal times is the source's own sequence column and part of the content;
    otherwise `seq` is the row number in its file. `fingerprint`: a hash of the whole source row, kept only when
    columns are left out, so that a duplicate means the same in *all* columns.
    """

    columns: dict[str, DraftColumn]
    seq_from_source: bool = False
    fingerprint: pl.Series | None = None
    files: pl.Series | None = None
    """Code of the file of each row, when there are several."""

    def __getitem__(self, name: str) -> pl.Series:
        return self.columns[name].values

    @property
    def n_rows(self) -> int:
        return len(self.columns["time"].values)
