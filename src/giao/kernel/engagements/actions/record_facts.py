"""Record a file of facts and decisions for an engagement: each becomes an entry of the ledger.

The same content again changes nothing: a fact of a file is named by the content's hash and its place in it.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from giao.core.agreement.facts import load_facts
from giao.core.log.tail_event import us_of
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement, FactImport
from giao.kernel.engagements.places import relative_to_data
from giao.kernel.ledger.deciding import record_entries
from giao.kernel.ledger.events import IMPORT, NewEvent
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
        content = {
            "what": "facts",
            "hash": row.hash,
            "name": row.source,
            "file": row.file,
            "count": row.count,
        }
        events = [NewEvent("file", str(row.pk), IMPORT, us_of(timezone.now()), content=content)]
        for at, fact in enumerate(facts):
            said = {**fact.data, "recorded_us": fact.recorded_us}
            events.append(NewEvent("file", f"{row.hash}:{at}", fact.type, fact.time_us, content=said))
        record_entries(engagement, events, actor)
        record_act(engagement, actor, "record_facts", row.source, hash=row.hash, count=row.count)
    return row
