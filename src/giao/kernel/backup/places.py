"""Which files of the data folder a backup holds: what people and systems brought, not what is made again from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

MADE_AGAIN = frozenset({"static", "metrics", "cache"})
MADE_AGAIN_OF_ENGAGEMENT = frozenset({"readings", "segments"})
"""Below `engagements/<id>/`: `giao audit rebuild` and the next reader make them."""

SET_ASIDE = "before-restore-"


def kept_files(data: Path) -> Iterator[tuple[str, Path]]:
    """(name relative to the data folder, place). Single files at its top (database, keys) are no part of it."""
    for top in sorted(data.iterdir()) if data.is_dir() else ():
        if top.is_dir() and not top.is_symlink() and _is_kept(top.name):
            yield from _below(data, top)


def kept_folders(data: Path) -> list[Path]:
    """The top folders of the above."""
    return [
        top
        for top in (sorted(data.iterdir()) if data.is_dir() else ())
        if top.is_dir() and not top.is_symlink() and _is_kept(top.name)
    ]


def _is_kept(name: str) -> bool:
    return name not in MADE_AGAIN and not name.startswith((".", "giao-file-", SET_ASIDE))


def _below(data: Path, top: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, files in os.walk(top):
        here = Path(folder).relative_to(data)
        if here.parts[0] == "engagements" and len(here.parts) == 2:
            folders[:] = [name for name in folders if name not in MADE_AGAIN_OF_ENGAGEMENT]
        folders.sort()
        for name in sorted(files):
            place = Path(folder) / name
            if not name.startswith((".draft-", ".lock")) and not place.is_symlink():
                yield (here / name).as_posix(), place
