"""Reads: what is due, and every fact and decision of the ledger with who recorded it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from giao.core.agreement.context import make_inputs
from giao.core.agreement.deadlines import Deadline, deadlines
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import EPOCH, Facts
from giao.core.agreement.load import parse_agreement
from giao.core.log import EventLog, LogMapping, log_from_frame
from giao.core.log.tail_event import us_of
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import Standing
from giao.kernel.ledger.events import Recorded
from giao.kernel.ledger.models import Entry
from giao.kernel.ledger.queries import reserved_entries
from giao.kernel.ledger.reading import facts_of
from giao.kernel.parties.models import User

INSIDE = frozenset({"recorded_us", "file", "file_name", "sha256"})
"""Fields of a fact that say where it comes from, not what it says."""


@dataclass(frozen=True)
class Ground:
    """What the duties of an engagement follow from, at an instant. No version: there is no agreement in force."""

    versions: tuple[Agreement, ...]
    facts: Facts
    deadlines: tuple[Deadline, ...]

    @property
    def agreement(self) -> Agreement | None:
        return self.versions[-1] if self.versions else None


def ground_on(standing: Standing) -> Ground:
    """Duties follow from the agreement and facts alone: no case of the log is read."""
    engagement = standing.engagement
    rows = versions_in_force(engagement)
    versions = tuple(parse_agreement(row.text, f"v{row.number}")[0] for row in rows)
    facts = facts_of(engagement)
    if not versions:
        return Ground((), facts, ())
    as_of_us = us_of(standing.instant)
    return Ground(
        versions,
        facts.as_of(as_of_us),
        deadlines(make_inputs(versions, _nothing(), facts, as_of_us)),
    )


def _nothing() -> EventLog:
    frame = pl.DataFrame(schema={"case": pl.String, "activity": pl.String, "time": pl.Datetime("us", "UTC")})
    return log_from_frame(frame, LogMapping())


def deadline_named(ground: Ground, name: str, due: str) -> Deadline | None:
    return next((one for one in ground.deadlines if one.name == name and one.due.isoformat() == due), None)


def proofs_of(facts: Facts) -> dict[tuple[str, str], tuple[str, str]]:
    """(file, its name) of evidence, by the duty's name and due day."""
    return {
        (str(fact.data["obligation"]), str(fact.data["due"])[:10]): (
            str(fact.data["file"]),
            str(fact.data.get("file_name", "")),
        )
        for fact in facts.of("fact.duty")
        if fact.data.get("file")
    }


def facts_frame(engagement: Engagement, as_of_us: int) -> pl.DataFrame:
    """Every fact and decision that was known at an instant, a row each, the latest last."""
    found = [entry for entry in reserved_entries(engagement.pk) if entry.is_fact]
    found = [entry for entry in found if entry.as_fact().recorded_us <= as_of_us]
    people = _people([entry.id for entry in found])
    return pl.DataFrame(
        {
            "position": [entry.position for entry in found],
            "type": [entry.type for entry in found],
            "happened": [_instant(entry.occurred_us) for entry in found],
            "recorded": [_instant(entry.as_fact().recorded_us) for entry in found],
            "said": [said_of(entry) for entry in found],
            "by": [people.get(entry.id, "") for entry in found],
            "source": [entry.source for entry in found],
        },
        schema={
            "position": pl.Int64,
            "type": pl.String,
            "happened": pl.Datetime("us", "UTC"),
            "recorded": pl.Datetime("us", "UTC"),
            "said": pl.String,
            "by": pl.String,
            "source": pl.String,
        },
    )


def said_of(entry: Recorded) -> str:
    """What it says: ``currency: USD · rate: 25400``."""
    data: Mapping[str, Any] = entry.as_fact().data
    return " · ".join(f"{name}: {value}" for name, value in data.items() if name not in INSIDE)


def _people(entries: Sequence[UUID]) -> dict[UUID, str]:
    """Names of those who recorded, by entry; what came by a token or the system keeps its kind."""
    rows = dict(Entry.objects.filter(pk__in=entries).values_list("pk", "recorded_by"))
    keys = {text.removeprefix("person:") for text in rows.values() if text.startswith("person:")}
    names = {str(pk): name for pk, name in User.objects.filter(pk__in=keys).values_list("pk", "name")}
    return {pk: names.get(text.removeprefix("person:"), text) for pk, text in rows.items()}


def _instant(us: int) -> datetime:
    return (EPOCH + timedelta(microseconds=us)).astimezone(UTC)


def local_today(standing: Standing) -> str:
    """Today where the engagement is, as a field of a form holds it."""
    return standing.instant.astimezone(ZoneInfo(standing.engagement.zone)).date().isoformat()
