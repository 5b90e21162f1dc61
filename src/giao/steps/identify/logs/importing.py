"""The work of an import: a sealed folder beside the earlier ones, its report, and the engagement that it belongs to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from giao.core.log import LogMapping, append, import_log
from giao.kernel.engagements.actions.open_engagement import open_engagement
from giao.kernel.engagements.actions.record_log import record_log
from giao.kernel.engagements.places import folder_of, in_data
from giao.kernel.engagements.queries import current_log
from giao.kernel.engagements.scoping import working_in
from giao.kernel.jobs.work import Progress, Stored
from giao.kernel.parties.models import Organisation
from giao.steps.identify.logs.models import Upload


def work(job: Upload, tell: Progress) -> Stored:
    """Raises LogError (a sentence) when the file cannot be read, EngagementError when no engagement can be opened.

    Each import has its own folder: what stood before stays as it was, so that taking one back needs no rewriting.
    """
    tell("reading the file", 0.01)
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
    return lambda: _record(job, folder, report.hash, report.to_json())


def _record(job: Upload, folder: Path, log_hash: str, report: dict[str, Any]) -> dict[str, Any]:
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
    with working_in(engagement):
        row = record_log(
            engagement, folder, log_hash, job.name, mapping=job.mapping, report=report, actor=job.created_by
        )
    return {"report": report, "imported": row}
