"""Who reviewed and closed which month with which figures; invoices of the vendor; disputes; exclusions asked for.

The numbers themselves follow from agreement and ledger; a decision that changes one is recorded there too.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User


class Side(models.TextChoices):
    CLIENT = "client", _("Client")
    VENDOR = "vendor", _("Vendor")


class MonthReview(models.Model):
    """One side has looked at a month's statement and agrees with these figures (`figures_hash` of `figures`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    side = models.CharField(max_length=6, choices=Side.choices)
    figures_hash = models.CharField(max_length=64)
    total = models.DecimalField(max_digits=24, decimal_places=6)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "month", "side"], name="month_review_one"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="month_review_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.side} {self.total}"


class MonthClose(models.Model):
    """A month frozen by both: (agreement, ledger) it was read from, and its figures."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    agreement_hash = models.CharField(max_length=64)
    ledger_hash = models.CharField(max_length=64)
    figures_hash = models.CharField(max_length=64)
    total = models.DecimalField(max_digits=24, decimal_places=6)
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "month"], name="month_close_one")]

    def __str__(self) -> str:
        return f"{self.month} closed {self.total} {self.currency}"


class VendorInvoice(models.Model):
    """An invoice file as it came. `lines` as read; `file` relative to the data folder; the newest of a month counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    name = models.CharField(max_length=200)
    file = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64)
    lines = models.JSONField(default=list)
    set_aside = models.JSONField(default=list)
    stated_total = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    tolerance = models.DecimalField(max_digits=24, decimal_places=6, default=0)
    tolerance_share = models.DecimalField(max_digits=7, decimal_places=6, default=0)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "month", "-at"], name="vendor_invoice_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.name}"


class Pairing(models.Model):
    """A vendor's name of a line (`same_name`), and the item that people paired it with: kept for the next invoice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=300)
    item = models.CharField(max_length=300)
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "name"], name="pairing_one")]

    def __str__(self) -> str:
        return f"{self.name} = {self.item}"


class DisputeState(models.TextChoices):
    OPEN = "open", _("Open")
    REJECTED = "rejected", _("Rejected")
    ESCALATED = "escalated", _("Escalated")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Dispute(models.Model):
    """One item of one month's statement in dispute (one row an item, for good).

    item      key of the item (`core.agreement.invoicing.Item.key`)
    claim     signed: by how much the raising side wants the item changed; negative: the client owes less
    offer     a settlement on the table, by `offered_by`; the other side may accept it
    agreed    the settlement that both accepted
    revision  counts every act: whoever acts says which one they saw
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    item = models.CharField(max_length=300)
    currency = models.CharField(max_length=3)
    stood = models.DecimalField(max_digits=24, decimal_places=6)
    claim = models.DecimalField(max_digits=24, decimal_places=6)
    state = models.CharField(max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN)
    raised_by = models.CharField(max_length=6, choices=Side.choices)
    offer = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    offered_by = models.CharField(max_length=6, choices=Side.choices, blank=True, default="")
    agreed = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    answer_by = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "month", "item"], name="dispute_one"),
            models.CheckConstraint(
                condition=models.Q(state__in=DisputeState.values), name="dispute_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(raised_by__in=Side.values), name="dispute_raised_by_known"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed__isnull=True) | models.Q(state="settled"),
                name="dispute_agreed_when_settled",
            ),
        ]
        indexes = [models.Index(fields=["engagement", "state", "answer_by"], name="dispute_state")]

    def __str__(self) -> str:
        return f"{self.month} {self.item} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def other_side(self) -> str:
        return Side.VENDOR if self.raised_by == Side.CLIENT else Side.CLIENT


OPEN_STATES = (DisputeState.OPEN, DisputeState.ESCALATED, DisputeState.REJECTED)


class DisputeAct(models.TextChoices):
    RAISE = "raise", _("raised it")
    NOTE = "note", _("wrote")
    OFFER = "offer", _("offered to settle")
    ACCEPT = "accept", _("accepted")
    REJECT = "reject", _("rejected it")
    WITHDRAW = "withdraw", _("withdrew it")
    ESCALATE = "escalate", _("escalated it")


class DisputeEntry(models.Model):
    """One line of a dispute's thread. `evidence`: a file relative to the data folder, with its name and SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="entries", db_index=False)
    act = models.CharField(max_length=10, choices=DisputeAct.choices)
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField(blank=True, default="")
    amount = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    evidence = models.CharField(max_length=500, blank=True, default="")
    evidence_name = models.CharField(max_length=200, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    objects = EngagementManager()

    class Meta:
        indexes = [
            models.Index(fields=["engagement", "dispute", "at"], name="dispute_entry_thread"),
            models.Index(fields=["dispute"], name="dispute_entry_dispute"),
        ]

    def __str__(self) -> str:
        return f"{self.act} by {self.side}"


class ExclusionState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Exclusion(models.Model):
    """Cases that one side asks to be excused under a relief of the agreement, until the other side decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    relief = models.CharField(max_length=120)
    cases = models.JSONField(default=list)
    begins = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    reason = models.TextField()
    evidence = models.CharField(max_length=500, blank=True, default="")
    evidence_name = models.CharField(max_length=200, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, choices=ExclusionState.choices, default=ExclusionState.REQUESTED)
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ExclusionState.values), name="exclusion_state_known"
            )
        ]
        indexes = [models.Index(fields=["engagement", "-at"], name="exclusion_engagement")]

    def __str__(self) -> str:
        return f"{self.relief} {self.state}"
