"""Whether numbers told as floats add up exactly, whatever other numbers stand beside them in the log.

A whole reading turns a column of floats into integers over one power of ten, the shortest that holds them all, and
rounds what does not fit (`kpis/statistics.as_integers`). Where nothing is rounded, a part of the column gives the same
numbers as the whole; where something is, it may not, and the whole has to be read.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.kpis.statistics import as_integers

_EXACT = 2**53


class Exactness:
    """The attributes that are summed or ranked."""

    def __init__(self, names: Iterable[str]) -> None:
        self._seen = dict.fromkeys(names, (1, 0.0))

    def add(self, ground: Ground) -> bool:
        """Look at some more values; whether all so far are exact side by side."""
        log = ground.inputs.log
        for name, (scale, largest) in self._seen.items():
            if name not in log.columns or not log.dtype(name).is_float():
                continue
            values = log.events([name])[name].fill_nan(None).drop_nulls().to_numpy()
            if not len(values):
                continue
            try:
                whole, own = as_integers(values)
            except ValueError:
                return False
            scale, largest = max(scale, own), max(largest, float(np.abs(values).max()))
            self._seen[name] = (scale, largest)
            if largest * scale >= _EXACT or not np.array_equal(whole / own, values):
                return False
        return True
