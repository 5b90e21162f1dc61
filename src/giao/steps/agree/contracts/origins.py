"""Where versions came from, in words. A wing that brings versions in force says so once, in its AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from giao.kernel.engagements.models import Engagement


@dataclass(frozen=True)
class Origin:
    """`words`: one sentence in the reader's language; `page`, `identifier`: where it is told in full."""

    words: str
    page: str = ""
    identifier: str = ""


Origins = Callable[[Engagement], Mapping[UUID, Origin]]
_known: dict[str, Origins] = {}


def add_origins(name: str, origins: Origins) -> None:
    """`origins`: by the key of a version. Doing it again replaces it (a reload)."""
    _known[name] = origins


def origins_of(engagement: Engagement) -> dict[UUID, Origin]:
    found: dict[UUID, Origin] = {}
    for origins in _known.values():
        found |= origins(engagement)
    return found
