"""Record that a sealed log belongs to an engagement. The folder was written by `giao.core.log` before.

The import is a decision in the ledger that carries the log's hash: from its position on the log counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from giao.core.log.tail_event import us_of
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.places import relative_to_data
from giao.kernel.ledger.deciding import record_entries
from giao.kernel.ledger.events import IMPORT, NewEvent
from giao.kernel.parties.models import User


def record_log(
    engagement: Engagement,
    folder: Path,
    log_hash: str,
    source: str,
    *,
    mapping: dict[str, Any] | None = None,
    report: dict[str, Any] | None = None,
    file: str = "",
    onto: LogImport | None = None,
    actor: User | None = None,
) -> LogImport:
    """`file`: content hash of the source file in the file store. `onto`: the import that it was added to.

    Raises NotInData when the folder lies outside the data folder.
    """
    with transaction.atomic():
        row = LogImport.objects.create(
            engagement=engagement,
            source=source[:300],
            folder=relative_to_data(folder),
            mapping=mapping or {},
            report=report or {},
            hash=log_hash,
            created_by=actor,
        )
        content = {
            "what": "log",
            "hash": log_hash,
            "name": row.source,
            "folder": row.folder,
            "mapping": row.mapping,
            "file": file,
            "onto": str(onto.pk) if onto is not None else None,
        }
        event = NewEvent("file", str(row.pk), IMPORT, us_of(timezone.now()), content=content)
        record_entries(engagement, [event], actor)
        record_act(engagement, actor, "record_log", source, hash=log_hash)
    return row
