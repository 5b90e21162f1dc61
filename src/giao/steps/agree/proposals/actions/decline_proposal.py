"""Decline a proposal of the other side, with the reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.people import Party
from giao.kernel.parties.models import User
from giao.steps.agree.proposals.deciding import lock, take
from giao.steps.agree.proposals.errors import BadForm
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalState
from giao.steps.agree.proposals.telling import tell


def decline_proposal(proposal: Proposal, side: Party, actor: User, *, seen: int, text: str) -> None:
    """Raises BadForm without a reason, ChangedMeanwhile and NotNow."""
    if not text.strip():
        raise BadForm(_("Write why you decline it: the other side reads the reason."))
    with transaction.atomic():
        lock(proposal.engagement)
        take(proposal, side, actor, ProposalAct.DECLINE, ProposalState.DECLINED, seen=seen, text=text)
        record_act(proposal.engagement, actor, "decline_proposal", proposal.name)
        tell(proposal, proposal.side, "proposal_declined", actor, text)
