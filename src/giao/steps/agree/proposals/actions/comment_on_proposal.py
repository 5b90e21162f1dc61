"""Write something about a proposal; it decides nothing."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.engagements.people import Party, other_party
from giao.kernel.parties.models import User
from giao.steps.agree.proposals.deciding import lock, write
from giao.steps.agree.proposals.errors import BadForm
from giao.steps.agree.proposals.models import Proposal, ProposalAct
from giao.steps.agree.proposals.telling import tell


def comment_on_proposal(proposal: Proposal, side: Party, actor: User, text: str) -> None:
    """Whatever came between. It counts as a revision: who is about to accept reads it first. Raises BadForm."""
    if not text.strip():
        raise BadForm(_("Write a sentence first."))
    now = timezone.now()
    with transaction.atomic():
        lock(proposal.engagement)
        Proposal.objects.filter(pk=proposal.pk).update(revision=F("revision") + 1, updated=now)
        proposal.refresh_from_db()
        write(proposal, side, actor, ProposalAct.NOTE, now, text)
        record_act(proposal.engagement, actor, "comment_on_proposal", proposal.name)
        tell(proposal, other_party(side), "proposal_commented", actor, text)
