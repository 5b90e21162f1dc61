"""Take an import back: the log before it counts again. Nothing is deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from giao.core.log.tail_event import us_of
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import LogImport
from giao.kernel.identifiers import new_id
from giao.kernel.ledger.deciding import record_entries
from giao.kernel.ledger.events import UNDO, NewEvent
from giao.kernel.parties.models import User


def undo_log(row: LogImport, actor: User) -> None:
    with transaction.atomic():
        if LogImport.objects.filter(pk=row.pk, undone__isnull=True).update(undone=timezone.now()):
            content = {"import": str(row.pk), "hash": row.hash}
            event = NewEvent("giao", str(new_id()), UNDO, us_of(timezone.now()), content=content)
            record_entries(row.engagement, [event], actor)
            record_act(row.engagement, actor, "undo_log", row.source, hash=row.hash)
