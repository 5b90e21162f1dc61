"""Erase what is personal about cases: their keys are destroyed, the ledger stays whole, and readings go on.

What was derived in the clear (segments, stored readings) is cleared too and made again. A decision in the ledger tells which
cases, when and why. What an imported *file* holds is not under these keys: `uploads.py` finds and destroys the file; the log read from it stays until
the import is taken back and made again without the columns (`LogMapping.exclude` or `pseudonymise`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from giao.core.log.tail_event import us_of
from giao.kernel.audit.record import record_act
from giao.kernel.crypto.models import SubjectKey
from giao.kernel.crypto.subjects import destroy_keys
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.identifiers import new_id
from giao.kernel.ledger.deciding import record_entries
from giao.kernel.ledger.events import ERASURE, NewEvent
from giao.kernel.ledger.models import Entry, Rejected, Retention, Segment
from giao.kernel.ledger.queries import entries
from giao.kernel.ledger.reading import forget_tails

LONGEST = 1_000
"""Cases that one entry of the ledger names."""


def erase(engagement: Engagement, cases: Iterable[str], actor: Any, reason: str) -> int:
    """Destroy the keys of these cases, for good; returns how many were destroyed now. `reason` is kept for the audit."""
    wanted = sorted(set(cases))
    if not wanted:
        return 0
    with transaction.atomic():
        destroyed = destroy_keys(engagement.pk, wanted)
        now = us_of(timezone.now())
        record_entries(
            engagement,
            [
                NewEvent(
                    "giao",
                    str(new_id()),
                    ERASURE,
                    now,
                    content={"cases": wanted[at : at + LONGEST], "reason": reason[:500]},
                )
                for at in range(0, len(wanted), LONGEST)
            ],
            actor,
        )
        Rejected.objects.filter(engagement=engagement, subject__in=wanted).update(
            content=b"", values={}, replayable=False
        )
        record_act(engagement, actor, "erase_personal", reason, cases=len(wanted))
    clear_derived(engagement)
    return destroyed


def cases_of_person(engagement: Engagement, label: str, value: str) -> list[str]:
    """Cases whose personal field says this, as the text it was sent as."""
    found = {
        entry.subject
        for entry in entries(engagement.pk)
        if entry.subject is not None and str(entry.personal.get(label)) == value
    }
    return sorted(found)


def clear_derived(engagement: Engagement) -> None:
    """Drop what holds personal fields in the clear; all of it is made again from the ledger."""
    from giao.kernel.readings.models import Reading

    forget_tails()
    segments = list(Segment.objects.filter(engagement=engagement))
    readings = list(Reading.objects.filter(engagement=engagement))
    Segment.objects.filter(engagement=engagement).delete()
    Reading.objects.filter(engagement=engagement).delete()
    for folder in (*(row.folder for row in segments), *(row.folder for row in readings)):
        if folder:
            shutil.rmtree(in_data(folder), ignore_errors=True)


def retain(engagement: Engagement, now: datetime | None = None) -> tuple[int, int]:
    """Apply the engagement's rules: (cases erased, rejected events removed). For a recurring job; again changes nothing."""
    rule = Retention.objects.filter(engagement=engagement).first() or Retention(engagement=engagement)
    moment = now or timezone.now()
    erased = removed = 0
    if rule.personal_days is not None:
        old = cases_at_rest(engagement, moment - timedelta(days=rule.personal_days))
        erased = erase(engagement, old, None, f"kept for {rule.personal_days} days") if old else 0
    if rule.rejected_days is not None:
        before = us_of(moment - timedelta(days=rule.rejected_days))
        removed, _by_model = Rejected.objects.filter(engagement=engagement, last_us__lt=before).delete()
    return erased, removed


def cases_at_rest(engagement: Engagement, since: datetime) -> Sequence[str]:
    """Cases with a key whose last event was recorded before an instant."""
    kept = SubjectKey.objects.filter(engagement=engagement, destroyed__isnull=True).exclude(subject="")
    last = dict(
        Entry.objects.filter(engagement=engagement, subject__in=kept.values("subject"))
        .values_list("subject")
        .annotate(last=Max("recorded_us"))
    )
    return sorted(case for case, at in last.items() if at < us_of(since))
