"""Upload: a file as it came, the mapping that a person agreed to, and what the import made of it."""

from __future__ import annotations

from django.db import models

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
