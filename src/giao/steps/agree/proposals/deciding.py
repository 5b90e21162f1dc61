"""The one way in which a proposal changes: by who saw its present state, once, with its line in the thread."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import Party
from giao.kernel.parties.models import User
from giao.steps.agree.proposals.errors import ChangedMeanwhile, NotNow
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalEntry, ProposalState
from giao.steps.agree.proposals.queries import state_of

MOST_TEXT = 10_000


def lock(engagement: Engagement) -> None:
    """Acts on one engagement's proposals follow one another. Inside a transaction."""
    Engagement.objects.select_for_update().get(pk=engagement.pk)


def check_open(proposal: Proposal, side: Party, actor: User, act: str) -> None:
    """Raises NotNow unless this side may do this now: the other side answers, the author's side withdraws."""
    state = state_of(proposal)
    if state != ProposalState.PROPOSED:
        raise NotNow(
            _("That is not possible now: the proposal is “%(state)s”.")
            % {"state": ProposalState(state).label}
        )
    own = side == proposal.side
    if act == ProposalAct.WITHDRAW and not own:
        raise NotNow(_("Only the side that proposed it can withdraw it; you may decline it."))
    if act != ProposalAct.WITHDRAW and (own or actor.pk == proposal.author_id):
        raise NotNow(_("Your side proposed it: the other side answers. You may withdraw it."))


def take(
    proposal: Proposal, side: Party, actor: User, act: str, after: str, *, seen: int, text: str = ""
) -> datetime:
    """Give the proposal its next state, if it is still as the actor saw it. Inside a transaction.

    Raises ChangedMeanwhile (what came first, in words) and NotNow.
    """
    now = timezone.now()
    fresh = Proposal.objects.select_related("engagement", "base").get(pk=proposal.pk)
    if fresh.revision != seen:
        raise ChangedMeanwhile(_first(fresh))
    check_open(fresh, side, actor, act)
    still = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.PROPOSED, revision=seen)
    if not still.update(state=after, revision=F("revision") + 1, updated=now):
        raise ChangedMeanwhile(_first(proposal))
    write(fresh, side, actor, act, now, text)
    proposal.refresh_from_db()
    return now


def write(proposal: Proposal, side: str, actor: User, act: str, at: datetime, text: str = "") -> None:
    ProposalEntry.objects.create(
        engagement_id=proposal.engagement_id,
        proposal=proposal,
        act=act,
        side=side,
        by=actor,
        at=at,
        text=text.strip()[:MOST_TEXT],
    )


def _first(proposal: Proposal) -> str:
    last = ProposalEntry.objects.filter(proposal=proposal).select_related("by").order_by("-at", "-id").first()
    return _("%(who)s was first: %(what)s. Read it, then decide again.") % {
        "who": last.by.name if last else "",
        "what": last.get_act_display() if last else "",
    }
