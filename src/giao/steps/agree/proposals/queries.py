"""Reads: proposals of an engagement, the state in which one stands, its thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.core.report import formats
from giao.core.report.plain_words.difference import version_diff
from giao.kernel.engagements.access import engagement_for
from giao.kernel.engagements.models import AgreementVersion, Engagement
from giao.kernel.engagements.people import Party
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.origins import Origin
from giao.steps.agree.contracts.queries import parsed
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalEntry, ProposalState
from giao.ui.templatetags.giao import language


def proposal_for(user: User, slug: str, identifier: UUID | str) -> Proposal:
    """A proposal through its engagement, or Http404."""
    engagement = engagement_for(user, slug)
    found = (
        Proposal.objects.filter(engagement=engagement, pk=identifier)
        .select_related("engagement", "base", "author", "answers", "replay", "version")
        .first()
    )
    if found is None:
        raise Http404("no such proposal")
    return found


def proposals_of(engagement: Engagement) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(engagement=engagement).select_related("base", "author", "answers")
    return rows.order_by("-thread", "-number")


def current_version(engagement: Engagement) -> AgreementVersion | None:
    """The last version in order of effect: what a proposal changes."""
    rows = versions_in_force(engagement)
    return rows[-1] if rows else None


def state_of(proposal: Proposal, current: AgreementVersion | None = None) -> str:
    """Its state now: an open one whose base is no longer the last version is overtaken, whoever put that in force.

    `current` saves asking for it.
    """
    if proposal.state != ProposalState.PROPOSED:
        return proposal.state
    now = current or current_version(proposal.engagement)
    return proposal.state if now is not None and now.pk == proposal.base_id else ProposalState.OVERTAKEN


def thread_of(proposal: Proposal) -> list[Proposal]:
    rows = Proposal.objects.filter(engagement=proposal.engagement_id, thread=proposal.thread)
    return list(rows.select_related("author").order_by("number"))


def entries_of(thread: list[Proposal]) -> list[ProposalEntry]:
    """What was said and done over the whole thread, in order."""
    rows = ProposalEntry.objects.filter(engagement=thread[0].engagement_id, proposal__in=thread)
    return list(rows.select_related("by", "proposal").order_by("at", "id"))


def document(text: str) -> Agreement:
    return parsed(text)[0]


def changes_between(old: str, new: str) -> list[str]:
    """What changes from one text to another, in the reader's words."""
    return [change.text for change in version_diff(document(old), document(new), language()).changes]


def origins(engagement: Engagement) -> Mapping[UUID, Origin]:
    """By version: which proposal it was, who proposed and who accepted it."""
    made = Proposal.objects.filter(engagement=engagement, version__isnull=False).select_related("author")
    accepted = {
        entry.proposal_id: entry.by.name
        for entry in ProposalEntry.objects.filter(
            engagement=engagement, proposal__in=made, act=ProposalAct.ACCEPT
        ).select_related("by")
    }
    found = {}
    for row in made:
        words = _("Proposal %(name)s: proposed by %(author)s (%(side)s), accepted by %(other)s.") % {
            "name": row.name,
            "author": row.author.name,
            "side": row.get_side_display(),
            "other": accepted.get(row.pk, ""),
        }
        assert row.version_id is not None
        found[row.version_id] = Origin(words, "proposal", str(row.pk))
    return found


def waiting(engagement: Engagement, side: Party | None) -> Sequence[Origin]:
    """Open proposals, as the reader's side sees them: who has to answer."""
    current = current_version(engagement)
    found = []
    for row in proposals_of(engagement).filter(state=ProposalState.PROPOSED):
        if state_of(row, current) != ProposalState.PROPOSED:
            continue
        words = (
            _("Proposal %(name)s of %(party)s, for a change from %(day)s, waits for your answer.")
            if side == row.other_side
            else _("Proposal %(name)s of %(party)s, for a change from %(day)s, waits for the other side.")
        )
        party = engagement.client if row.side == "client" else engagement.vendor
        said = {"name": row.name, "party": party.name, "day": formats.day(row.effective, language())}
        found.append(Origin(words % said, "proposal", str(row.pk)))
    return found
