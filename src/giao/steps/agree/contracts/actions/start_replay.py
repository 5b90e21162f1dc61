"""Start a replay of a draft over the past months."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import Engagement
from giao.kernel.jobs.work import begin
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.models import Replay
from giao.steps.agree.contracts.queries import parsed, text_hash


def start_replay(engagement: Engagement, author: User, text: str, title: str, as_of: datetime) -> Replay:
    """Raises DocumentErrors when the text is no agreement."""
    parsed(text)
    with transaction.atomic():
        job = Replay.objects.create(
            engagement=engagement,
            created_by=author,
            text=text,
            text_hash=text_hash(text),
            title=title[:200],
            as_of=as_of,
        )
        record_act(engagement, author, "start_replay", title)
        begin(job)
    return job
