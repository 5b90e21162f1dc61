"""Links by e-mail, where the server can send one (GIAO_SMTP_URL); where it cannot, a person hands the link over."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail

logger = logging.getLogger(__name__)


def can_mail() -> bool:
    return bool(settings.GIAO_MAIL)


def mail_link(address: str, subject: str, text: str) -> bool:
    """False when there is no mail server, or it refuses: then the link has to be handed over. The link is not logged."""
    if not can_mail():
        return False
    try:
        return send_mail(subject, text, None, [address]) == 1
    except OSError:
        logger.exception("a mail could not be handed to the mail server")
        return False
