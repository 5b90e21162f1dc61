"""Webhooks: what is sent, how it is signed, and the job that delivers it. The receiver's side is told in docs/webhooks.md.

Signature: ``Giao-Signature: t=<unix seconds>,v1=<hex>`` with v1 = HMAC-SHA256(secret, "<t>." + body). The receiver computes
it over the bytes that came, compares in constant time, and refuses what is older than five minutes. ``Giao-Delivery`` stays
the same over all attempts: who has seen it already answers 200 and does nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import secrets
import time

from django.utils import timezone

from giao.kernel.crypto.master import master_keys
from giao.kernel.engagements.models import Engagement
from giao.kernel.health.metrics import delivery_ended
from giao.kernel.jobs.task import Effect, task
from giao.kernel.notifications.guard import Refused, target_of
from giao.kernel.notifications.models import Delivery, DeliveryState, Webhook
from giao.kernel.notifications.posting import post

ATTEMPTS = 12
"""With the pauses of `jobs.running` (2 s doubling to an hour): over about three hours."""


class NotDelivered(Exception):
    """A sentence: what the other side answered, or why it was not reached."""


def new_secret() -> str:
    return f"giaowh_{secrets.token_urlsafe(32)}"


def sealed(webhook: Webhook, secret: str) -> Webhook:
    webhook.master, webhook.secret = master_keys().wrap(secret.encode(), _bound(webhook))
    return webhook


def secret_of(webhook: Webhook) -> str:
    """Raises CryptoError when the master key is gone or the row was changed."""
    return master_keys().unwrap(webhook.master, bytes(webhook.secret), _bound(webhook)).decode()


def rewrap_webhooks(engagement: Engagement) -> int:
    """Seal every webhook's secret by the current master key; returns how many were not yet. Doing it again changes nothing."""
    changed = 0
    for hook in Webhook.objects.filter(engagement=engagement).exclude(master=master_keys().current):
        secret = secret_of(hook)
        hook = sealed(hook, secret)
        changed += Webhook.objects.filter(pk=hook.pk).update(master=hook.master, secret=hook.secret)
    return changed


def _bound(webhook: Webhook) -> bytes:
    return f"webhook:{webhook.pk}:{webhook.engagement_id}".encode()


def signature(secret: str, moment: int, body: bytes) -> str:
    """The header's value; `moment` in Unix seconds."""
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


def is_signed(secret: str, header: str, body: bytes, now: float, within_seconds: int = 300) -> bool:
    """What a receiver does; here for the tests, the client and the example in the docs."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdigit() or abs(now - int(parts["t"])) > within_seconds:
        return False
    return hmac.compare_digest(
        signature(secret, int(parts["t"]), body), f"t={parts['t']},v1={parts.get('v1', '')}"
    )


def _given_up(sentence: str, identifier: str) -> None:
    Delivery.objects.filter(pk=identifier).update(state=DeliveryState.FAILED, fault=sentence)


@task(long=True, most_attempts=ATTEMPTS, when_dead=_given_up)
def deliver(identifier: str) -> Effect | None:
    """One attempt. Delivered is an answer of 2xx; everything else is tried again, at last given up."""
    row = Delivery.objects.select_related("webhook").filter(pk=identifier).first()
    if row is None or row.state == DeliveryState.DELIVERED or row.webhook.ended is not None:
        return None
    row.attempts += 1
    row.tried, row.status = timezone.now(), None
    try:
        row.status, said = _post(row)
        row.fault = (
            "" if 200 <= row.status < 300 else f"HTTP {row.status} {' '.join(said.split())[:200]}".strip()
        )
    except (Refused, OSError, http.client.HTTPException) as error:
        row.fault = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
    delivery_ended("webhook", "failed" if row.fault else "delivered")
    row.save(update_fields=["attempts", "tried", "status", "fault"])
    if row.fault:
        raise NotDelivered(row.fault)
    return Effect(lambda: Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.DELIVERED))


def _post(row: Delivery) -> tuple[int, str]:
    body, moment = row.body.encode(), int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "giao-webhook/1",
        "Giao-Delivery": str(row.pk),
        "Giao-Event": row.template,
        "Giao-Signature": signature(secret_of(row.webhook), moment, body),
    }
    return post(target_of(row.webhook.url), body, headers)
