"""Reading: one triple and where its results lie. KpiFigure, StatementFigure: the rows that overviews are made of."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.jobs.models import Job
from giao.kernel.jobs.queue import job_of
from giao.kernel.jobs.work import key_of


class ReadingState(models.TextChoices):
    COMPUTING = "computing"
    READY = "ready"
    FAILED = "failed"


class Reading(models.Model):
    """`folder` (relative to the data folder) holds the results of `giao.core.agreement.store`.

    `current`: the newest ready reading at the instant where the engagement stands; overviews read it.
    `at_now`: asked for without an instant, so that it stood at "now" when it was made.
    `position`: how far of the ledger it reads; `log_hash` names the same place by its hash.
    `figures`: small numbers for overviews (see `figures.Figures`).
    `whole`: asked for as a whole; others may have moved on from a whole one, `moved_from`, whose statements they show.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    agreement_hash = models.CharField(max_length=64)
    log_hash = models.CharField(max_length=64)
    position = models.BigIntegerField(default=0)
    as_of = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReadingState.choices, default=ReadingState.COMPUTING)
    current = models.BooleanField(default=False)
    at_now = models.BooleanField(default=False)
    whole = models.BooleanField(default=False)
    moved_from = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    folder = models.CharField(max_length=500, blank=True, default="")
    error = models.TextField(blank=True, default="")
    figures = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "agreement_hash", "log_hash", "as_of", "whole"], name="reading_triple"
            ),
            models.UniqueConstraint(
                fields=["engagement"], condition=models.Q(current=True), name="reading_one_current"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ReadingState.values), name="reading_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["engagement", "-finished"], name="reading_engagement_finished"),
            models.Index(fields=["moved_from"], name="reading_moved_from"),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} as of {self.as_of:%Y-%m-%d %H:%M} {self.state}"

    @property
    def ready(self) -> bool:
        return self.state == ReadingState.READY

    @cached_property
    def job(self) -> Job | None:
        """Its newest job: `doing_words`, `share_done`, `seconds_left`."""
        return job_of(self.engagement_id, key_of(self))


class KpiFigure(models.Model):
    """One KPI result. `position` counts back from the newest window (0) of its KPI and group.

    `value`, `expected`, `minimum` in the KPI's unit (share 0..1, seconds, number), for showing; the exact values are in
    the reading's folder. `value` null: no data.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="kpis", db_index=False)
    kpi = models.CharField(max_length=120)
    window = models.CharField(max_length=30)
    position = models.PositiveIntegerField()
    group = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=10, default="share")
    n = models.BigIntegerField()
    value = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    minimum = models.FloatField(null=True)
    state = models.CharField(max_length=20)
    provisional = models.BooleanField(default=False)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    overdue_open = models.BigIntegerField(default=0)
    misses = models.BigIntegerField(default=0)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "reading", "kpi", "window", "group"], name="kpi_figure_one"
            )
        ]
        indexes = [
            models.Index(fields=["engagement", "reading", "position"], name="kpi_figure_newest"),
            models.Index(fields=["reading"], name="kpi_figure_reading"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.window} {self.state}"


class StatementFigure(models.Model):
    """One month's statement in totals. `position` counts back from the newest month (0)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="statements", db_index=False)
    month = models.CharField(max_length=7)
    position = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    fees = models.DecimalField(max_digits=24, decimal_places=6)
    at_risk = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    credit_total = models.DecimalField(max_digits=24, decimal_places=6)
    earned_back = models.DecimalField(max_digits=24, decimal_places=6)
    tax = models.DecimalField(max_digits=24, decimal_places=6)
    total = models.DecimalField(max_digits=24, decimal_places=6)
    provisional = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    hash = models.CharField(max_length=64, blank=True, default="")
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "reading", "month"], name="statement_figure_one")
        ]
        indexes = [
            models.Index(fields=["engagement", "reading", "position"], name="statement_figure_newest"),
            models.Index(fields=["reading"], name="statement_figure_reading"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.total} {self.currency}"
