"""Numbers for case ids: those of the beginning by their place in the log, later ones as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.live.chunk import NOBODY


class Cases:
    """A code for each case id, never given twice; NOBODY stands for none."""

    def __init__(self, ids: pl.Series) -> None:
        self._ids = ids
        self._more: dict[str, int] = {}
        self._named: list[str] = []

    def codes(self, ids: Sequence[str] | pl.Series) -> npt.NDArray[np.int32]:
        """Codes of ids; new ones get one."""
        wanted = pl.Series(list(ids), dtype=pl.String) if not isinstance(ids, pl.Series) else ids
        n = len(self._ids)
        if not len(wanted):
            return np.empty(0, dtype=np.int32)
        found = np.full(len(wanted), NOBODY, dtype=np.int64)
        if n:
            at = self._ids.search_sorted(wanted).cast(pl.Int64).to_numpy()
            same = (self._ids.gather(pl.Series(np.minimum(at, n - 1))) == wanted).to_numpy() & (at < n)
            found = np.where(same, at, NOBODY)
        for place in np.flatnonzero(found == NOBODY).tolist():
            found[place] = self._new(wanted[place])
        return found.astype(np.int32)

    def names(self, codes: Sequence[int] | npt.NDArray[np.signedinteger[Any]]) -> list[str]:
        """Ids of codes."""
        n = len(self._ids)
        listed = [int(code) for code in codes]
        known = [code for code in listed if 0 <= code < n]
        told = dict(zip(known, self._ids.gather(pl.Series(known, dtype=pl.Int64)).to_list(), strict=True))
        return [told[code] if code < n else self._named[code - n] for code in listed]

    def _new(self, name: str) -> int:
        if name not in self._more:
            self._more[name] = len(self._ids) + len(self._named)
            self._named.append(name)
        return self._more[name]
