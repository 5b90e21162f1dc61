"""Folders of an engagement inside the data folder; rows hold them relative, so that the data folder can move."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from giao.kernel.engagements.errors import NotInData
from giao.kernel.engagements.models import Engagement


def data_folder() -> Path:
    return Path(settings.DATA)


def folder_of(engagement: Engagement, *parts: str) -> Path:
    """`<data>/engagements/<id>/<parts>`, made when it is missing."""
    folder = data_folder().joinpath("engagements", str(engagement.pk), *parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def relative_to_data(place: Path) -> str:
    """The place as rows store it. Raises NotInData."""
    try:
        return place.resolve().relative_to(data_folder().resolve()).as_posix()
    except ValueError:
        raise NotInData(
            f"{place} lies outside the data folder; copy it under {data_folder()} first"
        ) from None


def in_data(relative: str) -> Path:
    return data_folder() / relative
