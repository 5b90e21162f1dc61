"""Record facts and decisions that people made on a page: they stand in the ledger beside those that came as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from giao.core.agreement.facts import parse_facts
from giao.kernel.engagements.actions.record_facts import record_facts
from giao.kernel.engagements.models import Engagement, FactImport
from giao.kernel.engagements.places import folder_of
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User


def decided_at(engagement: Engagement) -> datetime:
    """When a decision made now counts as made: now, or the instant at which the engagement stands."""
    return engagement.as_of or timezone.now()


def record_decisions(
    engagement: Engagement, actor: User | None, decisions: Sequence[Mapping[str, Any]], source: str
) -> FactImport:
    """Each needs ``type`` and its fields (`core.agreement.facts.FACT_FIELDS`); time and recorded are `decided_at`.

    Raises DocumentErrors for a decision that is none; nothing is recorded then.
    """
    instant = decided_at(engagement).astimezone(UTC)
    rows = [{"time": instant.isoformat(), "recorded": instant.isoformat(), **dict(row)} for row in decisions]
    parse_facts(((None, row) for row in rows), ZoneInfo(engagement.zone), source)
    place = folder_of(engagement, "decisions") / f"{new_id()}.jsonl"
    draft = place.with_suffix(".part")
    draft.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    draft.replace(place)
    return record_facts(engagement, place, source, actor)
