"""Some cases of a log as they stood at an instant, at the cost of those cases alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.model import EventLog
from giao.core.log.times import INSTANT


def cases_until(log: EventLog, cases: NDArray[np.integer], instant_us: int, why: str) -> EventLog:
    """The events not later than an instant of some cases (codes, ascending); `EventLog.take` of the same events.

    `why` must tell what was kept, it goes into the hash.
    """
    first = log.offsets[cases].astype(np.int64)
    counts = log.offsets[cases + 1] - first
    ends = np.cumsum(counts)
    rows = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first - (ends - counts), counts)
    known = log.times_us()[rows] <= instant_us
    rows = rows[known]
    left = np.bincount(np.repeat(np.arange(len(cases)), counts)[known], minlength=len(cases))
    there = left > 0
    return EventLog(
        _Rows(log, rows),
        case_ids=log.case_ids.gather(pl.Series(cases[there])),
        offsets=np.concatenate(([0], np.cumsum(left[there]))).astype(np.int64),
        activities=log.activities,
        attributes=log.attributes,
        hash=hashlib.sha256(f"{log.hash} {why}".encode()).hexdigest(),
        zone=log.zone,
        source=log.source,
        personal=log.personal,
    )


class _Rows:
    """Some rows of another log, whose times are read as plain numbers."""

    def __init__(self, log: EventLog, rows: NDArray[np.int64]) -> None:
        self._log, self._rows = log, rows

    @property
    def names(self) -> Sequence[str]:
        return [name for name in self._log.columns if name != "case"]

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        read: dict[str, pl.Series] = {}
        places = pl.Series(self._rows)
        for name in names:
            if name == "time":
                read[name] = pl.Series(name, self._log.times_us()[self._rows]).cast(INSTANT)
            else:
                read[name] = self._log.events([name])[name].gather(places)
        return read
