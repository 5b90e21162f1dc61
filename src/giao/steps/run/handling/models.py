"""CaseOwner: which person of an organisation has a case in hand. Nudge: what one side asks the other about a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager, OrganisationManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, User


class Side(models.TextChoices):
    CLIENT = "client", _("client")
    VENDOR = "vendor", _("vendor")


class CaseOwner(models.Model):
    """One an organisation and case: each side has its own, and does not see the other's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    case = models.CharField(max_length=500)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "engagement", "case"], name="case_owner_one")
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.owner_id}"


class Nudge(models.Model):
    """`side` asks, with a reason; somebody of the other side answers once. At most one of a side and case waits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    case = models.CharField(max_length=500)
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.TextField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "case", "side"],
                condition=models.Q(answered__isnull=True),
                name="nudge_one_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(answered__isnull=True, answered_by__isnull=True)
                | models.Q(answered__isnull=False, answered_by__isnull=False),
                name="nudge_answered_by",
            ),
        ]
        indexes = [models.Index(fields=["engagement", "-at"], name="nudge_newest")]

    def __str__(self) -> str:
        return f"{self.case} {self.at:%Y-%m-%d %H:%M}"
