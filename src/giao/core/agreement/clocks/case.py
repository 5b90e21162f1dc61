"""One case of a log as events for the fold."""

from __future__ import annotations

from giao.core.agreement.clocks.fold import CaseEvent
from giao.core.log import EventLog
from giao.core.log.names import CLEARED

_OWN = frozenset({"case", "activity", "seq", CLEARED})


def case_events(log: EventLog, case: int) -> list[CaseEvent]:
    """The events of a case (by its code), in log order; positions are rows of the log."""
    lo, hi = int(log.offsets[case]), int(log.offsets[case + 1])
    frame = log.events()[lo:hi]
    times = log.times_us()[lo:hi].tolist()
    has_lifecycle = "lifecycle" in log.columns
    return [
        CaseEvent(
            position=lo + place,
            time_us=time_us,
            activity=row["activity"],
            lifecycle=row["lifecycle"] if has_lifecycle else "complete",
            values={name: value for name, value in row.items() if name not in _OWN and value is not None},
            cleared=tuple((row.get(CLEARED) or "").split()),
        )
        for place, (row, time_us) in enumerate(zip(frame.iter_rows(named=True), times, strict=True))
    ]
