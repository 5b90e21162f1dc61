"""SubjectKey: the key of one subject's personal fields in an engagement, wrapped by a master key."""

from __future__ import annotations

from django.db import models

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id


class SubjectKey(models.Model):
    """`subject` is the case, empty for what belongs to none. `wrapped` is emptied when the key is destroyed, for good."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    subject = models.CharField(max_length=500, blank=True)
    master = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created = models.DateTimeField(auto_now_add=True)
    destroyed = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "subject"], name="subject_key_one"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.master})"
