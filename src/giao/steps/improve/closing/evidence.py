"""A file as evidence: kept as it came, under its hash, and handed out as a download only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import folder_of, in_data, relative_to_data
from giao.steps.improve.closing.errors import BadForm

LIMIT_MB = 25


@dataclass(frozen=True)
class Kept:
    """`file` relative to the data folder."""

    name: str
    file: str
    sha256: str


def keep(engagement: Engagement, file: UploadedFile[Any] | None, limit_mb: int = LIMIT_MB) -> Kept | None:
    """None when there is no file. Raises BadForm over the limit."""
    if file is None or not file.name:
        return None
    name = Path(file.name.replace("\\", "/")).name[-200:]
    if (file.size or 0) > limit_mb * 1024 * 1024:
        raise BadForm(
            _("“%(name)s” is larger than %(limit)s MB. Send a smaller one.")
            % {"name": name, "limit": limit_mb}
        )
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    ending = re.sub(r"[^a-z0-9.]", "", Path(name).suffix.lower())[:10]
    place = folder_of(engagement, "evidence") / f"{digest}{ending}"
    if not place.exists():
        draft = place.with_name(f".{place.name}.part")
        draft.write_bytes(content)
        draft.replace(place)
    return Kept(name, relative_to_data(place), digest)


def download(file: str, name: str) -> FileResponse:
    """As an attachment, never shown: what people upload is not run in anybody's browser."""
    place = in_data(file)
    if not file or not place.is_file():
        raise Http404("no such file")
    answer = FileResponse(place.open("rb"), as_attachment=True, filename=name)
    answer["Content-Type"] = "application/octet-stream"
    return answer
