"""Where versions came from and which may follow, in words. A wing that brings versions in force says so once, in its
AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import Party


@dataclass(frozen=True)
class Origin:
    """`words`: one sentence in the reader's language; `page`, `identifier`: where it is told in full."""

    words: str
    page: str = ""
    identifier: str = ""


Origins = Callable[[Engagement], Mapping[UUID, Origin]]
Waiting = Callable[[Engagement, Party | None], Sequence[Origin]]
_known: dict[str, tuple[Origins, Waiting]] = {}


def add_origins(name: str, origins: Origins, waiting: Waiting) -> None:
    """`origins`: by the key of a version. `waiting`: what may become the next version, told to a side (None: to who acts for
    neither). Doing it again replaces it (a reload)."""
    _known[name] = origins, waiting


def origins_of(engagement: Engagement) -> dict[UUID, Origin]:
    found: dict[UUID, Origin] = {}
    for origins, _waiting in _known.values():
        found |= origins(engagement)
    return found


def waiting_in(engagement: Engagement, side: Party | None) -> list[Origin]:
    return [item for _origins, waiting in _known.values() for item in waiting(engagement, side)]
