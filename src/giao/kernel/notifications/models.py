"""Notification: one message to one person. MailChoice. Webhook and Delivery: messages to another system."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import EngagementManager
from giao.kernel.identifiers import new_id
from giao.kernel.notifications.words import text_of, title_of
from giao.kernel.parties.models import Organisation, User


class Notification(models.Model):
    """`template` and `values` are told in the reader's language; `link` is a path of this server.

    One a person and key: telling it again changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    template = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    link = models.CharField(max_length=500, blank=True, default="")
    created = models.DateTimeField()
    read = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "user", "key"], name="notification_one")]
        indexes = [
            models.Index(fields=["user", "-created"], name="notification_newest"),
            models.Index(fields=["user"], condition=models.Q(read__isnull=True), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.key}"

    @property
    def title(self) -> str:
        return title_of(self.template, self.values)

    @property
    def text(self) -> str:
        return text_of(self.template, self.values)


class MailChoice(models.Model):
    """Whether a person wants notifications by e-mail too; no row: yes."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    wanted = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.wanted}"


class Webhook(models.Model):
    """An organisation's address that hears what its people are told in an engagement. `templates` empty: everything.

    `secret` is sealed by the master key `master` and signs what is sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    url = models.CharField(max_length=500)
    templates = models.JSONField(default=list)
    master = models.CharField(max_length=40)
    secret = models.BinaryField()
    created = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        indexes = [models.Index(fields=["engagement", "organisation"], name="webhook_engagement")]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


class Delivery(models.Model):
    """One message to one webhook. `body` is what is sent, byte by byte, at every attempt; `status` the last HTTP answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", db_index=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    template = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.TextField(blank=True, default="")
    created = models.DateTimeField()
    tried = models.DateTimeField(null=True)
    objects = EngagementManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "key"], name="delivery_one")]
        indexes = [models.Index(fields=["engagement", "-created"], name="delivery_newest")]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"
