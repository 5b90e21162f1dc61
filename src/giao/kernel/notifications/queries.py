"""Reads: a person's notifications, and how many they have not read."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from giao.kernel.notifications.models import MailChoice, Notification
from giao.kernel.parties.models import User


def notifications_of(user: User, *, unread: bool = False) -> QuerySet[Notification]:
    """Newest first, of the engagements in sight: what a person has left is not shown to them any more."""
    rows = Notification.objects.filter(user=user).select_related("engagement").order_by("-created", "-id")
    return rows.filter(read__isnull=True) if unread else rows


def unread_count(user: User, most: int = 100) -> int:
    """Counted up to `most`: the bell says "99+"."""
    return Notification.objects.filter(user=user, read__isnull=True)[:most].count()


def mark_read(rows: QuerySet[Notification]) -> int:
    return rows.filter(read__isnull=True).update(read=timezone.now())


def wants_mail(user: User) -> bool:
    return not MailChoice.objects.filter(user=user, wanted=False).exists()


def choose_mail(user: User, *, wanted: bool) -> None:
    MailChoice.objects.update_or_create(user=user, defaults={"wanted": wanted})
