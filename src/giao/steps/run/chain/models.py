"""Supporting agreements (operational levels, underpinning contracts) of one organisation, and what of them it shares.

A supporting agreement belongs to the organisation that put it in: the other side never has it in sight. Sharing makes a copy in
the engagement's sight, and taking the share back deletes that copy: what a side may see never hangs on a condition in a query.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager, OrganisationManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, User


class Kind(models.TextChoices):
    OLA = "ola", _("Operational level agreement (OLA)")
    UNDERPINNING = "underpinning", _("Underpinning contract")


class SupportingAgreement(models.Model):
    """`name`, `receiver` and `party` as the newest version says them: who receives, and whom it binds.

    `withdrawn`: its last day. `revision` counts every act: whoever acts says which one they saw.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    receiver = models.CharField(max_length=300)
    party = models.CharField(max_length=300)
    shared = models.BooleanField(default=False)
    withdrawn = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "engagement", "name"], name="supporting_agreement_name"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="supporting_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class SupportingVersion(models.Model):
    """One version of the document. `hash` is that of its content, whatever its spelling."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    agreement = models.ForeignKey(
        SupportingAgreement, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64)
    effective = models.DateField()
    created = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    objects = OrganisationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "agreement", "number"], name="supporting_version_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "agreement", "effective"], name="supporting_version_day"
            ),
        ]
        ordering = ["effective"]

    def __str__(self) -> str:
        return f"v{self.number} from {self.effective}"


class SharedAgreement(models.Model):
    """The copy of a supporting agreement that its `owner` shows to both sides: all versions, in order of effect."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    texts = models.JSONField(default=list)
    withdrawn = models.DateField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "source"], name="shared_agreement_one"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="shared_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner}"
