"""The values of one column as they come in, batch by batch."""

from __future__ import annotations

import numpy as np
import polars as pl

from giao.core.log.values import Kind, Typed, dtype_of

_MANY_WORDS = 0.5


class TextColumn:
    """Texts of one column, dictionary-coded over all batches unless nearly every value is new (`coded`: also then)."""

    def __init__(self, *, coded: bool = False) -> None:
        self._coded = coded
        self._dtype: pl.DataType = pl.Categorical(pl.Categories.random())
        self._parts: list[pl.Series] = []
        self._keeper = pl.Series([], dtype=self._dtype)  # a dictionary goes with the last series of its type
        self._begun, self._size = False, 0

    def add(self, texts: pl.Series) -> int:
        """Append a batch of texts (any type, null where not set); returns the bytes that it takes."""
        part = texts.cast(pl.String).cast(self._dtype)
        first = not self._begun and len(part) > 10_000 and not self._coded
        if first and part.n_unique() > _MANY_WORDS * len(part):
            self._dtype = pl.String()
            part = texts.cast(pl.String)
        self._parts.append(part)
        self._begun = True
        return int(part.estimated_size())

    def take(self) -> pl.Series:
        """The texts so far as codes (or texts); they are then forgotten, their dictionary is not."""
        part = self.finish()
        if part.dtype == pl.String:
            return part
        codes = part.to_physical()
        most = codes.max()
        self._size = max(self._size, int(most) + 1 if isinstance(most, int) else 0)
        return codes

    def words(self) -> pl.Series | None:
        """The text of each code that was ever taken; None where texts are not coded."""
        if self._dtype == pl.String:
            return None
        return pl.Series(np.arange(self._size, dtype=np.uint32)).cat.to(self._dtype)

    def finish(self) -> pl.Series:
        """All texts, as Categorical or String."""
        whole = joined(self._parts, self._dtype)
        self._parts = []
        return whole


class TypedColumn:
    """Values of one column that is not text; `failed` once a value did not bear the reading."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.failed = kind, False
        self._parts: list[tuple[pl.Series, int]] = []

    def add(self, typed: Typed) -> int:
        """Append a batch; returns the bytes that it takes."""
        if typed.failed:
            self.failed = True
            self._parts = []
        if self.failed:
            return 0
        self._parts.append((typed.values, typed.scale))
        return int(typed.values.estimated_size())

    def finish(self) -> tuple[pl.Series, int]:
        """All values (since the last time) and their common scale."""
        scale = max((scale for _, scale in self._parts), default=0)
        parts = [part * 10 ** (scale - own) if own < scale else part for part, own in self._parts]
        self._parts = []
        return joined(parts, dtype_of(self.kind)), scale


def joined(parts: list[pl.Series], dtype: pl.DataType) -> pl.Series:
    if not parts:
        return pl.Series([], dtype=dtype)
    return pl.concat([part.cast(dtype).alias("") for part in parts], rechunk=True)
