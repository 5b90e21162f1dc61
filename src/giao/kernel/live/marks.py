"""What pages of an engagement show, as a mark that changes when they would show something else.

A mark is the moment at which the newest reading was done, ``r.<microseconds>``; before the first, how far the ledger goes,
``l.<position>``. It tells nothing else, so that the stream may say it to anybody who may see the engagement. New events change
it once they are read: a page is not called before there is something to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import Max

from giao.kernel.ledger.queries import positions
from giao.kernel.readings.models import Reading, ReadingState

NOTHING = "l.0"
_more: dict[str, Callable[[list[UUID]], dict[UUID, str]]] = {}


def add_mark(name: str, of: Callable[[list[UUID]], dict[UUID, str]]) -> None:
    """A room whose pages change without ledger and reading adds a part of the mark, in one query. It may tell nothing."""
    _more[name] = of


def marks_of(engagements: Iterable[UUID]) -> dict[UUID, str]:
    """Marks of many engagements in few queries; `NOTHING` before the first entry and reading. Needs a scope that sees them."""
    keys = list(engagements)
    at = positions(keys)
    finished = dict(
        Reading.objects.filter(engagement__in=keys)
        .exclude(state=ReadingState.COMPUTING)
        .values_list("engagement_id")
        .annotate(Max("finished"))
    )
    found = {
        key: f"r.{int(done.timestamp() * 1_000_000)}"
        if (done := finished.get(key)) is not None
        else f"l.{at.get(key, 0)}"
        for key in keys
    }
    for of in _more.values():
        for key, part in of(keys).items():
            found[key] += f".{part}"
    return found
