"""Answer a proposal of the other side with a changed text."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.people import Party, other_party
from giao.kernel.parties.models import User
from giao.steps.agree.proposals.actions.propose_change import offered
from giao.steps.agree.proposals.deciding import lock, take, write
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalState
from giao.steps.agree.proposals.telling import tell


def counter_propose(
    earlier: Proposal, side: Party, author: User, text: str, day: date, *, seen: int, note: str = ""
) -> Proposal:
    """The earlier one is countered, and the new one stands in its thread. Raises as `propose_change`, and
    ChangedMeanwhile; nothing is kept then."""
    engagement = earlier.engagement
    with transaction.atomic():
        lock(engagement)
        take(earlier, side, author, ProposalAct.COUNTER, ProposalState.COUNTERED, seen=seen)
        last = Proposal.objects.filter(engagement=engagement, thread=earlier.thread).count()
        made = offered(
            engagement,
            side,
            author,
            text,
            day,
            thread=earlier.thread,
            number=last + 1,
            answers=earlier,
        )
        write(made, side, author, ProposalAct.PROPOSE, made.created, note)
        record_act(
            engagement, author, "counter_propose", made.name, day=day.isoformat(), answers=earlier.name
        )
        tell(made, other_party(side), "proposal_countered", author, note)
    return made
