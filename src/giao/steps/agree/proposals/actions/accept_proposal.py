"""Accept a proposal of the other side: it is the next version from its day on, and binds both."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.models import AgreementVersion
from giao.kernel.engagements.people import Party
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.actions.put_in_force import bring_in_force
from giao.steps.agree.contracts.queries import log_of
from giao.steps.agree.proposals.deciding import lock, take, write
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalState
from giao.steps.agree.proposals.telling import tell


def accept_proposal(
    proposal: Proposal, side: Party, actor: User, *, seen: int, text: str = ""
) -> AgreementVersion:
    """Raises ChangedMeanwhile, NotNow, BadDay (its month was closed meanwhile) and DocumentErrors (the log changed so that
    the text no longer fits); nothing is changed then."""
    engagement = proposal.engagement
    with transaction.atomic():
        lock(engagement)
        now = take(proposal, side, actor, ProposalAct.ACCEPT, ProposalState.ACCEPTED, seen=seen, text=text)
        made = bring_in_force(engagement, actor, proposal.text, proposal.effective, log_of(engagement))
        Proposal.objects.filter(pk=proposal.pk).update(version=made)
        record_act(
            engagement,
            actor,
            "accept_proposal",
            proposal.name,
            version=made.number,
            day=made.effective.isoformat(),
            hash=made.hash,
        )
        tell(proposal, proposal.side, "proposal_accepted", actor, text)
        others = Proposal.objects.filter(engagement=engagement, state=ProposalState.PROPOSED)
        for other in others.select_related("engagement"):
            Proposal.objects.filter(pk=other.pk).update(
                state=ProposalState.OVERTAKEN, revision=F("revision") + 1, updated=now
            )
            write(other, side, actor, ProposalAct.OVERTAKE, now)
            for party in ("client", "vendor"):
                tell(other, party, "proposal_overtaken", actor)
    proposal.refresh_from_db()
    return made
