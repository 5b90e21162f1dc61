"""A file as evidence: kept encrypted under its hash, and handed out as a download only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import in_data
from giao.kernel.files.models import StoredFile
from giao.kernel.files.store import read_file, store_file
from giao.kernel.parties.models import User

LIMIT_MB = 25
KIND = "application/octet-stream"


@dataclass(frozen=True)
class Kept:
    """`file` names it for `download`."""

    name: str
    file: str
    sha256: str


def keep(
    engagement: Engagement,
    file: UploadedFile[Any] | None,
    actor: User | None = None,
    limit_mb: int = LIMIT_MB,
) -> Kept | None:
    """None when there is no file. Raises FileError: too large, empty, of a kind that is not taken, or found harmful."""
    if file is None or not file.name:
        return None
    name = Path(file.name.replace("\\", "/")).name[-200:]
    row = store_file(engagement, name, file.chunks(), actor, most=limit_mb * 1024 * 1024)
    return Kept(name, str(row.pk), row.digest)


def download(file: str, name: str) -> HttpResponseBase:
    """As an attachment, never shown: what people upload is not run in anybody's browser. Http404 when there is none.

    `file`: of `Kept`, or the place in the data folder under which evidence was kept before it was encrypted.
    """
    try:
        identifier = UUID(file)
    except ValueError:
        return _in_the_clear(file, name)
    row = StoredFile.objects.filter(pk=identifier).first()
    if row is None:
        raise Http404("no such file")
    answer = StreamingHttpResponse(read_file(row), content_type=KIND)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Content-Length"] = str(row.size)
    return answer


def content_of(file: str) -> bytes:
    """What was kept, in the clear."""
    return b"".join(read_file(StoredFile.objects.get(pk=UUID(file))))


def _in_the_clear(file: str, name: str) -> FileResponse:
    place = in_data(file)
    if not file or not place.is_file():
        raise Http404("no such file")
    return FileResponse(place.open("rb"), as_attachment=True, filename=name, content_type=KIND)
