"""The horizon of a calendar: the span of days laid out so far, and how it grows.

A horizon is immutable; growing makes a wider one, and swaps it in under a lock. A reader keeps the one it got.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from giao.core.calendars.business_days import DayTable, build_day_table
from giao.core.calendars.days import is_always
from giao.core.calendars.errors import HorizonError
from giao.core.calendars.layout import Entry, Layout, lay_out
from giao.core.calendars.offsets import EPOCH, FAR_FUTURE, FAR_PAST
from giao.core.calendars.tables import OpenTable, always_table, build_open_table
from giao.core.told import told

LONGEST_YEARS = 400
"""A horizon never grows longer: an instant further away is a mistake in the data, and is answered as one."""

SILENT_YEARS, LONG_SILENT_YEARS = 2, 30
"""After the last day that its document names, a calendar repeats weeks and holidays: one that gains no open time over so
many years never opens again. The longer span ends the search whatever is named."""

_YEAR = timedelta(days=366)
_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Everything known of a calendar over a span of days. A calendar that never closes has an endless `table`."""

    layout: Layout
    table: OpenTable
    day_tables: dict[int | None, DayTable]

    def days(self, cut_off: int | None) -> DayTable:
        """Its business days under a cut-off (None: the calendar's own)."""
        table = self.day_tables.get(cut_off)
        if table is None:
            # Two threads may build the same table: they build equal ones.
            table = self.day_tables[cut_off] = build_day_table(self.layout, cut_off)
        return table


def build_horizon(book: Mapping[str, Entry], name: str, first: date, last: date) -> Horizon:
    """Everything known of a calendar over local days, both included."""
    layout = lay_out(book, name, first, last)
    entry = book[name]
    if not (entry.terms[0].any_of or entry.terms[0].all_of) and is_always(entry.terms):
        return Horizon(layout, always_table(), {})
    return Horizon(layout, build_open_table(layout.open, layout.low, layout.high), {})


