"""Evidence as these acts take it: a file that cannot be kept is a fault of the form."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from giao.kernel.engagements.models import Engagement
from giao.kernel.files import evidence
from giao.kernel.files.errors import FileError
from giao.kernel.files.evidence import LIMIT_MB, Kept, download
from giao.steps.improve.closing.errors import BadForm

__all__ = ["LIMIT_MB", "Kept", "download", "keep"]


def keep(engagement: Engagement, file: UploadedFile[Any] | None, limit_mb: int = LIMIT_MB) -> Kept | None:
    """None when there is no file. Raises BadForm that says why it cannot be kept."""
    try:
        return evidence.keep(engagement, file, limit_mb=limit_mb)
    except FileError as error:
        raise BadForm(str(error)) from error
