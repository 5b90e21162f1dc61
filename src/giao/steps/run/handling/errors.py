"""What can go wrong with a case in hand; each message is a sentence for the reader."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class BadAsk(EngagementError):
    """Something typed or chosen cannot be used; the message says what and how to mend it."""

    status = 422


class TooLate(EngagementError):
    """Somebody acted first, or it waits already; the message says who."""

    status = 409
