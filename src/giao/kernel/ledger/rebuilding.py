"""Make everything that is derived again, from the ledger and the files: rows of imports, sealed logs, segments, readings."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from giao.core.log import LogMapping, append, import_log, open_log
from giao.core.log.errors import LogError
from giao.core.log.tail_event import instant_of
from giao.kernel.engagements.models import Engagement, FactImport, LogImport
from giao.kernel.engagements.places import in_data
from giao.kernel.files.models import StoredFile
from giao.kernel.files.store import plain_copy
from giao.kernel.ledger.erasing import clear_derived
from giao.kernel.ledger.events import IMPORT, RESTORE, UNDO, Recorded
from giao.kernel.ledger.queries import decisions_about_imports
from giao.kernel.ledger.sealing import seal_if_worth, sweep


@dataclass(frozen=True)
class Rebuilt:
    """How many rows of imports there are now, how many sealed logs were made again, and what could not be."""

    logs: int
    facts: int
    imported_again: int
    lost: tuple[str, ...] = ()


def rebuild(engagement: Engagement) -> Rebuilt:
    """Doing it again changes nothing. `lost` names imports whose log is damaged and whose file is not kept."""
    decisions = decisions_about_imports(engagement.pk)
    clear_derived(engagement)
    with transaction.atomic():
        for entry in decisions:
            if entry.type == IMPORT:
                _row(engagement, entry)
            elif entry.type in (UNDO, RESTORE):
                undone = instant_of(entry.recorded_us) if entry.type == UNDO else None
                LogImport.objects.filter(engagement=engagement, pk=entry.content["import"]).update(
                    undone=undone
                )
    again, lost = 0, []
    for entry in decisions:
        if entry.type == IMPORT and entry.content["what"] == "log":
            row = LogImport.objects.get(engagement=engagement, pk=entry.event_id)
            if _is_whole(row):
                continue
            if _import_again(engagement, row, entry):
                again += 1
            else:
                lost.append(row.source)
    sweep(engagement)
    seal_if_worth(engagement)
    return Rebuilt(
        LogImport.objects.filter(engagement=engagement).count(),
        FactImport.objects.filter(engagement=engagement).count(),
        again,
        tuple(lost),
    )


def _row(engagement: Engagement, entry: Recorded) -> None:
    """The row of an import as its decision says; what the ledger does not hold (report, person) stays."""
    said = entry.content
    created: datetime = instant_of(entry.recorded_us)
    if said["what"] == "log":
        fields = {
            "source": said["name"],
            "folder": said["folder"],
            "hash": said["hash"],
            "mapping": said["mapping"],
            "undone": None,
        }
        row, made = LogImport.objects.update_or_create(
            pk=entry.event_id, defaults={"engagement": engagement, **fields}
        )
        if made:
            LogImport.objects.filter(pk=row.pk).update(created=created)
        return
    fields = {"source": said["name"], "file": said["file"], "hash": said["hash"], "count": said["count"]}
    fact, made = FactImport.objects.update_or_create(
        pk=entry.event_id, defaults={"engagement": engagement, **fields}
    )
    if made:
        FactImport.objects.filter(pk=fact.pk).update(created=created)


def _is_whole(row: LogImport) -> bool:
    try:
        return bool(open_log(in_data(row.folder), verify=True).hash == row.hash)
    except (LogError, OSError):
        return False


def _import_again(engagement: Engagement, row: LogImport, entry: Recorded) -> bool:
    """From the stored file with the mapping used, over the import that it was added to; the content must be the same."""
    digest, onto = entry.content.get("file"), entry.content.get("onto")
    file = StoredFile.objects.filter(engagement=engagement, digest=digest).first() if digest else None
    if file is None:
        return False
    folder, mapping = in_data(row.folder), LogMapping.model_validate(row.mapping)
    shutil.rmtree(folder, ignore_errors=True)
    with plain_copy(file) as source:
        if onto is None:
            report = import_log(source, folder, mapping)
        else:
            shutil.copytree(in_data(LogImport.objects.get(engagement=engagement, pk=onto).folder), folder)
            report = append(folder, source, mapping)
    return bool(report.hash == row.hash)
