"""The engagement's log as a file: at one position of the ledger, as known at an instant, masked for who asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from giao.core.agreement.personal import personal_columns
from giao.core.log import EventLog
from giao.core.log.exporting import export_log, masked_log
from giao.kernel.crypto.master import master_keys
from giao.kernel.crypto.sealing import new_key
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import data_folder, folder_of, in_data, relative_to_data
from giao.kernel.engagements.queries import documents, versions_in_force
from giao.kernel.engagements.unmasking import Unmasked
from giao.kernel.files.sealed import Writer, pieces
from giao.kernel.jobs.work import Progress
from giao.kernel.ledger.queries import position as position_of
from giao.kernel.ledger.reading import log_of
from giao.steps.identify.logs.models import Export

MOST_EVENTS_AT_ONCE = 50_000
"""Up to so many events an export is answered at once; beyond it is a job."""

_CHUNK = 256 * 1024


def whole_log(engagement: Engagement, as_of: datetime | None, position: int | None = None) -> EventLog:
    """Raises EngagementError where there is nothing to export."""
    last = position_of(engagement.pk) if position is None else position
    found = log_of(engagement, last)
    if found is not None and as_of is not None:
        delta = as_of.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        us = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
        found = found.as_of(us)
    if found is None or not found.n_events:
        raise EngagementError(_("There are no events to export: import a log or send events first."))
    return found


def hidden_columns(engagement: Engagement, log: EventLog, unmasked: Unmasked) -> list[str]:
    """What this reader may not see of the log. A single case that is unmasked opens no column."""
    personal = personal_columns(log, documents(versions_in_force(engagement)))
    return sorted(name for name in personal if not unmasked.shows(name))


def written(log: EventLog, format: str, folder: Path, name: str) -> Path:
    place = folder / name
    export_log(log, place, format)
    return place


def chunks_of(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def work(row: Export, tell: Progress) -> dict[str, Any]:
    """Write the file and keep it sealed; what lay open meanwhile goes."""
    tell("reading the log", 0.05)
    log = masked_log(whole_log(row.engagement, row.as_of, row.position), row.hidden)
    with tempfile.TemporaryDirectory(prefix="giao-export-", dir=data_folder()) as folder:
        tell("writing the file", 0.3)
        place = written(log, row.format, Path(folder), row.name)
        tell("storing the results", 0.9)
        key = new_key()
        sealed = folder_of(row.engagement, "exports") / f"{row.pk}.sealed"
        draft = sealed.with_suffix(".part")
        with draft.open("wb") as file:
            writer = Writer(file, key, row.pk)
            for chunk in chunks_of(place):
                writer.write(chunk)
            writer.close()
        draft.replace(sealed)
        master, wrapped = master_keys().wrap(key, _bound(row))
        return {
            "file": relative_to_data(sealed),
            "master": master,
            "wrapped": wrapped,
            "size": place.stat().st_size,
            "events": log.n_events,
        }


def content_of(row: Export) -> Iterator[bytes]:
    """The file of a ready export, a piece at a time. Raises EngagementError when it is gone."""
    place = in_data(row.file)
    if not row.file or not place.is_file():
        raise EngagementError(_("The file is gone: it is kept for a day. Export the log once more."))
    key = master_keys().unwrap(row.master, bytes(row.wrapped), _bound(row))
    return _opened(place, key, row)


def _opened(place: Path, key: bytes, row: Export) -> Iterator[bytes]:
    with place.open("rb") as file:
        yield from pieces(file, key, row.pk)


def rewrap_exports(engagement: Engagement) -> int:
    """Wrap the key of every kept export by the current master key; returns how many were not yet."""
    masters, changed = master_keys(), 0
    for row in Export.objects.filter(engagement=engagement).exclude(master__in=("", masters.current)):
        master, wrapped = masters.wrap(
            masters.unwrap(row.master, bytes(row.wrapped), _bound(row)), _bound(row)
        )
        changed += Export.objects.filter(pk=row.pk).update(master=master, wrapped=wrapped)
    return changed


def remove_content(row: Export) -> None:
    if row.file:
        in_data(row.file).unlink(missing_ok=True)


def _bound(row: Export) -> bytes:
    return b"giao.export.1\n" + row.pk.bytes + row.engagement_id.bytes
