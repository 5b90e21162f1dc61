"""Engagement, the versions of its agreement, its imported logs and facts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.scoping import EngagementManager, OwnEngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, User


class Engagement(models.Model):
    """`as_of`: a stored instant at which every page stands unless the reader asks for another (a demo, an archive).

    `steps`: state of the five steps where it is not derived, e.g. ``{"identify": "done", "choose": "unneeded"}``.
    `archived`: read only from then on. `removal_due`: it is out of sight, and a job removes it for good at that instant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements_as_client")
    vendor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements_as_vendor")
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    zone = models.CharField(max_length=64, default="UTC")
    as_of = models.DateTimeField(null=True, blank=True)
    steps = models.JSONField(default=dict, blank=True)
    archived = models.DateTimeField(null=True, blank=True)
    removal_due = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    objects = OwnEngagementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(client=models.F("vendor")), name="engagement_two_parties"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.vendor.name}"


class ThirdParty(models.Model):
    """A sub-contractor of an engagement. It sees the events that its groups did, and nothing else of it.

    `groups`: names as in the log's `group` column, at least one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, related_name="third_parties", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="engagements_as_third"
    )
    groups = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "organisation"], name="third_party_one")]

    def __str__(self) -> str:
        return f"{self.organisation} ({', '.join(self.groups)})"


class Unmasking(models.Model):
    """A person's reasoned look at masked personal data: one field in all cases, or all fields of one case, for a while.

    Exactly one of `field` and `case` is set.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=200, blank=True, default="")
    case = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(field="") ^ models.Q(case=""), name="unmasking_field_or_case"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="unmasking_reasoned"),
        ]
        indexes = [models.Index(fields=["engagement", "person", "-until"], name="unmasking_active")]

    def __str__(self) -> str:
        return f"{self.person} {self.field or self.case} until {self.until:%Y-%m-%d %H:%M}"


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")


class AgreementVersion(models.Model):
    """One version of the document. `hash` is that of its content (`Agreement.hash`), whatever its spelling."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64)
    effective = models.DateField()
    state = models.CharField(max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "number"], name="agreement_number"),
            models.UniqueConstraint(
                fields=["engagement", "effective"],
                condition=models.Q(state="in_force"),
                name="agreement_in_force_effective",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AgreementState.values), name="agreement_state_known"
            ),
        ]
        ordering = ["effective", "number"]

    def __str__(self) -> str:
        return f"v{self.number} ({self.state}, from {self.effective})"


class LogImport(models.Model):
    """A sealed log. `folder` is relative to the data folder; a later import holds what the earlier ones held too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, related_name="log_imports", db_index=False
    )
    source = models.CharField(max_length=300)
    folder = models.CharField(max_length=500)
    mapping = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    hash = models.CharField(max_length=64)
    undone = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "-created"], name="log_import_engagement")]

    def __str__(self) -> str:
        return f"{self.source} ({self.hash[:8]})"


class FactImport(models.Model):
    """A file of facts and decisions (rates, staff days, inspections…), as it came. `file` is relative to the data folder."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, related_name="fact_imports", db_index=False
    )
    source = models.CharField(max_length=300)
    file = models.CharField(max_length=500)
    hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "-created"], name="fact_import_engagement")]

    def __str__(self) -> str:
        return f"{self.source} ({self.count})"
