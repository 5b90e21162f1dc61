"""Events of one case at the same time, in the order that the agreement gives to activities (`work.order`).

Events of a case are ordered by time, then the source's own sequence, then `work.order`, then as the log has them (by
content: an import sorts what it cannot tell apart by row, a live log by its canonical bytes). A sequence is the
source's own when the mapping named a column for it; the mere order of rows in a file is not.

The version in force at the moment of the tie says the order. Activities that it does not name come after those it
names, as the log has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.windows import midnight_us
from giao.core.log import EventLog
from giao.core.log.model import Picked

Ints = npt.NDArray[np.int64]


def in_order(log: EventLog, versions: Sequence[Agreement], zone: Any) -> EventLog:
    """The log with its ties put in order; the log itself where nothing moves. The content stays, and so does the hash."""
    if not any(version.work.order for version in versions) or log.n_events < 2:
        return log
    tied = _tied(log)
    if not len(tied):
        return log
    ranks = _ranks(log, tied, versions, zone)
    sequence = (
        log.events(["seq"])["seq"].to_numpy()[tied] if log.has_sequence else np.zeros(len(tied), np.int64)
    )
    times = log.times_us()[tied]
    cases = np.searchsorted(log.offsets, tied, side="right") - 1
    moved = tied[np.lexsort((tied, ranks, sequence, times, cases))]
    if (moved == tied).all():
        return log
    rows = np.arange(log.n_events, dtype=np.int64)
    rows[tied] = moved
    return EventLog(
        Picked(log, pl.Series(rows)),
        case_ids=log.case_ids,
        offsets=log.offsets,
        activities=log.activities,
        attributes=log.attributes,
        hash=log.hash,
        zone=log.zone,
        source=log.source,
        personal=log.personal,
    )


def _tied(log: EventLog) -> Ints:
    """Rows that have the same case and time as a neighbour."""
    times = log.times_us()
    same = np.zeros(log.n_events + 1, dtype=bool)
    same[1:-1] = times[1:] == times[:-1]
    same[log.offsets] = False  # the first event of a case has no neighbour before it
    return np.flatnonzero(same[:-1] | same[1:]).astype(np.int64)


def _ranks(log: EventLog, rows: Ints, versions: Sequence[Agreement], zone: Any) -> Ints:
    """Place of each row's activity in the order of the version in force at its time."""
    times = log.times_us()[rows]
    starts = np.array([midnight_us(version.starts, zone) for version in versions], dtype=np.int64)
    in_force = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    table = np.empty((len(versions), len(log.activities)), dtype=np.int64)
    for at, version in enumerate(versions):
        places = {activity: place for place, activity in reversed(list(enumerate(version.work.order)))}
        table[at] = [places.get(activity, len(places)) for activity in log.activities]
    found: Ints = table[in_force, log.activity_codes()[rows]]
    return found
