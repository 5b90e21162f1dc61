"""Upload: a file as it came, the mapping that a person agreed to, and what the import made of it."""

from __future__ import annotations

from django.db import models

from giao.core.log.exporting import FORMATS
from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.jobs.work import Work


class Upload(Work):
    """`file` is relative to the data folder; `mapping` what the person said (the rest is found); `target`: append, new
    or engagement (a new one, described by `opening`)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=300)
    file = models.CharField(max_length=500)
    mapping = models.JSONField(default=dict, blank=True)
    target = models.CharField(max_length=12, default="new")
    opening = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    imported = models.ForeignKey(
        LogImport, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "-created"], name="upload_engagement")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Export(Work):
    """The engagement's log as a file, for who asked alone: what they saw unmasked is in it.

    `position`: of the ledger; `hidden`: columns that are masked; `asked_by` as `Caller.key`. `file`, relative to the data folder
    and sealed by a key that the master key `master` wraps, goes after a day.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    format = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    as_of = models.DateTimeField(null=True)
    position = models.BigIntegerField()
    hidden = models.JSONField(default=list)
    asked_by = models.CharField(max_length=60)
    size = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    file = models.CharField(max_length=500, blank=True, default="")
    master = models.CharField(max_length=40, blank=True, default="")
    wrapped = models.BinaryField(default=bytes)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(format__in=list(FORMATS)), name="export_format_known")
        ]
        indexes = [models.Index(fields=["engagement", "asked_by", "-created"], name="export_engagement")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
