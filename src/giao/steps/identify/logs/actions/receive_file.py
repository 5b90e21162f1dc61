"""Take a file as it came into the data folder; nothing is read yet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from giao.core.report.formats import number
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import folder_of, relative_to_data
from giao.kernel.identifiers import new_id
from giao.kernel.jobs.work import WorkState
from giao.kernel.parties.models import User
from giao.steps.identify.logs.models import Upload

LIMIT_MB = 512
ENDINGS = (
    ".csv",
    ".tsv",
    ".txt",
    ".xes",
    ".xml",
    ".xlsx",
    ".parquet",
    ".jsonl",
    ".gz",
    ".zip",
    ".json",
    ".sqlite",
    ".jsonocel",
    ".xmlocel",
)


def receive_file(engagement: Engagement, author: User, file: UploadedFile[Any] | None) -> Upload:
    """Raises EngagementError with the limit or the endings that are read."""
    if file is None or not file.name:
        raise EngagementError(_("Choose a file first."))
    name = Path(file.name.replace("\\", "/")).name[-200:]
    if not name.lower().endswith(ENDINGS):
        words = _(
            "“%(name)s” is of a kind that is not read. Save it as CSV, Excel (xlsx), XES or Parquet; gz and zip of these are fine."
        )
        raise EngagementError(words % {"name": name})
    if (file.size or 0) > LIMIT_MB * 1024 * 1024:
        words = _(
            "“%(name)s” has %(size)s MB; at most %(limit)s MB are taken here. Split it by month and append, or use “giao import”."
        )
        raise EngagementError(
            words % {"name": name, "size": number((file.size or 0) // 1_048_576), "limit": LIMIT_MB}
        )
    if not file.size:
        raise EngagementError(_("“%(name)s” is empty. Export it once more.") % {"name": name})
    identifier = new_id()
    place = folder_of(engagement, "uploads", str(identifier)) / (
        re.sub(r"[^\w.()-]+", "_", name) or "file.csv"
    )
    with place.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return Upload.objects.create(
        id=identifier,
        engagement=engagement,
        name=name,
        file=relative_to_data(place),
        state=WorkState.WAITING,
        created_by=author,
    )
