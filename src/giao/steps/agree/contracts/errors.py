"""What can go wrong with a version; each message is a sentence for the reader."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class BadDay(EngagementError):
    """A version cannot begin on this day; the message says why, and which days there are."""


class NotAlone(EngagementError):
    """The other side has people here: the change goes to them as a proposal."""

    status = 409
