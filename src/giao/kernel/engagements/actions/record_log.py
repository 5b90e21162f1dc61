"""Record that a sealed log belongs to an engagement. The folder was written by `giao.core.log` before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.places import relative_to_data
from giao.kernel.parties.models import User


def record_log(
    engagement: Engagement,
    folder: Path,
    log_hash: str,
    source: str,
    *,
    mapping: dict[str, Any] | None = None,
    report: dict[str, Any] | None = None,
    actor: User | None = None,
) -> LogImport:
    """Raises NotInData when the folder lies outside the data folder."""
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
        record_act(engagement, actor, "record_log", source, hash=log_hash)
    return row
