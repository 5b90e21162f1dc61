"""What can go wrong here; each message is a sentence for the reader."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class BadForm(EngagementError):
    """Something typed cannot be used; the message says what and how to mend it."""


class DoneMeanwhile(EngagementError):
    """Somebody else recorded it first; the message says who and when."""

    status = 409
