"""Ask that cases be excused under a relief of the agreement; until the other side agrees, nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Side
from giao.kernel.engagements.actions.record_decision import decided_at, record_decisions
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import User
from giao.steps.improve.closing.errors import BadForm
from giao.steps.improve.closing.evidence import keep
from giao.steps.improve.closing.models import Exclusion

MOST_CASES = 5_000


def request_exclusion(
    engagement: Engagement,
    agreement: Agreement,
    side: Side,
    actor: User,
    *,
    relief: str,
    cases: Sequence[str],
    known: frozenset[str],
    begins: datetime | None,
    ends: datetime | None,
    reason: str,
    evidence: UploadedFile[Any] | None = None,
) -> Exclusion:
    """`known`: case ids of the log. Raises BadForm with what to mend."""
    entry = next((item for item in agreement.relief if item.key == relief), None)
    if entry is None:
        raise BadForm(_("The agreement has no such relief; choose one of the list."))
    wanted = list(dict.fromkeys(case.strip() for case in cases if case.strip()))
    unknown = [case for case in wanted if case not in known]
    if unknown:
        raise BadForm(
            _("The log has no case %(cases)s; check the spelling.") % {"cases": ", ".join(unknown[:5])}
        )
    if len(wanted) > MOST_CASES:
        raise BadForm(_("At most %(most)s cases at once.") % {"most": MOST_CASES})
    if not wanted and entry.effect in ("time", "case"):
        raise BadForm(_("Name the cases, one a line."))
    if not reason.strip():
        raise BadForm(_("Say why: the other side decides by your reason."))
    if begins and ends and ends <= begins:
        raise BadForm(_("The end lies before the beginning."))
    kept = keep(engagement, evidence)
    if entry.evidence and kept is None:
        raise BadForm(
            _("The agreement asks for evidence: %(what)s. Add the file.") % {"what": entry.evidence}
        )
    with transaction.atomic():
        row = Exclusion.objects.create(
            engagement=engagement,
            relief=relief,
            cases=wanted,
            begins=begins,
            ends=ends,
            reason=reason.strip(),
            evidence=kept.file if kept else "",
            evidence_name=kept.name if kept else "",
            evidence_sha256=kept.sha256 if kept else "",
            side=side,
            by=actor,
            at=timezone.now(),
        )
        claim: dict[str, Any] = {"type": "giao.fact.relief", "relief": relief, "id": str(row.pk)}
        claim |= {"cases": wanted} if wanted else {}
        claim |= {"from": begins.isoformat()} if begins else {}
        claim |= {"until": ends.isoformat()} if ends else {}
        claim |= {"evidence": kept.sha256} if kept else {}
        claim |= {"notified": decided_at(engagement).isoformat()}
        accepted = {"type": "giao.decision.relief", "claim": str(row.pk), "by": side, "accept": True}
        record_decisions(engagement, actor, [claim, accepted], f"exclusion {relief}")
        record_act(engagement, actor, "request_exclusion", relief, cases=len(wanted), claim=str(row.pk))
    return row
