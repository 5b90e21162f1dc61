"""What can go wrong with a proposal; each message is a sentence for the reader."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class ChangedMeanwhile(EngagementError):
    """Somebody else acted first; the message says what changed."""

    status = 409


class NotNow(EngagementError):
    """The act does not fit the state of the proposal, or the side that asks for it."""

    status = 409


class BadForm(EngagementError):
    """Something typed cannot be used; the message says what and how to mend it."""
