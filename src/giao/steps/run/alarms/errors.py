"""What can go wrong with alarms; each message is a sentence for the reader."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class ChangedMeanwhile(EngagementError):
    """Somebody else acted first; the message says what changed."""

    status = 409


class NotNow(EngagementError):
    """The act does not fit the state of the alarm."""

    status = 409


class BadRule(EngagementError):
    """Something typed cannot be used; the message says what and how to mend it."""
