"""Rows that nobody asks for any more go after a stated time. What is told to an auditor (acts, sign-ins) stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from giao.kernel.api.models import Repeat
from giao.kernel.api.once import KEPT as REPEATS_KEPT
from giao.kernel.engagements.scoping import everywhere
from giao.kernel.identity.models import Invitation, ResetLink, ServiceToken, Session
from giao.kernel.notifications.models import Delivery, DeliveryState, Notification

DELIVERIES_KEPT = timedelta(days=90)
"""Of the log of webhooks: what was delivered. What failed stays until the webhook goes."""

NOTIFICATIONS_KEPT = timedelta(days=180)
"""That were read."""

LINKS_KEPT = timedelta(days=90)
"""Invitations that came to nothing, links to set a password: after their end."""

TOKENS_KEPT = timedelta(days=400)
"""Of systems, after their end: longer than a year, so that a yearly audit finds them."""

SOME = 1_000
"""Deleted at a time: a short write."""


def purge() -> dict[str, int]:
    """How many rows of each table went now; at most `SOME` of each. Again changes nothing."""
    now = timezone.now()
    gone = Q(expires__lt=now - LINKS_KEPT)
    with everywhere("what is over is purged for all tenants"):
        return {
            "sessions": _delete(Session.objects.filter(expire_date__lt=now)),
            "repeats": _delete(Repeat.objects.filter(at__lt=now - REPEATS_KEPT)),
            "reset_links": _delete(ResetLink.objects.filter(gone)),
            "invitations": _delete(Invitation.objects.filter(gone, accepted=None)),
            "tokens": _delete(ServiceToken.objects.filter(expires__lt=now - TOKENS_KEPT)),
            "deliveries": _delete(
                Delivery.objects.filter(state=DeliveryState.DELIVERED, created__lt=now - DELIVERIES_KEPT)
            ),
            "notifications": _delete(Notification.objects.filter(read__lt=now - NOTIFICATIONS_KEPT)),
        }


def _delete(rows: QuerySet[Any]) -> int:
    keys = list(rows.order_by().values_list("pk", flat=True)[:SOME])
    if keys:
        rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