class GrowingHorizon:
    """The present horizon of one calendar, and the ways to ask for more. Safe to share between threads."""

    def __init__(self, book: Mapping[str, Entry], name: str, first: date, last: date) -> None:
        """Lays out the days first to last and some more. Raises HorizonError when they cannot be known."""
        self.book = book
        self.name = name
        self.asked = (first, last)
        self._lock = threading.Lock()
        self._over: HorizonError | None = None
        known_first, known_last = book[name].known
        for day in (first, last):
            if not known_first <= day <= known_last:
                raise self.unknown(day)
        if last.year - first.year > LONGEST_YEARS:
            raise HorizonError(
                told(
                    "calendar.too_long",
                    "Calendar {name!r} is asked for {first} to {last}, more than {longest_years} years; check "
                    "these days.",
                    name=name,
                    first=first,
                    last=last,
                    longest_years=LONGEST_YEARS,
                )
            )
        self._present = build_horizon(
            book, name, _shift(first, -_MONTH, known_first), _shift(last, _YEAR, known_last)
        )

    @property
    def present(self) -> Horizon:
        """What is laid out now."""
        return self._present

    def covering(self, low: int, high: int) -> Horizon:
        """A horizon whose open table answers for all instants of [low, high]."""
        horizon = self._present
        if horizon.table.low <= low and high <= horizon.table.high:
            return horizon
        if low < FAR_PAST or high > FAR_FUTURE:
            raise self._outside(low if low < FAR_PAST else high)
        return self.covering_days(low, high)

    def covering_days(self, low: int, high: int) -> Horizon:
        """A horizon whose days are known for all instants of [low, high]."""
        horizon = self._present
        if horizon.layout.low <= low and high <= horizon.layout.high:
            return horizon
        return self.laid_out(self._local_day(low, -1), self._local_day(high, 1))

    def laid_out(self, first: date, last: date) -> Horizon:
        """A horizon over at least these local days; the present one when it reaches."""
        with self._lock:
            present = self._present
            layout = present.layout
            if layout.first <= first and last <= layout.last:
                return present
            known_first, known_last = self.book[self.name].known
            for day in (first, last):
                if not known_first <= day <= known_last:
                    raise self.unknown(day)
            wider_first = _shift(first, -_YEAR, known_first) if first < layout.first else layout.first
            wider_last = _shift(last, _YEAR, known_last) if last > layout.last else layout.last
            if wider_last.year - wider_first.year > LONGEST_YEARS:
                far = first if first < layout.first else last
                raise HorizonError(
                    told(
                        "calendar.too_far",
                        "Calendar {name!r} spans {first} to {last}, and {far} is more than {longest_years} years "
                        "away; check this time, or compile the calendar nearer to it.",
                        name=self.name,
                        first=layout.first,
                        last=layout.last,
                        far=far,
                        longest_years=LONGEST_YEARS,
                    )
                )
            self._present = build_horizon(self.book, self.name, wider_first, wider_last)
            return self._present

    def budgeting(self, low: int, high: int, duration: int) -> Horizon:
        """A horizon within which a budget begun at any instant of [low, high] is used up."""
        horizon = self.covering(low, high)
        if duration > FAR_FUTURE or (horizon.table.high == FAR_FUTURE and high + duration > FAR_FUTURE):
            raise HorizonError(
                told(
                    "calendar.endless",
                    "Calendar {name!r}: a budget of {duration} microseconds never ends; check its unit.",
                    name=self.name,
                    duration=duration,
                )
            )

        def missing(horizon: Horizon) -> int:
            return horizon.table.opened_before(high) + duration - horizon.table.total

        return self._growing(horizon, missing, lambda horizon: horizon.table.total)

    def reaching_day(
        self, low: int, high: int, index: Callable[[DayTable], int], cut: int | None
    ) -> DayTable:
        """A day table in which the wanted day exists."""
        horizon = self.covering_days(low, high)
        horizon = self._growing(
            horizon,
            lambda horizon: index(horizon.days(cut)) + 1 - len(horizon.days(cut).days),
            lambda horizon: len(horizon.days(cut).days),
        )
        return horizon.days(cut)

    def _growing(
        self, horizon: Horizon, missing: Callable[[Horizon], int], gained: Callable[[Horizon], int]
    ) -> Horizon:
        """The horizon, extended to later days until nothing is missing. That a calendar is over is found out once."""
        step, silent_since = _YEAR, horizon.layout.last
        while missing(horizon) > 0:
            if self._over is not None:
                raise self._over.with_traceback(None)
            known_last = self.book[self.name].known[1]
            if horizon.layout.last >= known_last:
                raise self.unknown(known_last + timedelta(days=1))
            before = gained(horizon)
            horizon = self.laid_out(horizon.layout.first, _shift(horizon.layout.last, step, known_last))
            if gained(horizon) > before:
                silent_since = horizon.layout.last
            elif self._is_over(silent_since, horizon.layout.last):
                self._over = self._silent(horizon)
            step = min(step * 2, 32 * _YEAR)
        return horizon

    def _is_over(self, silent_since: date, last: date) -> bool:
        settled = last - max(silent_since, self._last_named) > SILENT_YEARS * _YEAR
        return settled or last - silent_since > LONG_SILENT_YEARS * _YEAR

    @property
    def _last_named(self) -> date:
        """The last day that the document of the calendar, or of one below it, names."""
        days = [date.min]
        for terms in (terms for entry in self.book.values() for terms in entry.terms):
            days += [terms.start, *(span.last for span in terms.closed), *terms.open]
        return max(days)

    def _silent(self, horizon: Horizon) -> HorizonError:
        closes = horizon.table.close_list
        return HorizonError(
            told(
                "calendar.silent",
                "Calendar {name!r} has no open time between {silent_since} and {last}; it seems never to "
                "open again. Give it hours, or a later version.",
                name=self.name,
                silent_since=self._local_day(closes[-1], 0) if closes else horizon.layout.first,
                last=horizon.layout.last,
            )
        )

    def _local_day(self, moment: int, margin: int) -> date:
        try:
            return (EPOCH + timedelta(microseconds=moment, days=margin)).date()
        except OverflowError:
            raise self._outside(moment) from None

    def _outside(self, moment: int) -> HorizonError:
        return HorizonError(
            told(
                "calendar.no_instant",
                "Calendar {name!r}: {moment} microseconds since 1970 is no instant between the years 3 and "
                "9997; check that the time is given in microseconds.",
                name=self.name,
                moment=moment,
            )
        )

    def unknown(self, day: date) -> HorizonError:
        """The error that says from when to when days are known."""
        known_first, known_last = self.book[self.name].known
        codes = sorted({code for name in self.book for one in self.book[name].terms for code in one.codes})
        of = (
            told("word.holidays_of", " (public holidays of {names})", names=", ".join(codes)) if codes else ""
        )
        return HorizonError(
            told(
                "calendar.days_unknown",
                "Calendar {name!r} knows its days from {known_first} to {known_last}{of}; {day} is "
                "outside. Check the time, or give the calendar a version without public holidays from then "
                "on.",
                name=self.name,
                known_first=known_first,
                known_last=known_last,
                of=of,
                day=day,
            )
        )


def _shift(day: date, by: timedelta, limit: date) -> date:
    """The day moved, but not past the limit."""
    try:
        moved = day + by
    except OverflowError:
        return limit
    return min(moved, limit) if by > timedelta(0) else max(moved, limit)
