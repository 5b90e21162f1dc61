"""The lines of the agreement that define one service level, as they were written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from giao.core.agreement.load import places_of
from giao.kernel.engagements.models import AgreementVersion


def source_of(versions: Sequence[AgreementVersion], kpi: str) -> str:
    """From the newest version that has the service level; empty when none has."""
    for version in reversed(versions):
        found = _cut(version.text, kpi)
        if found:
            return found
    return ""


@lru_cache(maxsize=256)
def _cut(text: str, kpi: str) -> str:
    """From its own line to the next entry at its depth or above."""
    places = places_of(text)
    start = places.get(("kpis", kpi))
    if start is None:
        return ""
    later = [
        line
        for path, (line, _column) in places.items()
        if line > start[0]
        and path[:2] != ("kpis", kpi)
        and (len(path) == 1 or (path[0] == "kpis" and len(path) == 2))
    ]
    lines = text.splitlines()[start[0] - 1 : (min(later) - 1 if later else None)]
    indent = start[1] - 1
    cleaned = [line[indent:] if line[:indent].strip() == "" else line for line in lines]
    return "\n".join(cleaned).rstrip()
