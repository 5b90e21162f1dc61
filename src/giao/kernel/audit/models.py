"""Act: one business act in an engagement. OrganisationAct: one in an organisation. SignIn: one attempt to sign in."""

from __future__ import annotations

from django.db import models

from giao.kernel.audit.words import words_of
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager, OrganisationManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, User


class Act(models.Model):
    """`what` names the act (``adopt_agreement``); `about` its object in words; `data` its figures.

    `robot`: the service account that did it, as it was called then; the actor beside it, if any, answers for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="acts", db_index=False)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    robot = models.CharField(max_length=200, blank=True, default="")
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True, default="")
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "-at"], name="act_engagement_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.about}"

    @property
    def words(self) -> str:
        """What was done, in the reader's language."""
        return words_of(self.what)


class OrganisationAct(models.Model):
    """One act about an organisation's people, tokens and sessions. Fields as in `Act`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="acts", db_index=False
    )
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True, default="")
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    objects = OrganisationManager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="organisation_act_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.about}"

    @property
    def words(self) -> str:
        return words_of(self.what)


class SignIn(models.Model):
    """`account` is the e-mail as typed, in small letters: an attempt may name nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.CharField(max_length=254)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="sign_ins", db_index=False
    )
    address = models.GenericIPAddressField(null=True)
    succeeded = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="sign_in_account_at"),
            models.Index(fields=["address", "-at"], name="sign_in_address_at"),
            models.Index(fields=["user", "-at"], name="sign_in_user_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.account} {'in' if self.succeeded else 'refused'}"
