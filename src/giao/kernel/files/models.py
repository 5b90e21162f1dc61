"""StoredFile: one content in an engagement, where it lies and which key opens it."""

from __future__ import annotations

from django.db import models

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User


class StoredFile(models.Model):
    """`digest`: SHA-256 of the content; the same content is stored once. `wrapped`: its key under master key `master`.

    `scanned`: who found nothing wrong, empty when there is no scanner.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    size = models.BigIntegerField()
    master = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    scanned = models.CharField(max_length=200, blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "digest"], name="stored_file_content")]

    def __str__(self) -> str:
        return f"{self.name} ({self.digest[:12]})"
