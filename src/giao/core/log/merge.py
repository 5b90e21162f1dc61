"""Several imports as one log: cases may continue from one file to the next, and exports may overlap.

A row that an earlier import has in every column is counted once: of equal rows the log keeps as many as the import that
has the most of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from giao.core.log.arrange import StoredColumn
from giao.core.log.draft import Draft, DraftColumn
from giao.core.log.names import safe_names
from giao.core.log.part import Part, decode
from giao.core.log.values import ATTRIBUTE_TYPE, Kind, dtype_of


@dataclass(frozen=True)
class Piece:
    """One import to merge; `partial` when columns were left out, so that equal rows need not be the same row."""

    part: Part
    partial: bool


def merged_draft(pieces: Sequence[Piece], *, seq_from_source: bool) -> Draft:
    """The events of all pieces, unsorted. Columns are matched by label, core ones by name."""
    labels: dict[tuple[bool, str], list[StoredColumn]] = {}
    for piece in pieces:
        for column in piece.part.columns:
            labels.setdefault((column.core, column.name if column.core else column.label), []).append(column)
    names = safe_names(label for core, label in labels if not core)
    sizes = [piece.part.n_events for piece in pieces]
    columns = {"case": DraftColumn("case", "case", "text", "string", _cases(pieces), core=True)}
    for (core, label), stored in labels.items():
        name = label if core else names[label]
        columns[name] = _joined(name, stored, [_values(piece, core, label) for piece in pieces], sizes)
    prints = None
    if any(piece.partial for piece in pieces):
        prints = pl.concat([_occurrences(piece.part) for piece in pieces])
    files = pl.Series("file", np.repeat(np.arange(len(pieces), dtype=np.uint32), sizes))
    return Draft(columns, seq_from_source, prints, files)


def _cases(pieces: Sequence[Piece]) -> pl.Series:
    dtype = pl.Categorical(pl.Categories.random())
    parts: list[pl.Series] = []
    for piece in pieces:
        rows = np.repeat(np.arange(len(piece.part.case_ids), dtype=np.uint32), np.diff(piece.part.offsets))
        parts.append(piece.part.case_ids.cast(dtype).gather(pl.Series(rows)))
    return pl.concat(parts, rechunk=True)


def _values(piece: Piece, core: bool, label: str) -> tuple[StoredColumn, pl.Series] | None:
    for column in piece.part.columns:
        if column.core == core and (column.name if core else column.label) == label:
            coded = piece.part.coded([column.name])[column.name]
            return column, coded if column.words is None else decode(coded, column).cast(pl.String)
    return None


def _joined(
    name: str,
    stored: Sequence[StoredColumn],
    found: Sequence[tuple[StoredColumn, pl.Series] | None],
    sizes: Sequence[int],
) -> DraftColumn:
    filled = {column.kind for column, values in filter(None, found) if values.null_count() < len(values)}
    kind = _common(filled) if filled else stored[0].kind
    scale = (
        max((column.scale for column in stored if column.kind == "decimal"), default=0)
        if kind == "decimal"
        else 0
    )
    dtype = pl.Categorical(pl.Categories.random()) if kind == "text" else dtype_of(kind)
    parts: list[pl.Series] = []
    for each, size in zip(found, sizes, strict=True):
        values = _none(size) if each is None else _cast(each[1], each[0], kind, scale)
        parts.append(values.cast(dtype).alias(""))
    first = stored[0]
    return DraftColumn(
        name,
        first.label,
        kind,
        first.type if kind == first.kind else ATTRIBUTE_TYPE[kind],
        pl.concat(parts, rechunk=True),
        scale,
        core=first.core,
        hindsight=any(column.hindsight for column in stored),
        personal=any(column.personal for column in stored),
    )


def _common(kinds: set[Kind]) -> Kind:
    """The narrowest kind that holds all of them without losing a digit."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds <= {"integer", "decimal"}:
        return "decimal"
    return "float" if kinds <= {"integer", "decimal", "float"} else "text"


def _cast(values: pl.Series, column: StoredColumn, kind: Kind, scale: int) -> pl.Series:
    if values.null_count() == len(values):
        return _none(len(values))
    if kind == "decimal":
        return values * pl.Series([10 ** (scale - column.scale)], dtype=pl.Int64)
    if kind == column.kind:
        return values
    plain = decode(values, column) if column.words is None else values
    if kind == "float":
        return plain.cast(pl.Float64)
    if column.kind == "instant":
        return plain.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    if column.kind == "duration":
        return plain.dt.to_string("iso")
    return plain.cast(pl.String)


def _none(size: int) -> pl.Series:
    return pl.Series([None], dtype=pl.Null).new_from_index(0, size)


def _occurrences(part: Part) -> pl.Series:
    """How many equal rows stand before each row of its part."""
    names = [column.name for column in part.columns if column.name != "seq"]
    rows = np.repeat(np.arange(len(part.case_ids), dtype=np.uint32), np.diff(part.offsets))
    frame = part.coded(names).with_columns(pl.Series("case", rows))
    return frame.select(pl.int_range(pl.len()).over(frame.columns).cast(pl.UInt64)).to_series()
