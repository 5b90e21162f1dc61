"""Where a case is in hand: one address for links, notifications and forms."""

from __future__ import annotations

from collections.abc import Mapping

from giao.kernel.engagements.models import Engagement
from giao.ui.navigation import page_url


def handling_url(engagement: Engagement, case: str, carried: Mapping[str, str] | None = None) -> str:
    return page_url("handling", {"case": case, **(carried or {})}, slug=engagement.slug) or "/"
