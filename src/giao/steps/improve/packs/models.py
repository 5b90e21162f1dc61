"""The mail that brings the statement pack to people: one an organisation and engagement, its recipients, what was sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, User


class Content(models.TextChoices):
    DRAFT = "draft", _("the figures as they stand then")
    CLOSED = "closed", _("only once the month is closed")


class StatementMail(models.Model):
    """Sent on the `business_day`-th business day of the month after, at `hour`:`minute` of the engagement's zone.

    since      of the days that come from here on: one that had passed when it was set up is not made up for
    done       the last month (``2018-03``) that was brought, or told to be without data
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    active = models.BooleanField(default=True)
    business_day = models.PositiveSmallIntegerField(default=3)
    hour = models.PositiveSmallIntegerField(default=8)
    minute = models.PositiveSmallIntegerField(default=0)
    calendar = models.CharField(max_length=120, blank=True, default="")
    content = models.CharField(max_length=6, choices=Content.choices, default=Content.DRAFT)
    attach = models.BooleanField(default=True)
    since = models.DateTimeField()
    done = models.CharField(max_length=7, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "organisation"], name="statement_mail_one"),
            models.CheckConstraint(
                condition=models.Q(content__in=Content.values), name="statement_mail_content_known"
            ),
            models.CheckConstraint(
                condition=models.Q(business_day__gte=1, business_day__lte=20), name="statement_mail_day"
            ),
            models.CheckConstraint(
                condition=models.Q(hour__lte=23, minute__lte=59), name="statement_mail_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} day {self.business_day}"


class MailRecipient(models.Model):
    """A member of the organisation (`user`), or somebody outside by address. Language of the pack: vi or en."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    mail = models.ForeignKey(
        StatementMail, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    address = models.EmailField()
    language = models.CharField(max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "mail", "address"], name="mail_recipient_one")
        ]
        indexes = [
            models.Index(fields=["mail"], name="mail_recipient_mail"),
            models.Index(fields=["user"], name="mail_recipient_user"),
        ]

    def __str__(self) -> str:
        return self.address


class SentState(models.TextChoices):
    WAITING = "waiting", _("On its way")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    NO_DATA = "no_data", _("Not sent: no data")


class SentPack(models.Model):
    """One mail to one address: one a month and version (`draft`, `closed`; a test has a version of its own).

    reading   whose figures it holds, the same for all of one month's mails
    attempts  how often it was tried; `fault` why the last try failed
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    version = models.CharField(max_length=50)
    address = models.EmailField()
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    language = models.CharField(max_length=2)
    attach = models.BooleanField()
    reading = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=SentState.choices, default=SentState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True, default="")
    created = models.DateTimeField()
    sent = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "month", "version", "address"], name="sent_pack_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=SentState.values), name="sent_pack_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["engagement", "organisation", "-created"], name="sent_pack_newest"),
            models.Index(fields=["user"], name="sent_pack_user"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.version} {self.state}"

    @property
    def is_test(self) -> bool:
        return self.version.startswith("test-")
