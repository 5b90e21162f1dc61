"""Take in a file of facts: all of it, or nothing and every fault with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from giao.core.agreement.errors import DocumentErrors
from giao.core.report.words.told import tell
from giao.kernel.engagements.actions.record_facts import record_facts
from giao.kernel.engagements.models import Engagement, FactImport
from giao.kernel.engagements.places import folder_of
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import User
from giao.steps.agree.duties.errors import BadForm
from giao.ui.templatetags.giao import language

LIMIT_MB = 20
ENDINGS = (".yaml", ".yml", ".json", ".jsonl", ".csv")
FAULTS = 20
"""So many faults are told at once."""


def take_in_facts(engagement: Engagement, actor: User, file: UploadedFile[Any] | None) -> FactImport:
    """Raises BadForm."""
    if file is None or not file.name:
        raise BadForm(_("Choose a file first: YAML, JSON or CSV, a fact a row."))
    name = Path(file.name.replace("\\", "/")).name[-200:]
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise BadForm(
            _("“%(name)s” is of a kind that is not taken. These are: %(known)s.")
            % {"name": name, "known": ", ".join(ENDINGS)}
        )
    if (file.size or 0) > LIMIT_MB * 1024 * 1024:
        raise BadForm(
            _("“%(name)s” is larger than %(limit)s MB. Send a smaller one.")
            % {"name": name, "limit": LIMIT_MB}
        )
    place = folder_of(engagement, "facts") / f"{new_id()}{ending}"
    place.write_bytes(file.read())
    try:
        return record_facts(engagement, place, name, actor)
    except DocumentErrors as error:
        place.unlink(missing_ok=True)
        told = [_of(fault.line, tell(language(), fault.message)) for fault in error.faults[:FAULTS]]
        raise BadForm(
            "\n".join([_("Nothing of “%(name)s” was recorded.") % {"name": name}, *told])
        ) from error
    except UnicodeDecodeError as error:
        place.unlink(missing_ok=True)
        raise BadForm(
            _("“%(name)s” is not written in UTF-8; save it so and send it again.") % {"name": name}
        ) from error


def _of(line: int | None, sentence: str) -> str:
    return sentence if line is None else _("Line %(line)s: %(fault)s") % {"line": line, "fault": sentence}
