"""Job: one row of the lease table. Schedule: what comes again and again. WorkerSeen: who works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.jobs.words import doing_words, task_words
from giao.kernel.parties.models import Organisation, User

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""The `due` of a job that waits for no time: a clock that is set back cannot delay it."""


class JobState(models.TextChoices):
    READY = "ready", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


def _one_owner() -> models.Q:
    """Said with `isnull`: a comparison with null is no refusal."""
    engagement = models.Q(engagement__isnull=False, organisation__isnull=True, owner=models.F("engagement"))
    organisation = models.Q(
        engagement__isnull=True, organisation__isnull=False, owner=models.F("organisation")
    )
    return engagement | organisation


class Job(models.Model):
    """`owner` is the key of its engagement or organisation. `task` is the dotted name of the function.

    `due` is null unless the job waits (the indexes of both databases rest on that); `lease_owner` is null unless it runs.
    `beat` counts up with every sign of life; `attempts` is also the fence: who comes back late finds another number.
    `key`: one waiting job an owner and key, and none beside a running one. `once`: one job ever an owner and key.
    `doing` is a message id with values (`words`), `share_done` 0..1; `error` a sentence; `faults` the last tracebacks.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.UUIDField()
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    long = models.BooleanField(default=False)
    key = models.CharField(max_length=200, null=True)
    once = models.CharField(max_length=200, null=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.READY)
    due = models.DateTimeField(null=True, default=AT_ONCE)
    attempts = models.PositiveSmallIntegerField(default=0)
    most_attempts = models.PositiveSmallIntegerField(default=5)
    lease_owner = models.CharField(max_length=160, null=True)
    beat = models.PositiveIntegerField(default=0)
    cancelling = models.BooleanField(default=False)
    doing = models.JSONField(default=dict)
    share_done = models.FloatField(default=0.0)
    result = models.JSONField(null=True)
    error = models.TextField(default="")
    faults = models.JSONField(default=list)
    workers = models.JSONField(default=list)
    starter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    tried = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_owner(), name="job_one_owner"),
            models.CheckConstraint(
                condition=models.Q(state=JobState.READY, due__isnull=False)
                | (~models.Q(state=JobState.READY) & models.Q(due__isnull=True)),
                name="job_due_while_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(state=JobState.RUNNING, lease_owner__isnull=False)
                | (~models.Q(state=JobState.RUNNING) & models.Q(lease_owner__isnull=True)),
                name="job_leased_while_running",
            ),
            models.UniqueConstraint(
                fields=["owner", "key"], condition=models.Q(due__isnull=False), name="job_one_waiting"
            ),
            models.UniqueConstraint(fields=["owner", "once"], name="job_once"),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due", "id"], condition=models.Q(due__isnull=False), name="job_due"
            ),
            models.Index(
                fields=["owner", "key"], condition=models.Q(lease_owner__isnull=False), name="job_running"
            ),
            models.Index(fields=["owner", "key", "-created"], name="job_key"),
            models.Index(fields=["owner", "state", "-created"], name="job_owner"),
            models.Index(
                fields=["finished"], condition=models.Q(finished__isnull=False), name="job_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    @property
    def name(self) -> str:
        return self.task.rpartition(".")[2]

    @property
    def words(self) -> str:
        """What it is for, in the reader's language."""
        return task_words(self.name)

    @property
    def is_timed(self) -> bool:
        return self.due is not None and self.due > AT_ONCE

    @property
    def doing_words(self) -> str:
        """What is being done now, in the reader's language."""
        return doing_words(self.doing)

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.DEAD, JobState.CANCELLED)

    @property
    def seconds_left(self) -> int | None:
        """By how far it is since it began; None while that says nothing."""
        if self.state != JobState.RUNNING or self.started is None or self.share_done < 0.05:
            return None
        spent = (timezone.now() - self.started) / timedelta(seconds=1)
        return max(1, round(spent * (1 - self.share_done) / self.share_done))


class Schedule(models.Model):
    """What is enqueued again and again: every `every_seconds`, or at the times of `cron` in `zone`.

    `slot` is the last instant for which a job was made, `next` the coming one: an instant never counts twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.UUIDField()
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=100)
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    every_seconds = models.PositiveIntegerField(null=True)
    cron = models.CharField(max_length=100, default="", blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    slot = models.DateTimeField(null=True)
    next = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_owner(), name="schedule_one_owner"),
            models.UniqueConstraint(fields=["owner", "name"], name="schedule_one"),
        ]
        indexes = [models.Index(fields=["next"], name="schedule_next")]

    def __str__(self) -> str:
        return f"{self.name} {self.cron or self.every_seconds}"


class WorkerSeen(models.Model):
    """One worker process: when it last said that it lives. Belongs to the installation, not to a tenant."""

    name = models.CharField(primary_key=True, max_length=160)
    slots = models.PositiveSmallIntegerField(default=1)
    running = models.PositiveSmallIntegerField(default=0)
    started = models.DateTimeField()
    seen = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-seen"], name="worker_seen")]

    def __str__(self) -> str:
        return f"{self.name} {self.seen:%Y-%m-%d %H:%M:%S}"


def values_of_owner(engagement: Any = None, organisation: Any = None) -> dict[str, Any]:
    """Columns of the owner, from one of the two as a row or a key."""
    whose, key = ("engagement_id", engagement) if organisation is None else ("organisation_id", organisation)
    key = getattr(key, "pk", key)
    return {"owner": key, whose: key}
