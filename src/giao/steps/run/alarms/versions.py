"""The agreement's versions in force, read once a process: calendars compiled from them are kept by identity."""

from __future__ import annotations

from functools import lru_cache

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.load import parse_agreement
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import versions_in_force


def versions_of(engagement: Engagement) -> tuple[Agreement, ...]:
    return tuple(
        version for row in versions_in_force(engagement) for version in _documents(row.text, row.number)
    )


@lru_cache(maxsize=64)
def _documents(text: str, number: int) -> tuple[Agreement, ...]:
    return tuple(parse_agreement(text, f"v{number}"))
