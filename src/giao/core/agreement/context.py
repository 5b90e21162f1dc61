"""What one reading is computed from: versions, log, facts, instant; and what is derived from them once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.base import Pattern
from giao.core.agreement.document.work import FIRST_YEAR, LAST_YEAR
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Facts, to_us
from giao.core.agreement.ordering import in_order
from giao.core.agreement.phases import with_known_phases
from giao.core.agreement.renewing import with_running_term
from giao.core.agreement.results import Window
from giao.core.agreement.windows import local_day, midnight_us, months
from giao.core.calendars import Calendar, compile_calendars
from giao.core.log import EventLog
from giao.core.told import told

EARLIEST_US = to_us(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
LATEST_US = to_us(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
"""A reading and its events lie in `[EARLIEST_US, LATEST_US)`, UTC microseconds."""


def zone_of(agreement: Agreement) -> ZoneInfo:
    """The agreement's zone: `zone`, else that of the first calendar that has one, else UTC."""
    if agreement.zone:
        return ZoneInfo(agreement.zone)
    for calendar in agreement.calendars.values():
        if calendar.zone:
            return ZoneInfo(calendar.zone)
    return ZoneInfo("UTC")


@dataclass(frozen=True)
class Inputs:
    """(agreement versions, log, facts, as of): the whole input of every number.

    `log` and `facts` are already cut to what was recorded at `as_of_us`; `calendars` holds one mapping a version.
    """

    versions: tuple[Agreement, ...]
    log: EventLog
    facts: Facts
    as_of_us: int
    calendars: tuple[Mapping[str, Calendar], ...]
    log_hash: str | None = None
    """Hash of the log as of the instant, where `log` itself is not cut (see `earlier.py`); else that of `log`."""

    @property
    def agreement(self) -> Agreement:
        """The latest version in force at the reading's instant (term, currency and zone are those of the first)."""
        return self.versions[self.version_index(self.today)]

    def __post_init__(self) -> None:
        """Phases begin, and terms renew themselves, as the facts of this reading say."""
        known = tuple(
            with_running_term(
                with_known_phases(version, self.facts, self.zone, self.today),
                self.facts,
                self.zone,
                self.today,
            )
            for version in self.versions
        )
        object.__setattr__(self, "versions", known)

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_of(self.versions[0])

    @cached_property
    def today(self) -> date:
        return local_day(self.as_of_us, self.zone)

    @cached_property
    def service_start(self) -> date:
        term = self.versions[0].term
        return max(term.start, term.service_start or term.start)

    @cached_property
    def term_end(self) -> date:
        """Last day of the term as the latest version says it, renewals included."""
        return self.versions[-1].term.end

    @cached_property
    def effective_us(self) -> list[int]:
        """First instant of each version; the first version's reaches back without bound."""
        return [midnight_us(version.starts, self.zone) for version in self.versions]

    def version_index(self, day: date) -> int:
        """Position of the version in force on a local day (the first one before any)."""
        return max((i for i, version in enumerate(self.versions) if version.starts <= day), default=0)

    @cached_property
    def months(self) -> list[Window]:
        """The statement months of the term up to the reading's instant."""
        return months(self.service_start, self.term_end, self.zone, until=self.today)

    @property
    def hash_parts(self) -> tuple[str, ...]:
        return (
            *(version.hash for version in self.versions),
            self.log_hash or self.log.hash,
            self.facts.hash,
            str(self.as_of_us),
        )


def read_starts(log: EventLog, versions: Sequence[Agreement]) -> EventLog:
    """The log as the agreement reads it: events at the same time in its `work.order`, and with the begin of each activity
    as an event of its own, when an agreement asks for `lifecycle: start`.

    Only then: a row that tells begin and end stays one event for agreements that do not look at begins.
    """
    asked = "start" in log.columns and any(_asks_for_starts(version) for version in versions)
    read = log.with_start_events() if asked else log
    return in_order(read, versions, zone_of(versions[0]))


def _asks_for_starts(part: object) -> bool:
    if isinstance(part, Pattern):
        return any(word.lower() == "start" for word in part.lifecycle or ())
    if isinstance(part, BaseModel):
        return any(_asks_for_starts(getattr(part, name)) for name in type(part).model_fields)
    if isinstance(part, Mapping):
        return any(_asks_for_starts(item) for item in part.values())
    return isinstance(part, list | tuple) and any(_asks_for_starts(item) for item in part)


def _refuse_far_events(log: EventLog) -> None:
    """Times that no contract can mean (a placeholder such as 0001-01-01) would bend every number: they are named."""
    if not log.n_events or (log.span_us[0] >= EARLIEST_US and log.span_us[1] < LATEST_US):
        return
    times = log.times_us()
    far = np.flatnonzero((times < EARLIEST_US) | (times >= LATEST_US))
    if len(far):
        event = int(far[0])
        case = log.case_ids[int(np.searchsorted(log.offsets, event, side="right")) - 1]
        raise AgreementError(
            told(
                "agreement.event_far",
                "{count} events lie outside the years {first} to {last}, the first in case {case!r} at {time}; "
                "mend their times in the source, or leave these rows out, and import again",
                count=len(far),
                first=FIRST_YEAR,
                last=LAST_YEAR,
                case=case,
                time=str(log.events(["time"])["time"][event].date()),
            )
        )


@dataclass(frozen=True)
class _Specs:
    """An agreement beside its hash in a key: the hash says which one it is."""

    version: Agreement

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Specs)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _calendars(agreement: str, first: date, last: date, specs: _Specs) -> Mapping[str, Calendar]:
    """The compiled calendars of an agreement (by its hash) over some days: made once for all readings of it."""
    return MappingProxyType(compile_calendars(specs.version.calendars, first, last))


def make_inputs(versions: Sequence[Agreement], log: EventLog, facts: Facts, as_of_us: int) -> Inputs:
    """Cut log and facts to the instant and compile every version's calendars over the days that can matter."""
    if not EARLIEST_US <= as_of_us < LATEST_US:
        _refuse_far_events(log)  # where nobody said as of when, it is an event that led here
        raise AgreementError(
            told(
                "agreement.as_of_far",
                "a reading stands between the years {first} and {last}; give another instant (--as-of)",
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        )
    cut = read_starts(log, versions).as_of(as_of_us)
    _refuse_far_events(cut)
    zone = zone_of(versions[0])
    first = min(versions[0].term.start, local_day(cut.span_us[0], zone) if cut.n_events else date.max)
    known, today = facts.as_of(as_of_us), local_day(as_of_us, zone)
    last = max(with_running_term(versions[-1], known, zone, today).term.end, today)
    calendars = tuple(_calendars(version.hash, first, last, _Specs(version)) for version in versions)
    return Inputs(tuple(versions), cut, known, as_of_us, calendars)
