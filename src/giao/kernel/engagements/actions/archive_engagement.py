"""Put an engagement into the archive (read only, out of the overviews), or take it out again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User


def archive_engagement(engagement: Engagement, actor: User | None = None) -> None:
    """Doing it twice changes nothing."""
    with transaction.atomic():
        done = Engagement.objects.filter(pk=engagement.pk, archived__isnull=True).update(
            archived=timezone.now()
        )
        if done:
            record_act(engagement, actor, "archive_engagement", engagement.name)


def reopen_engagement(engagement: Engagement, actor: User | None = None) -> None:
    with transaction.atomic():
        done = Engagement.objects.filter(pk=engagement.pk, archived__isnull=False).update(archived=None)
        if done:
            record_act(engagement, actor, "reopen_engagement", engagement.name)
