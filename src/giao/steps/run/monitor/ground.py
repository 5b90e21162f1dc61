"""What a page stands on: the engagement, the reading to show, its agreement and log. Opened once a process and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import Facts
from giao.core.agreement.load import parse_agreement
from giao.core.log import EventLog, open_log
from giao.kernel.engagements.models import AgreementVersion, Engagement, LogImport
from giao.kernel.engagements.places import in_data
from giao.kernel.engagements.queries import current_log, versions_in_force
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.engagements.unmasking import Unmasked, unmasked_for
from giao.kernel.identity.person import person_of
from giao.kernel.ledger.reading import case_of, facts_of, log_of
from giao.kernel.readings.compute import StoredReading, results_of
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading
from giao.kernel.readings.queries import Shown, followed_reading, shown_reading, stands_at
from giao.steps.run.monitor.access import may_export, may_unmask
from giao.ui.navigation import page_url


@dataclass(frozen=True)
class Ground:
    """`shown` is None while there is nothing to read; `missing` says then what has to come first."""

    standing: Standing
    shown: Shown | None
    missing: str
    versions: tuple[Agreement, ...]
    rows: tuple[AgreementVersion, ...]
    log_import: LogImport | None
    unmasked: Unmasked = field(default_factory=Unmasked)

    @property
    def engagement(self) -> Engagement:
        return self.standing.engagement

    @property
    def reading(self) -> Reading | None:
        return self.shown.reading if self.shown else None

    @property
    def results(self) -> StoredReading | None:
        """Results on disk of the reading that is shown."""
        return results_of(self.reading) if self.reading else None

    @property
    def as_of(self) -> datetime:
        """The instant of the numbers on the page, aware, UTC."""
        if self.reading is not None:
            found: datetime = self.reading.as_of
            return found
        return stands_at(self.engagement, self.standing.as_of)

    @property
    def as_of_us(self) -> int:
        delta = self.as_of.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    @property
    def zone(self) -> ZoneInfo:
        return self.standing.zone

    @property
    def today(self) -> date:
        return self.as_of.astimezone(self.zone).date()

    @property
    def version(self) -> int:
        """Position of the version in force at the page's instant."""
        return max((at for at, item in enumerate(self.versions) if item.starts <= self.today), default=0)

    @property
    def agreement(self) -> Agreement:
        """Only where `versions` is not empty."""
        return self.versions[self.version]

    @property
    def may_unmask(self) -> bool:
        return may_unmask(self.standing.place)

    @property
    def exports(self) -> bool:
        return may_export(self.standing.place)

    @property
    def imported(self) -> EventLog | None:
        """The log of files alone: what its columns are called."""
        return _log(self.log_import.folder, self.log_import.hash) if self.log_import else None

    @cached_property
    def log(self) -> EventLog | None:
        """Imported and live events, not yet cut to the instant."""
        return log_of(self.engagement)

    def case_log(self, case: str) -> EventLog | None:
        """The events of one case, not yet cut to the instant; None where there are none."""
        found = case_of(self.engagement, case)
        return found if found is not None and found.n_events else None

    @cached_property
    def facts(self) -> Facts:
        """All facts of the engagement, not yet cut to the instant."""
        return facts_of(self.engagement, self.reading.position if self.reading else None)

    def url(self, name: str, query: dict[str, Any] | None = None, **kwargs: Any) -> str | None:
        """The address of a page of this engagement; the reader's own instant goes along."""
        return page_url(name, {**(query or {}), **self.standing.carried}, slug=self.engagement.slug, **kwargs)

    def cases_url(self, **query: Any) -> str | None:
        return self.url("cases", query)

    def case_url(self, case: str | None) -> str | None:
        return self.url("case", case=case) if case else None


def ground_for(request: HttpRequest, slug: str) -> Ground:
    """Raises Http404 for a stranger, BadInstant for an instant that is none."""
    standing = standing_for(request, slug)
    unmasked = unmasked_for(person_of(request), standing.engagement)
    return ground_on(standing, unmasked, follows="X-Giao-Live" in request.headers)


def ground_on(standing: Standing, unmasked: Unmasked, *, follows: bool = False) -> Ground:
    """The same for whoever was let in already: a person or a service token. `follows`: by the stream, which keeps it up."""
    shown, missing = None, ""
    try:
        shown = followed_reading(standing.engagement) if follows and not standing.chosen else None
        if shown is None:
            shown = shown_reading(standing.engagement, standing.as_of if standing.chosen else None)
    except NothingToRead as error:
        missing = error.missing
    rows = tuple(versions_in_force(standing.engagement))
    versions = tuple(version for row in rows for version in _documents(row.text, row.number))
    log_import = current_log(standing.engagement)
    return Ground(standing, shown, missing, versions, rows, log_import, unmasked)


def answer(
    request: HttpRequest, ground: Ground, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page with what every page here shows: the reading's state, and what is missing."""
    base = {
        "ground": ground,
        "engagement": ground.engagement,
        "shown": ground.shown,
        "missing": ground.missing,
    }
    return render(request, template, {**base, **context}, status=status)


@lru_cache(maxsize=64)
def _documents(text: str, number: int) -> tuple[Agreement, ...]:
    return tuple(parse_agreement(text, f"v{number}"))


@lru_cache(maxsize=4)
def _log(folder: str, log_hash: str) -> EventLog:
    return open_log(in_data(folder))
