"""What can go wrong with identities: sentences for the person at the page."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class IdentityError(EngagementError):
    """Base of this room's errors."""
