"""Compute past months under a proposed text, beside what is in force, and attach them to the proposal."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_act
from giao.kernel.parties.models import User
from giao.kernel.readings.queries import stands_at
from giao.steps.agree.contracts.actions.start_replay import start_replay
from giao.steps.agree.contracts.queries import has_record
from giao.steps.agree.proposals.models import Proposal


def replay_proposal(proposal: Proposal, actor: User) -> None:
    """Once more, from the record as it is now."""
    with transaction.atomic():
        attach_replay(proposal, actor)
        record_act(proposal.engagement, actor, "replay_proposal", proposal.name)


def attach_replay(proposal: Proposal, actor: User) -> None:
    """Nothing happens while there is no record to compute from. Part of the caller's transaction."""
    engagement = proposal.engagement
    if has_record(engagement):
        title = _("Proposal %(name)s") % {"name": proposal.name}
        proposal.replay = start_replay(engagement, actor, proposal.text, title, stands_at(engagement, None))
        Proposal.objects.filter(pk=proposal.pk).update(replay=proposal.replay)
