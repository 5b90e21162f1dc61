"""What every job's row has; a room adds what its work needs (its engagement, inputs, result)."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting for an answer")
    COMPUTING = "computing", _("Computing")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class Job(models.Model):
    """`doing` and `share_done` (0..1) tell how far it is; `error` is a sentence for the reader."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.COMPUTING)
    doing = models.CharField(max_length=100, blank=True, default="")
    share_done = models.FloatField(default=0.0)
    error = models.TextField(blank=True, default="")
    lease_owner = models.CharField(max_length=120, blank=True, default="")
    lease_seen = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_computing(self) -> bool:
        return bool(self.state == JobState.COMPUTING)

    @property
    def is_ready(self) -> bool:
        return bool(self.state == JobState.READY)

    @property
    def seconds_left(self) -> int | None:
        """By how far it is since it began; None while that says nothing."""
        if not self.is_computing or self.share_done < 0.05:
            return None
        spent = (timezone.now() - self.created) / timedelta(seconds=1)
        return max(1, round(spent * (1 - self.share_done) / self.share_done))
