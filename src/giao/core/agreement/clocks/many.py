"""Measures and budgets of many instances at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks.program import Measure, TargetProgram
from giao.core.calendars import BEYOND, Calendar, HorizonError

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def groups(versions: Ints, targets: Ints) -> Iterator[tuple[Mask | slice, int, int]]:
    """(rows, version, target) of each different pair."""
    keys = versions * 65_536 + targets + 1
    different = np.unique(keys)
    for key in different:
        rows: Mask | slice = slice(None) if len(different) == 1 else keys == key
        yield rows, int(key // 65_536), int(key % 65_536) - 1


def budgets(aim: TargetProgram, origins: Ints) -> Ints | int:
    """`TargetProgram.budget_from` of many origins."""
    if aim.business_days is None:
        return aim.budget_us
    assert aim.days_calendar is not None
    due = aim.days_calendar.business_day_due_many(origins, aim.business_days, aim.cut_off, aim.same_time)
    return between(aim.measure, origins, np.maximum(origins, due))


def between(measure: Measure, starts: Ints, ends: Ints) -> Ints:
    """Counted time of each [start, end)."""
    if measure.calendar is None:
        return np.asarray(ends - starts, dtype=np.int64)
    return measure.calendar.between_many(starts, ends)


def add(measure: Measure, starts: Ints, durations: Ints) -> tuple[Ints, Mask | None]:
    """`Measure.add` of many; where a calendar never opens again there is no due, told by the mask."""
    if measure.calendar is None:
        return np.asarray(starts + durations, dtype=np.int64), None
    try:
        return measure.calendar.add_many(starts, durations), None
    except HorizonError:
        return _add_what_can_be(measure.calendar, starts, durations)


def _add_what_can_be(calendar: Calendar, starts: Ints, durations: Ints) -> tuple[Ints, Mask]:
    from giao.core.calendars.kernel import between_pairs, reach_pairs

    tables = calendar.tables()
    found = reach_pairs(tables, starts, durations)
    beyond = np.flatnonzero(found == BEYOND)
    low = np.full(len(beyond), starts.min())
    # the nearest first: where one cannot be known, none of the further ones can
    needed = between_pairs(tables, low, starts[beyond]) + durations[beyond]
    for place in beyond[np.argsort(needed, kind="stable")].tolist():
        try:
            found[place] = calendar.add(int(starts[place]), int(durations[place]))
        except HorizonError:
            break
    known = found != BEYOND
    found[~known] = starts[~known]
    return found, known
