"""Take back a proposal of one's own side that the other has not answered yet."""

from __future__ import annotations

from django.db import transaction

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.people import Party, other_party
from giao.kernel.parties.models import User
from giao.steps.agree.proposals.deciding import lock, take
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalState
from giao.steps.agree.proposals.telling import tell


def withdraw_proposal(proposal: Proposal, side: Party, actor: User, *, seen: int, text: str = "") -> None:
    """Raises ChangedMeanwhile and NotNow."""
    with transaction.atomic():
        lock(proposal.engagement)
        take(proposal, side, actor, ProposalAct.WITHDRAW, ProposalState.WITHDRAWN, seen=seen, text=text)
        record_act(proposal.engagement, actor, "withdraw_proposal", proposal.name)
        tell(proposal, other_party(side), "proposal_withdrawn", actor, text)
