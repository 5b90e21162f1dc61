"""The watched folder: `<data>/drop/<engagement>/`. Whoever can write there hands files in; each is imported as the last was.

A file is taken once it has rested for `REST_SECONDS`. Taken in, it is gone from there (it is kept encrypted with the
engagement's files) and `done/<name>.json` tells what it held; a file that cannot be read lies in `failed/` beside a text that
says why. A process that is killed meanwhile leaves the file in `.taken/`, from where the next look takes it up again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from giao.core.processes import alone
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import data_folder
from giao.kernel.files.errors import FileError
from giao.kernel.jobs.inline import inline
from giao.kernel.jobs.work import begin
from giao.steps.identify.logs.actions.hand_in import hand_in
from giao.steps.identify.logs.models import Upload

REST_SECONDS = 5.0
_CHUNK = 1024 * 1024


def drop_folder(engagement: Engagement) -> Path:
    folder = data_folder() / "drop" / engagement.slug
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def look_into(engagement: Engagement, *, now: float | None = None) -> list[Upload]:
    """Import what lies there, oldest name first; inside the engagement's scope. Empty while another process looks."""
    folder = drop_folder(engagement)
    done: list[Upload] = []
    with alone(folder / ".lock") as mine:
        if not mine:
            return []
        _take_back(folder)
        for place in _rested(folder, time.time() if now is None else now):
            upload = _import(engagement, folder, place)
            if upload is not None:
                done.append(upload)
    return done


def _rested(folder: Path, now: float) -> list[Path]:
    found = [place for place in folder.iterdir() if place.is_file() and not place.name.startswith(".")]
    return sorted(
        place for place in found if not place.is_symlink() and place.stat().st_mtime <= now - REST_SECONDS
    )


def _import(engagement: Engagement, folder: Path, place: Path) -> Upload | None:
    taken = folder / ".taken" / place.name
    taken.parent.mkdir(exist_ok=True)
    place.replace(taken)
    try:
        upload = hand_in(engagement, taken.name, _chunks(taken))
    except FileError as error:
        _refuse(folder, taken, str(error))
        return None
    with inline():
        begin(upload)
    if upload.is_ready:
        told = folder / "done" / f"{taken.name}.json"
        told.parent.mkdir(exist_ok=True)
        told.write_text(json.dumps(upload.report, ensure_ascii=False, indent=1), encoding="utf-8")
        taken.unlink()
    else:
        _refuse(folder, taken, upload.error)
    return upload


def _refuse(folder: Path, taken: Path, why: str) -> None:
    failed = folder / "failed"
    failed.mkdir(exist_ok=True)
    taken.replace(failed / taken.name)
    (failed / f"{taken.name}.txt").write_text(why + "\n", encoding="utf-8")


def _take_back(folder: Path) -> None:
    taken = folder / ".taken"
    for place in taken.iterdir() if taken.is_dir() else ():
        if not (folder / place.name).exists():
            place.replace(folder / place.name)
        else:  # the same name was handed in meanwhile
            place.replace(folder / f"again-{place.name}")


def _chunks(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def forget_drop(engagement: Engagement) -> None:
    """When the engagement is removed."""
    shutil.rmtree(data_folder() / "drop" / engagement.slug, ignore_errors=True)
