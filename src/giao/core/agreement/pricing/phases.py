"""Days of the phases: a phase without `from` begins where the one before it ended, the first with the term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from giao.core.agreement.document.work import Phase
from giao.core.agreement.results import Window
from giao.core.agreement.windows import ONE_DAY


@dataclass(frozen=True)
class PhaseDays:
    """A phase with its first and last day, both included."""

    phase: Phase
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def touches(self, window: Window) -> bool:
        return window.first <= self.last and self.first <= window.last


def phase_days(phases: Sequence[Phase], term_start: date) -> list[PhaseDays]:
    found = []
    first = term_start
    for phase in phases:
        found.append(PhaseDays(phase, phase.start or first, phase.until))
        first = phase.until + ONE_DAY
    return found
