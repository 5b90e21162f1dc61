"""Whom a proposal is told: the managers of the side that has to answer, or of the side that waits for the answer."""

from __future__ import annotations

from giao.kernel.engagements.people import Party, managers_of
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import User
from giao.steps.agree.proposals.models import Proposal
from giao.ui.navigation import page_url


def tell(proposal: Proposal, side: Party | str, template: str, actor: User, text: str = "") -> None:
    """Once for each revision. `text`: what the actor wrote."""
    engagement = proposal.engagement
    notify(
        [user for user in managers_of(engagement, side) if user.pk != actor.pk],
        template,
        {
            "name": proposal.name,
            "who": actor.name,
            "day": proposal.effective.isoformat(),
            "text": text.strip()[:500],
        },
        key=f"proposal:{proposal.pk}:{template}:{proposal.revision}",
        engagement=engagement,
        link=page_url("proposal", slug=engagement.slug, identifier=str(proposal.pk)) or "",
    )
