"""Draft: what a person is writing. Replay: past months under a draft, beside what is in force."""

from __future__ import annotations

from django.db import models

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.jobs.work import Work
from giao.kernel.parties.models import User


class Draft(models.Model):
    """One a person and engagement; kept as it was typed, right or wrong. `answers`: the proposal that it counters."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    answers = models.UUIDField(null=True, blank=True)
    updated = models.DateTimeField(auto_now=True)
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "author"], name="draft_one")]

    def __str__(self) -> str:
        return f"draft of {self.author}"


class Replay(Work):
    """`text` is the draft, `text_hash` its SHA-256; `result` holds both sides (see `replaying.result_of`).

    `agreement_hash` and `ledger_hash`: the versions in force and the record that it was computed from.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    agreement_hash = models.CharField(max_length=64, blank=True, default="")
    ledger_hash = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(default=dict, blank=True)
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "-created"], name="replay_engagement")]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"
