"""From specs to compiled calendars: names resolved, cycles refused, horizons laid out."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from giao.core.calendars.calendar import Calendar, new_calendar
from giao.core.calendars.days import known_days, terms_hash, terms_of
from giao.core.calendars.errors import CalendarError
from giao.core.calendars.layout import MEMBER_DAYS, Entry
from giao.core.calendars.spec import CalendarSpec
from giao.core.told import told


def compile_calendars(specs: Mapping[str, CalendarSpec], first: date, last: date) -> dict[str, Calendar]:
    """Every calendar, by name, over at least the local days first to last.

    Raises CalendarError for an unknown name or a cycle in any_of/all_of (with its path), HorizonError when the days
    cannot be known.
    """
    _check_span(first, last)
    resolver = _Resolver(specs)
    return {name: _compile(resolver, name, first, last) for name in specs}


def compile_calendar(
    spec: CalendarSpec,
    first: date,
    last: date,
    others: Mapping[str, CalendarSpec] | None = None,
    name: str = "calendar",
) -> Calendar:
    """One calendar; `others` are those that it may name in any_of/all_of."""
    _check_span(first, last)
    return _compile(_Resolver({**(others or {}), name: spec}), name, first, last)


@lru_cache(maxsize=8)
def always(first: date, last: date) -> Calendar:
    """The calendar that never closes, in UTC: elapsed time. Business days are UTC days."""
    return compile_calendar(ALWAYS, first, last, name="24x7")


ALWAYS = CalendarSpec.model_validate({"zone": "UTC", "hours": "24x7"})


def _compile(resolver: _Resolver, name: str, first: date, last: date) -> Calendar:
    resolver.resolve(name)
    reached = resolver.reached(name)
    specs = {one: resolver.specs[one] for one in reached}
    book = {one: resolver.book[one] for one in reached}
    return new_calendar(name, specs, book, resolver.hashes[name], first, last)


def _check_span(first: date, last: date) -> None:
    if last < first:
        raise CalendarError(
            told(
                "calendar.days_backwards",
                "The calendars' last day {last} is before their first {first}; swap them.",
                last=last,
                first=first,
            )
        )


@dataclass
class _Resolver:
    """Walks the calendars depth first, each once."""

    specs: Mapping[str, CalendarSpec]
    book: dict[str, Entry] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    def resolve(self, name: str, path: tuple[str, ...] = ()) -> None:
        """Fills `book` and `hashes` for a calendar and those below it."""
        if name in path:
            cycle = " → ".join((*path[path.index(name) :], name))
            raise CalendarError(
                told(
                    "calendar.circle",
                    "Calendars name each other in a circle: {cycle}. Take one of them out of the other.",
                    cycle=cycle,
                )
            )
        if name in self.book:
            return
        if name not in self.specs:
            near = difflib.get_close_matches(name, self.specs, n=1)
            hint = told("word.did_you_mean_calendar", " Did you mean {near!r}?", near=near[0]) if near else ""
            of = (
                told("word.calendar_names", "Calendar {path!r} names {name!r}", path=path[-1], name=name)
                if path
                else told("word.calendar_asked", "The calendar {name!r} is asked for", name=name)
            )
            raise CalendarError(
                told(
                    "calendar.unknown",
                    "{of}, which does not exist.{hint} Known calendars: {names}.",
                    of=of,
                    hint=hint,
                    names=", ".join(self.specs),
                )
            )
        spec = self.specs[name]
        for member in spec.members:
            self.resolve(member, (*path, name))
        terms = terms_of(spec)
        members = {member: self.book[member] for member in spec.members}
        zone = spec.zone or members[spec.members[0]].zone
        first, last = known_days(terms)
        for entry in members.values():
            first, last = max(first, entry.known[0] + MEMBER_DAYS), min(last, entry.known[1] - MEMBER_DAYS)
        self.book[name] = Entry(name, zone, terms, (first, last))
        self.hashes[name] = terms_hash(zone, terms, {member: self.hashes[member] for member in members})

    def reached(self, name: str) -> tuple[str, ...]:
        """The calendar and all those below it."""
        below = [one for member in self.specs[name].members for one in self.reached(member)]
        return tuple(dict.fromkeys((name, *below)))
