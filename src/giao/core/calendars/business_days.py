"""Counting business days, the day count of agreements.

Day 0 is the business day of receipt: the first one whose last closing (and cut-off) is not before the receipt. So what
comes before opening counts as that day; what comes strictly after closing, strictly after the cut-off or on a closed
day counts as the next business day; what comes during a night shift counts as the day on which the shift began. What
is due within n business days is due at the closing of day n.

`same_time` gives the wall time of receipt on day n instead, brought into that day's hours: before its opening the
opening, in a break or after its closing the moment when it closed. A receipt in the small hours of a night shift keeps
its place in the shift (02:00 of the following date).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from giao.core.calendars.hours import DAY
from giao.core.calendars.layout import Layout
from giao.core.calendars.offsets import Instants, Regimes


@dataclass(frozen=True, slots=True)
class DayTable:
    """Business days in order: day number, last closing, and the last instant of receipt that counts as that day.

    `closings` and `limits` never fall: a day that ends within the night shift of the day before closes with it.
    """

    days: Instants
    closings: Instants
    limits: Instants
    closing_list: list[int]
    limit_list: list[int]
    first_piece: Instants
    piece_opens: Instants
    piece_closes: Instants
    zone: Regimes

    def day_of_receipt(self, moment: int) -> int:
        """Index of the business day as which an instant counts; len(days) when past the table."""
        return bisect_left(self.limit_list, moment)

    def closed_by(self, moment: int) -> int:
        """Index of the last business day that closed at or before an instant; -1 when none did."""
        return bisect_right(self.closing_list, moment) - 1

    def same_time(self, received: Instants, begun: Instants, due: Instants) -> Instants:
        """The wall time of receipt on the due days (indexes), within their hours. `begun` are the days of receipt."""
        walls = self.zone.wall(received)
        since_midnight = walls - self.days[begun] * DAY
        # On a later date than its business day: within a shift over midnight. Else the time of day is what counts.
        of_day = np.where(since_midnight >= DAY, since_midnight, walls % DAY)
        wanted = self.zone.first_instant(self.days[due] * DAY + of_day)
        start, stop = self.first_piece[due], self.first_piece[due + 1]
        result = self.piece_opens[start]
        for step in range(int(np.max(stop - start, initial=0))):
            piece = np.minimum(start + step, stop - 1)
            begun_by_then = self.piece_opens[piece] <= wanted
            result = np.where(begun_by_then, np.minimum(wanted, self.piece_closes[piece]), result)
        return np.asarray(result, dtype=np.int64)


def build_day_table(layout: Layout, cut_off: int | None) -> DayTable:
    """The business days of a layout. `cut_off` (from local midnight) replaces the calendar's own when given.

    A cut-off earlier than the opening of a day whose shift runs past it is meant in the small hours of that shift.
    """
    days, first_piece = np.unique(layout.piece_days, return_index=True)
    first_piece = first_piece.astype(np.int64)
    if len(days):
        closings = np.maximum.accumulate(np.maximum.reduceat(layout.piece_closes, first_piece))
    else:
        closings = np.empty(0, dtype=np.int64)
    cut = layout.cut_offs[first_piece] if cut_off is None else np.full(len(days), cut_off, dtype=np.int64)
    in_small_hours = (cut < layout.wall_first[first_piece]) & (cut + DAY <= layout.wall_last[first_piece])
    cut_instants = layout.zone.last_instant((days + in_small_hours) * DAY + cut)
    limits = np.maximum.accumulate(np.where(cut < DAY, np.minimum(closings, cut_instants), closings))
    return DayTable(
        days=days,
        closings=closings,
        limits=limits,
        closing_list=closings.tolist(),
        limit_list=limits.tolist(),
        first_piece=np.append(first_piece, len(layout.piece_days)),
        piece_opens=layout.piece_opens,
        piece_closes=layout.piece_closes,
        zone=layout.zone,
    )
