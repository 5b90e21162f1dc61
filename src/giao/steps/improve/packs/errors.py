"""What can go wrong with the mail of statement packs; each message is a sentence for the reader."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class BadMail(EngagementError):
    """Something typed cannot be used; the message says what and how to mend it."""


class NoMailServer(EngagementError):
    """This server sends no e-mail."""

    status = 409
