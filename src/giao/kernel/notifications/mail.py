"""A notification by e-mail, where the server can send one (GIAO_SMTP_URL), in the receiver's language."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from giao.kernel.health.metrics import delivery_ended
from giao.kernel.jobs.task import task
from giao.kernel.notifications.models import Notification


def can_mail() -> bool:
    return bool(settings.GIAO_MAIL)


@task(long=True, most_attempts=8)
def mail_notification(identifier: str) -> None:
    """At least once: the Message-ID is the notification's, so that a mail that goes out twice is one in the mailbox."""
    row = Notification.objects.select_related("user", "engagement").filter(pk=identifier).first()
    if row is None or not row.user.is_active or not can_mail():
        return
    with translation.override(row.user.language or settings.LANGUAGE_CODE):
        subject = f"{row.title} · {row.engagement.name}"
        parts = [
            row.title,
            row.text,
            f"{settings.GIAO_ADDRESS}{row.link}" if row.link and settings.GIAO_ADDRESS else "",
        ]
    message = EmailMessage(
        " ".join(subject.split())[:200],
        "\n\n".join(part for part in parts if part),
        to=[row.user.email],
        headers={"Message-ID": f"<{row.pk}@giao>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except Exception:
        delivery_ended("mail", "failed")
        raise
    delivery_ended("mail", "delivered")
