"""The other side agrees to an exclusion, or refuses it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.access import Side
from giao.kernel.engagements.actions.record_decision import record_decisions
from giao.kernel.parties.models import User
from giao.steps.improve.closing.errors import BadForm, NotNow
from giao.steps.improve.closing.models import Exclusion, ExclusionState


def decide_exclusion(
    exclusion: Exclusion, side: Side, actor: User, *, accept: bool, answer: str = ""
) -> Exclusion:
    """Raises NotNow (decided already, or by the side that asked) and BadForm (a refusal without a reason)."""
    if not accept and not answer.strip():
        raise BadForm(_("Say why you refuse."))
    with transaction.atomic():
        row = Exclusion.objects.select_for_update().select_related("engagement").get(pk=exclusion.pk)
        if row.state != ExclusionState.REQUESTED:
            raise NotNow(
                _("This exclusion is decided already: %(state)s.") % {"state": row.get_state_display()}
            )
        if side == row.side:
            raise NotNow(_("Your own side asked for it; the other side decides."))
        row.state = ExclusionState.APPROVED if accept else ExclusionState.REFUSED
        row.decided_by, row.decided_at, row.answer = actor, timezone.now(), answer.strip()
        row.save()
        decision = {"type": "giao.decision.relief", "claim": str(row.pk), "by": side, "accept": accept}
        record_decisions(row.engagement, actor, [decision], f"exclusion {row.relief} {row.state}")
        record_act(row.engagement, actor, "decide_exclusion", row.relief, claim=str(row.pk), accept=accept)
    return row
