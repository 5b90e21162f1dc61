"""Take a proposal's text into the editor: to counter it, or to propose it again on what is in force now."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.engagements.people import Party
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.actions.save_draft import save_draft
from giao.steps.agree.proposals.errors import NotNow
from giao.steps.agree.proposals.models import Proposal, ProposalState
from giao.steps.agree.proposals.queries import state_of


def take_into_draft(proposal: Proposal, side: Party, actor: User) -> None:
    """The actor's draft becomes this text; it answers the proposal while that is open. Raises NotNow for an open one of
    the actor's own side."""
    still_open = state_of(proposal) == ProposalState.PROPOSED
    if still_open and (side == proposal.side or actor.pk == proposal.author_id):
        raise NotNow(_("Your side proposed it: withdraw it first, then change it."))
    with transaction.atomic():
        draft = save_draft(proposal.engagement, actor, proposal.text)
        draft.answers = proposal.pk if still_open else None
        draft.save(update_fields=["answers"])
