"""Who may do what here. The engagement itself is found by `standing_for`: a stranger never gets here."""

from __future__ import annotations

from giao.kernel.engagements.access import may_change_agreement, may_replay
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.people import Party, managers_of, managing_side, other_party
from giao.kernel.parties.models import User

__all__ = ["may_change_agreement", "may_replay", "others_who_may_accept", "side_of"]

side_of = managing_side


def others_who_may_accept(engagement: Engagement, side: Party, actor: User) -> list[User]:
    """Managers of the other side. Where there are some, a change goes to them as a proposal; where there is none, one
    side alone puts it in force."""
    return [user for user in managers_of(engagement, other_party(side)) if user.pk != actor.pk]
