"""A calendar laid out over a span of local days: open intervals, and the pieces of each business day.

The rule that decides everything, DST included: **an instant is open when the wall clock of the zone then reads a time
within the hours of its day.** A time that the clock skips in spring opens at the first instant after the gap; an hour
that it shows twice in autumn is open, or closed, both times. No open second is lost and none counts twice, because the
open time is a set of instants. A shift over midnight is read on the wall clock of the day on which it starts, running
on past 24:00. A local day that the zone skipped whole (Apia, 30 December 2011) has no hours and starts no shift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from giao.core.calendars.days import Terms, plan_day, terms_on
from giao.core.calendars.hours import DAY
from giao.core.calendars.intervals import Intervals, clip, overlay, union
from giao.core.calendars.offsets import Instants, Regimes, regimes

EPOCH_DAY = date(1970, 1, 1).toordinal()
MEMBER_DAYS = timedelta(days=5)
"""How much further members of a combined calendar are laid out: zones lie 26 hours apart, shifts end 2 days later."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Open time over the local days `first` to `last`, both included, exact for instants in [low, high].

    The pieces are open intervals of single business days, by day and time: `piece_days` (days since 1970-01-01),
    `piece_opens`, `piece_closes`. They begin early, for the night shifts that run into `first`. `wall_first`
    and `wall_last` tell, for each piece, when its day's hours begin and end on the wall clock (from its midnight).
    `cut_offs` is each piece's cut-off (from midnight; DAY where there is none).
    """

    first: date
    last: date
    low: int
    high: int
    open: Intervals
    piece_days: Instants
    piece_opens: Instants
    piece_closes: Instants
    wall_first: Instants
    wall_last: Instants
    cut_offs: Instants
    zone: Regimes


@dataclass(frozen=True, slots=True)
class Entry:
    """One calendar of a book: its name, its zone (resolved), its terms in order, its known days."""

    name: str
    zone: str
    terms: tuple[Terms, ...]
    known: tuple[date, date]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH_DAY


def lay_out(book: Mapping[str, Entry], name: str, first: date, last: date) -> Layout:
    """The layout of a calendar over local days (which must be known, see `Entry.known`)."""
    entry = book[name]
    zone = regimes(entry.zone, first.year - 1, last.year + 1)
    low, high = (
        int(moment)
        for moment in zone.first_instant(np.array([day_number(first) * DAY, (day_number(last) + 1) * DAY]))
    )
    if entry.terms[0].any_of or entry.terms[0].all_of:
        return _lay_out_combined(book, entry, zone, first, last, low, high)
    return _lay_out_own(entry, zone, first, last, low, high)


def _lay_out_own(entry: Entry, zone: Regimes, first: date, last: date, low: int, high: int) -> Layout:
    begin, end = day_number(first) - 2, day_number(last) + 2
    rows: list[tuple[int, int, int, int, int, int]] = []
    for number in range(begin, end + 1):
        day = date.fromordinal(number + EPOCH_DAY)
        terms = terms_on(entry.terms, day)
        spans = plan_day(terms, day).spans
        cut_off = DAY if terms.cut_off is None else terms.cut_off
        ended = max((stop for _, stop in spans), default=0)
        for start, stop in spans:
            rows.append((number, number * DAY + start, number * DAY + stop, spans[0][0], ended, cut_off))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 6)
    days, starts, ends, firsts, lasts, cut_offs = (np.ascontiguousarray(column) for column in columns.T)
    index, opens, closes = zone.pieces(starts, ends)
    existing = _existing_days(zone, begin, end)
    kept = np.isin(days[index], existing)
    index, opens, closes = index[kept], opens[kept], closes[kept]
    own = (days[index] > begin) & (days[index] < end - 1)
    order = np.flatnonzero(own)[np.lexsort((opens[own], days[index[own]]))]
    index = index[order]
    return Layout(
        first=first,
        last=last,
        low=low,
        high=high,
        open=clip(union([(opens, closes)]), low, high),
        piece_days=days[index],
        piece_opens=opens[order],
        piece_closes=closes[order],
        wall_first=firsts[index],
        wall_last=lasts[index],
        cut_offs=cut_offs[index],
        zone=zone,
    )


def _existing_days(zone: Regimes, begin: int, end: int) -> Instants:
    """Day numbers from begin to end that have at least one instant."""
    midnights = np.arange(begin, end + 1, dtype=np.int64) * DAY
    return np.unique(zone.pieces(midnights, midnights + DAY)[0]) + begin


def _lay_out_combined(
    book: Mapping[str, Entry], entry: Entry, zone: Regimes, first: date, last: date, low: int, high: int
) -> Layout:
    """The members over the same days and a few more, combined.

    Days follow shifts here too: a member's business day counts as the local day on which it first opens. Of `any_of`
    every member's days count; of `all_of` those of the first member, as far as the others are open.
    """
    names = {name for one in entry.terms for name in (*one.any_of, *one.all_of)}
    members = {name: lay_out(book, name, first - MEMBER_DAYS, last + MEMBER_DAYS) for name in names}
    starts = [day_number(one.start) for one in entry.terms]
    rows = []
    for one, begun, ended in zip(entry.terms, starts, [*starts[1:], day_number(date.max)], strict=True):
        for name in one.any_of or one.all_of[:1]:
            days, opens, closes = _days_within(members[name], zone)
            in_force = (days >= begun) & (days < ended)
            days, opens, closes = days[in_force], opens[in_force], closes[in_force]
            for other in one.all_of[1:]:
                index, opens, closes = overlay((opens, closes), members[other].open)
                days = days[index]
            rows.append((days, opens, closes))
    pieces = _merge_days(*(np.concatenate(column) for column in zip(*rows, strict=True)))
    whole = union([pieces[1:]])
    kept = (pieces[0] >= day_number(first) - 2) & (pieces[0] <= day_number(last))
    days, opens, closes = (column[kept] for column in pieces)
    _, begins, day_of = np.unique(days, return_index=True, return_inverse=True)
    ends = np.maximum.reduceat(closes, begins) if len(days) else closes
    cut_offs = {
        int(day): terms_on(entry.terms, date.fromordinal(int(day) + EPOCH_DAY)).cut_off
        for day in np.unique(days)
    }
    return Layout(
        first=first,
        last=last,
        low=low,
        high=high,
        open=clip(whole, low, high),
        piece_days=days,
        piece_opens=opens,
        piece_closes=closes,
        wall_first=zone.wall(opens[begins])[day_of] - days * DAY,
        wall_last=zone.wall(ends)[day_of] - days * DAY,
        cut_offs=np.array(
            [DAY if (cut := cut_offs[int(day)]) is None else cut for day in days], dtype=np.int64
        ),
        zone=zone,
    )


def _days_within(member: Layout, zone: Regimes) -> tuple[Instants, Instants, Instants]:
    """A member's pieces, each under the day of `zone` on which the member's day first opens."""
    _, begins, day_of = np.unique(member.piece_days, return_index=True, return_inverse=True)
    days = zone.wall(member.piece_opens[begins]) // DAY
    return days[day_of], member.piece_opens, member.piece_closes


def _merge_days(days: Instants, opens: Instants, closes: Instants) -> tuple[Instants, Instants, Instants]:
    """Pieces joined where they touch or overlap within a day, by day and time."""
    order = np.lexsort((opens, days))
    days, opens, closes = days[order], opens[order], closes[order]
    if not len(days):
        return days, opens, closes
    # A day's closings must not hide the pieces of the next: start the running maximum anew with each day.
    offset = (days - days[0]) * (2**40)
    latest = np.maximum.accumulate(closes - closes.min() + offset) - offset + closes.min()
    apart = (days[1:] != days[:-1]) | (opens[1:] > latest[:-1])
    begins = np.concatenate(([True], apart))
    return days[begins], opens[begins], latest[np.concatenate((apart, [True]))]
