"""Give notice: the term ends on its last day if the notice is in time, else the renewed term does."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.core.agreement.facts import Facts
from giao.core.agreement.renewing import NOTICE
from giao.kernel.audit.record import record_act
from giao.kernel.engagements.actions.record_decision import record_decisions
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import Party
from giao.kernel.parties.models import User
from giao.steps.agree.duties.errors import BadForm, DoneMeanwhile


def give_notice(engagement: Engagement, actor: User, side: Party, reason: str, known: Facts) -> None:
    """`known`: the facts so far. Raises BadForm without a reason, DoneMeanwhile where notice stands already."""
    if not reason.strip():
        raise BadForm(_("Say why: the other side reads it."))
    if known.of(NOTICE):
        raise DoneMeanwhile(_("Notice has been given already."))
    said = {"type": f"giao.{NOTICE}", "by": side, "reason": reason.strip()[:2_000]}
    with transaction.atomic():
        record_decisions(engagement, actor, [said], "notice")
        record_act(engagement, actor, "give_notice", side)
