"""Repeat, OrganisationRepeat: the answer to a request that carried an Idempotency-Key, kept for a day so that a repeat does nothing twice."""

from __future__ import annotations

from django.db import models

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager, OrganisationManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation


class Repeat(models.Model):
    """`caller` as `Caller.key`; `asked` the hash of method, address and body; `status` 0 only inside the transaction of the act."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "caller", "key"], name="repeat_one")]
        indexes = [models.Index(fields=["engagement", "at"], name="repeat_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"


class OrganisationRepeat(models.Model):
    """The same for what is done in an organisation: people, tokens, a new engagement."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "caller", "key"], name="organisation_repeat_one")
        ]
        indexes = [models.Index(fields=["organisation", "at"], name="organisation_repeat_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
