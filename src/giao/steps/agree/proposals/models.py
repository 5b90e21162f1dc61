"""Proposal: one text that a side offers as the next version. ProposalEntry: one line of what was said and done about it.

A thread is a proposal with the counter-proposals that answered it: 3.1, 3.2, 3.3…
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import AgreementVersion, Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.models import Replay


class Side(models.TextChoices):
    CLIENT = "client", _("Client")
    VENDOR = "vendor", _("Vendor")


class ProposalState(models.TextChoices):
    """A draft is no proposal yet: it is the text in its author's editor, which nobody else sees."""

    PROPOSED = "proposed", _("Proposed")
    COUNTERED = "countered", _("Countered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OVERTAKEN = "overtaken", _("Overtaken")


class Proposal(models.Model):
    """`text` is what would be in force, with its day and number written in, beside `base`, the last version then.

    thread, number   the thread in the engagement, and the place in the thread, both from 1
    answers          the proposal that this one counters
    replay           closed months under this text, beside what was in force
    version          the version that it became
    revision         counts every act: whoever acts says which one they saw
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    answers = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    base = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    effective = models.DateField()
    side = models.CharField(max_length=6, choices=Side.choices)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    revision = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    replay = models.ForeignKey(Replay, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    version = models.ForeignKey(
        AgreementVersion, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "thread", "number"], name="proposal_number"),
            models.UniqueConstraint(
                fields=["engagement", "version"],
                condition=models.Q(version__isnull=False),
                name="proposal_one_a_version",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ProposalState.values), name="proposal_state_known"
            ),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="proposal_side_known"),
        ]
        indexes = [models.Index(fields=["engagement", "state"], name="proposal_state")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    @property
    def name(self) -> str:
        return f"{self.thread}.{self.number}"

    @property
    def other_side(self) -> str:
        return Side.VENDOR if self.side == Side.CLIENT else Side.CLIENT


class ProposalAct(models.TextChoices):
    PROPOSE = "propose", _("proposed it")
    COUNTER = "counter", _("answered with a counter-proposal")
    ACCEPT = "accept", _("accepted it")
    DECLINE = "decline", _("declined it")
    WITHDRAW = "withdraw", _("withdrew it")
    NOTE = "note", _("wrote")
    OVERTAKE = "overtake", _("put another version in force; this one is overtaken")


class ProposalEntry(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="entries", db_index=False)
    act = models.CharField(max_length=10, choices=ProposalAct.choices)
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField(blank=True, default="")
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["proposal", "at"], name="proposal_entry_at")]

    def __str__(self) -> str:
        return f"{self.act} by {self.side}"
