"""Say that a duty, a control or a duty on exit was done, with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from giao.core.agreement.deadlines import Deadline
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.actions.record_decision import decided_at, record_decisions
from giao.kernel.engagements.models import Engagement
from giao.kernel.files.errors import FileError
from giao.kernel.files.evidence import keep
from giao.kernel.parties.models import User
from giao.steps.agree.duties.errors import BadForm, DoneMeanwhile


def record_duty(
    engagement: Engagement,
    actor: User,
    deadline: Deadline,
    done: date,
    note: str = "",
    evidence: UploadedFile[Any] | None = None,
) -> None:
    """`note` is the evidence in words where there is no file. Raises BadForm, DoneMeanwhile."""
    if deadline.done is not None:
        raise DoneMeanwhile(
            _("This was recorded already, as done on %(day)s.") % {"day": deadline.done.isoformat()}
        )
    if done > decided_at(engagement).astimezone(ZoneInfo(engagement.zone)).date():
        raise BadForm(_("This lies in the future; a fact is recorded when it has happened."))
    try:
        kept = keep(engagement, evidence, actor)
    except FileError as error:
        raise BadForm(str(error)) from error
    said = note.strip()[:2_000]
    if deadline.evidence and deadline.kind != "obligation" and not (said or kept):
        raise BadForm(
            _("The agreement asks for evidence: %(what)s. Add the file, or say where it is kept.")
            % {"what": deadline.evidence}
        )
    fact: dict[str, Any] = {
        "type": "giao.fact.duty",
        "obligation": deadline.name,
        "due": deadline.due.isoformat(),
        "done": done.isoformat(),
    }
    if said or kept:
        fact["evidence"] = said or (kept.name if kept else "")
    if kept:
        fact |= {"file": kept.file, "file_name": kept.name, "sha256": kept.sha256}
    with transaction.atomic():
        record_decisions(engagement, actor, [fact], f"duty {deadline.name}")
        record_act(engagement, actor, "record_duty", deadline.name, due=fact["due"], done=fact["done"])
