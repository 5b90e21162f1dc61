"""Clear readings away that nobody needs any more: results can always be computed again."""

from __future__ import annotations

import shutil
from datetime import timedelta

from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.readings.models import Reading, ReadingState

MOVED_FOR = timedelta(minutes=2)
"""A reading that moved on from another goes so long after it was made: the next ones say more, and a page took it long ago."""

KEPT = 40
"""So many of an engagement's newest readings stay, beside the current one."""

AT_LEAST = timedelta(days=1)
"""None younger than this goes: a page may be reading it."""


def prune(engagement: Engagement) -> int:
    """Delete old readings with their folders; returns how many went. The rows go first: no row points at nothing."""
    now = timezone.now()
    done = Reading.objects.filter(engagement=engagement, current=False).exclude(state=ReadingState.COMPUTING)
    gone = list(done.filter(moved_from__isnull=False, finished__lt=now - MOVED_FOR))
    needed = done.filter(moved_from__isnull=False).exclude(pk__in=[reading.pk for reading in gone])
    bases = set(needed.values_list("moved_from", flat=True))
    bases |= set(
        Reading.objects.filter(engagement=engagement, current=True).values_list("moved_from", flat=True)
    )
    old = done.filter(moved_from=None).order_by("-finished")[KEPT:]
    gone += [
        reading
        for reading in old
        if reading.finished and reading.finished < now - AT_LEAST and reading.pk not in bases
    ]
    Reading.objects.filter(pk__in=[reading.pk for reading in gone]).delete()
    for reading in gone:
        if reading.folder:
            shutil.rmtree(in_data(reading.folder), ignore_errors=True)
    return len(gone)
