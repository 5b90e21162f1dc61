"""Record a file of facts and decisions for an engagement."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from giao.core.agreement.facts import load_facts
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement, FactImport
from giao.kernel.engagements.places import relative_to_data
from giao.kernel.parties.models import User


def record_facts(
    engagement: Engagement, file: Path, source: str = "", actor: User | None = None
) -> FactImport:
    """Raises DocumentErrors for a bad file and NotInData when it lies outside the data folder."""
    facts = load_facts(file, ZoneInfo(engagement.zone))
    with transaction.atomic():
        row = FactImport.objects.create(
            engagement=engagement,
            source=(source or file.name)[:300],
            file=relative_to_data(file),
            hash=facts.hash,
            count=len(facts),
            created_by=actor,
        )
        record_act(engagement, actor, "record_facts", row.source, hash=row.hash, count=row.count)
    return row
