"""Take a file that a system hands in, by the address or the folder, and import it as the last file was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.places import folder_of, relative_to_data
from giao.kernel.engagements.queries import current_log
from giao.kernel.files.errors import FileError, NotTaken, TooLarge
from giao.kernel.identifiers import new_id
from giao.kernel.jobs.work import WorkState
from giao.steps.identify.logs.actions.receive_file import ENDINGS, LIMIT_MB
from giao.steps.identify.logs.models import Upload


def hand_in(
    engagement: Engagement, name: str, content: Iterable[bytes], mapping: dict[str, Any] | None = None
) -> Upload:
    """The upload, ready to begin: it is added to the log that counts, read by that log's mapping unless one is given.

    Raises FileError with the kinds that are read or the limit; then nothing stays.
    """
    clean = Path(name.replace("\\", "/")).name[-200:]
    if not clean.lower().endswith(ENDINGS):
        raise NotTaken(
            _("“%(name)s” is of a kind that is not taken. These are: %(known)s.")
            % {"name": clean, "known": ", ".join(ENDINGS)}
        )
    identifier = new_id()
    place = folder_of(engagement, "uploads", str(identifier)) / (re.sub(r"[^\w.()-]+", "_", clean))
    try:
        _write(place, clean, content)
    except (FileError, OSError):  # too large, or its sender went away in the middle: half a file is none
        place.unlink(missing_ok=True)
        place.parent.rmdir()
        raise
    before = current_log(engagement)
    said = dict(before.mapping) if before is not None and mapping is None else dict(mapping or {})
    return Upload.objects.create(
        id=identifier,
        engagement=engagement,
        name=clean,
        file=relative_to_data(place),
        mapping=said,
        target="append" if before is not None else "new",
        state=WorkState.COMPUTING,
    )


def _write(place: Path, name: str, content: Iterable[bytes]) -> None:
    size, most = 0, LIMIT_MB * 1024 * 1024
    with place.open("wb") as out:
        for chunk in content:
            size += len(chunk)
            if size > most:
                raise TooLarge(
                    _("“%(name)s” is larger than %(most)s MB, the most that is taken; split it.")
                    % {"name": name, "most": LIMIT_MB}
                )
            out.write(chunk)
    if not size:
        raise FileError(_("“%(name)s” is empty. Export it once more.") % {"name": name})
