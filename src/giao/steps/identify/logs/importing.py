"""The work of an import: a sealed folder beside the earlier ones, its report, and the engagement that it belongs to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from giao.core.log import LogMapping, append, import_log
from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.actions.record_log import record_log
from giao.kernel.engagements.models import Engagement, LogImport
from giao.kernel.engagements.places import folder_of, in_data
from giao.kernel.engagements.queries import current_log
from giao.kernel.engagements.scoping import working_in
from giao.kernel.files.models import StoredFile
from giao.kernel.files.scanning import scan
from giao.kernel.files.store import store_file
from giao.kernel.jobs.work import Progress, Stored
from giao.kernel.parties.models import Organisation
from giao.steps.identify.logs.models import Upload


def work(job: Upload, tell: Progress) -> Stored:
    """Raises LogError (a sentence) when the file cannot be read, EngagementError when no engagement can be opened, FileError
    when the scanner found something.

    Each import has its own folder: what stood before stays as it was, so that taking one back needs no rewriting. The file is
    kept encrypted, by its content; what lay open while the person chose the mapping goes.
    """
    tell("reading the file", 0.01)
    scan(job.name, lambda: _chunks(in_data(job.file)))
    source, mapping = in_data(job.file), LogMapping.model_validate(job.mapping)
    folder = folder_of(job.engagement, "logs") / f"{job.pk}.log"
    shutil.rmtree(folder, ignore_errors=True)

    def progress(read: int, size: int) -> None:
        tell("reading the file", 0.02 + 0.88 * (read / size if size else 0))

    before = current_log(job.engagement) if job.target == "append" else None
    if before is not None:
        shutil.copytree(in_data(before.folder), folder)
        report = append(folder, source, mapping, progress=progress)
    else:
        report = import_log(source, folder, mapping, progress=progress)
    tell("storing the log", 0.95)
    kept = _kept(job, job.engagement, source) if job.target != "engagement" else None
    return lambda: _record(job, folder, report.hash, report.to_json(), before, kept)


def _kept(job: Upload, engagement: Engagement, source: Path) -> StoredFile:
    """The file as it came, encrypted under the engagement."""
    return store_file(engagement, job.name, _chunks(source), job.created_by, checked=True)


def _record(
    job: Upload,
    folder: Path,
    log_hash: str,
    report: dict[str, Any],
    before: LogImport | None,
    kept: StoredFile | None,
) -> dict[str, Any]:
    """In the transaction that completes the job: the log belongs to the engagement once, or not at all."""
    engagement = job.engagement
    if job.target == "engagement":
        engagement = open_engagement(
            job.opening["name"],
            job.engagement.client,
            Organisation.objects.get(pk=job.opening["vendor"]),
            zone=job.opening["zone"],
            owner=job.created_by,
            actor=job.created_by,
        )
    source = in_data(job.file)
    with working_in(engagement):
        kept = kept or _kept(job, engagement, source)
        row = record_log(
            engagement,
            folder,
            log_hash,
            job.name,
            mapping=job.mapping,
            report=report,
            file=kept.digest,
            onto=before,
            actor=job.created_by,
        )
    transaction.on_commit(lambda: shutil.rmtree(source.parent, ignore_errors=True))
    return {"report": report, "imported": row}


def _chunks(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            yield chunk
