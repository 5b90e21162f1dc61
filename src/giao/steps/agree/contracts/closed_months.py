"""Until which day months are closed: a new version cannot begin in what both sides have settled."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from giao.core.agreement.context import zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import Facts
from giao.core.agreement.pricing.fact_fields import month_of
from giao.core.agreement.windows import local_day, midnight_us
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.ledger.reading import facts_of
from giao.steps.agree.contracts.queries import document_of


def closed_through(engagement: Engagement, instant: datetime) -> date | None:
    """The last day of the last month that is closed at an instant; None while none is."""
    versions = [document_of(row) for row in versions_in_force(engagement)]
    if not versions:
        return None
    delta = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    at_us = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    return last_closed_day(versions, facts_of(engagement), at_us)


def last_closed_day(versions: Sequence[Agreement], facts: Facts, at_us: int) -> date | None:
    """As `core.agreement.statement.calendar.closes` has it: by itself `close` after the month's end, or by a decision
    recorded after that end, whichever is first; no month before the one before it."""
    zone = zone_of(versions[0])
    decided: dict[str, list[int]] = {}
    for fact in facts.of("decision.close"):
        decided.setdefault(month_of(fact), []).append(fact.recorded_us)
    first, today = versions[0].term.start, local_day(at_us, zone)
    last = date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    found = None
    while last < today:
        ended = last + timedelta(days=1)
        close = next((item for item in reversed(versions) if item.starts <= last), versions[0]).close
        closes = [midnight_us(close.after(ended), zone) + close.microseconds]
        closes += [at for at in decided.get(f"{last:%Y-%m}", ()) if at >= midnight_us(ended, zone)]
        if min(closes) > at_us:
            break
        found = last
        last = date(ended.year, ended.month, calendar.monthrange(ended.year, ended.month)[1])
    return found
