"""Seal what has settled: live events become the next segment over the imported log, so that readers start from there.

A segment is derived: nothing is lost with it, and it changes no number. The log of segment and tail is the log of all
events, to the byte of its hash (`core.log.tail`).
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from django.db import transaction

from giao.core.log.folder import write_manifest
from giao.core.log.part import FORMAT, flush
from giao.core.log.tail import Tail
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import folder_of, in_data, relative_to_data
from giao.kernel.identifiers import new_id
from giao.kernel.ledger.models import Segment
from giao.kernel.ledger.queries import position
from giao.kernel.ledger.reading import has_live, imported_at, tail_of

logger = logging.getLogger(__name__)

AT_LEAST, SHARE = 50_000, 0.1
"""Sealing is worth it from so many live events on, or from this share of what is sealed, whichever is more."""

KEPT = 2
"""So many segments stay: the newest, and the one that a reader may have open."""


def seal(engagement: Engagement, through: int | None = None) -> Segment | None:
    """Write the live events up to a position (None: the last) over the imported log; None when there are none.

    The folder is complete or not there; a process that dies leaves a folder without a row, which `sweep` clears.
    """
    last = position(engagement.pk) if through is None else through
    if not has_live(engagement.pk, last):
        return None
    imported = imported_at(engagement, last)
    known = Segment.objects.filter(engagement=engagement, base=imported, through_position=last).first()
    if known is not None and in_data(known.folder).is_dir():
        return known
    tail = tail_of(engagement, last, keep=False)
    folder = folder_of(engagement, "segments") / f"{new_id()}.log"
    content = _write(folder, tail, last)
    with transaction.atomic():
        row = Segment.objects.create(
            engagement=engagement,
            base=imported,
            through_position=last,
            folder=relative_to_data(folder),
            hash=content,
            events=tail.n_events,
        )
        old = list(Segment.objects.filter(engagement=engagement).order_by("-created", "-id")[KEPT:])
        Segment.objects.filter(pk__in=[each.pk for each in old]).delete()
    for each in old:
        shutil.rmtree(in_data(each.folder), ignore_errors=True)
    return row


def seal_if_worth(engagement: Engagement) -> Segment | None:
    """For a recurring job: seal once the tail is long enough."""
    tail = tail_of(engagement)
    base = tail.base.n_events if tail.base is not None else 0
    if tail.n_live < max(AT_LEAST, base * SHARE):
        return None
    return seal(engagement)


def _write(folder: Path, tail: Tail, last: int) -> str:
    """A sealed log folder of one part: the same form as an import, opened by `open_log`."""
    (folder / "imports").mkdir(parents=True)
    content = tail.sealed(folder / "imports" / "0001")
    flush(folder / "imports")
    write_manifest(
        folder,
        {
            "giao_log": FORMAT,
            "hash": content,
            "zone": tail.base.zone if tail.base is not None else None,
            "current": "imports/0001",
            "imports": [{"import": 1, "active": True, "mapping": {}, "files": [], "through_position": last}],
            "decisions": [],
        },
    )
    return content


def sweep(engagement: Engagement) -> int:
    """Clear folders that no segment names; returns how many."""
    folder = folder_of(engagement, "segments")
    named = {
        Path(row).name
        for row in Segment.objects.filter(engagement=engagement).values_list("folder", flat=True)
    }
    stray = [place for place in folder.iterdir() if place.name not in named]
    for place in stray:
        shutil.rmtree(place, ignore_errors=True)
    return len(stray)
