"""Take an import back: the log before it counts again. Nothing is deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import LogImport
from giao.kernel.parties.models import User


def undo_log(row: LogImport, actor: User) -> None:
    with transaction.atomic():
        if LogImport.objects.filter(pk=row.pk, undone__isnull=True).update(undone=timezone.now()):
            record_act(row.engagement, actor, "undo_log", row.source, hash=row.hash)
