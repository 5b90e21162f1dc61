"""Clear readings away that nobody needs any more: results can always be computed again."""

from __future__ import annotations

import shutil
from datetime import timedelta

from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.readings.models import Reading, ReadingState

KEPT = 40
"""So many of an engagement's newest readings stay, beside the current one."""

AT_LEAST = timedelta(days=1)
"""None younger than this goes: a page may be reading it."""


def prune(engagement: Engagement) -> int:
    """Delete old readings with their folders; returns how many went. The rows go first: no row points at nothing."""
    old = list(
        Reading.objects.filter(engagement=engagement, current=False)
        .exclude(state=ReadingState.COMPUTING)
        .order_by("-finished")[KEPT:]
    )
    gone = [reading for reading in old if reading.finished and reading.finished < timezone.now() - AT_LEAST]
    Reading.objects.filter(pk__in=[reading.pk for reading in gone]).delete()
    for reading in gone:
        if reading.folder:
            shutil.rmtree(in_data(reading.folder), ignore_errors=True)
    return len(gone)
