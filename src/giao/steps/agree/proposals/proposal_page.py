"""One proposal: what it changes, what it would have changed, what was said, and the act that is the reader's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.agreement.errors import DocumentErrors
from giao.core.report import formats
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.people import Party
from giao.kernel.engagements.queries import inputs_of
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.work import wait
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.queries import draft_of, has_record
from giao.steps.agree.proposals.access import may_act, may_replay, side_of
from giao.steps.agree.proposals.actions.accept_proposal import accept_proposal
from giao.steps.agree.proposals.actions.comment_on_proposal import comment_on_proposal
from giao.steps.agree.proposals.actions.decline_proposal import decline_proposal
from giao.steps.agree.proposals.actions.replay_proposal import replay_proposal
from giao.steps.agree.proposals.actions.take_into_draft import take_into_draft
from giao.steps.agree.proposals.actions.withdraw_proposal import withdraw_proposal
from giao.steps.agree.proposals.deciding import check_open
from giao.steps.agree.proposals.errors import BadForm, ChangedMeanwhile, NotNow
from giao.steps.agree.proposals.models import Proposal, ProposalAct, ProposalState
from giao.steps.agree.proposals.queries import (
    changes_between,
    current_version,
    entries_of,
    proposal_for,
    state_of,
    thread_of,
)
from giao.steps.agree.proposals.replay_tables import finding_of, levels_table, months_table
from giao.steps.agree.proposals.text_diff import text_diff
from giao.ui.export import export_table
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language


def proposal_page(request: HttpRequest, slug: str, identifier: UUID) -> HttpResponseBase:
    standing = standing_for(request, slug)
    user = person_of(request)
    proposal = proposal_for(user, slug, identifier)
    fault, status, asking = "", 200, False
    act = request.POST.get("act", "")
    if request.method == "POST" and act != "later":  # "not yet": what was typed stays
        try:
            there = _act(request, standing, proposal, user, act)
            if there:
                return redirect(there)
            asking = True
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
        except DocumentErrors as error:
            fault, status = str(error), 422
        proposal = proposal_for(user, slug, identifier)
    context = _context(request, standing, proposal)
    for table in (context.get("months"), context.get("levels")):
        if table is not None and table.export:
            return export_table(table, f"{slug}-proposal-{proposal.name}-{table.name}", standing.zone)
    context |= {"fault": fault, "asking": asking}
    return render(request, "proposals/proposal.html", context, status=status)


def _act(request: HttpRequest, standing: Standing, proposal: Proposal, user: User, act: str) -> str:
    """Where to go on; empty: the page asks once more before it binds."""
    here = page_url("proposal", standing.carried, slug=standing.engagement.slug, identifier=str(proposal.pk))
    if act == "replay":
        check_may(may_replay(standing.place), _("replay a proposal"))
        replay_proposal(proposal, user)
        if proposal.replay is not None:
            wait(proposal.replay, 1.5)
        return f"{here}#replay"
    check_may(may_act(standing.place), _("act on a proposal"))
    side = side_of(standing.place)
    assert side is not None  # may_act says so
    if act == "take":
        take_into_draft(proposal, side, user)
        query = {"day": proposal.effective.isoformat()}
        return page_url("agreement_edit", query, slug=standing.engagement.slug) or "/"
    text = request.POST.get("text", "")
    if act == "note":
        comment_on_proposal(proposal, side, user, text)
        return f"{here}#thread"
    return (here or "/") if _decide(request, proposal, side, user, act, text) else ""


def _decide(request: HttpRequest, proposal: Proposal, side: Party, user: User, act: str, text: str) -> bool:
    """Whether it is done; False: it is asked first."""
    asked = request.POST.get("seen", "")
    if not asked.isdigit():
        raise BadForm(_("That act is not known here; load the page again."))
    seen = int(asked)
    if act == "accept":
        if proposal.revision != seen:
            raise ChangedMeanwhile(
                _("Somebody has acted since this page was made. Read it, then decide again.")
            )
        check_open(proposal, side, user, ProposalAct.ACCEPT)
        return False
    if act == "confirm":
        made = accept_proposal(proposal, side, user, seen=seen, text=text)
        messages.success(
            request,
            _("Version %(n)s is in force from %(day)s. The numbers are being computed again.")
            % {"n": made.number, "day": formats.day(made.effective, language())},
        )
    elif act == "decline":
        decline_proposal(proposal, side, user, seen=seen, text=text)
    elif act == "withdraw":
        withdraw_proposal(proposal, side, user, seen=seen, text=text)
    else:
        raise BadForm(_("That act is not known here; load the page again."))
    return True


def acts_of(proposal: Proposal, side: Party | None, user: User) -> frozenset[str]:
    """What a manager of this side may do now."""
    if side is None:
        return frozenset()
    found = {"note"}
    for act in (ProposalAct.ACCEPT, ProposalAct.DECLINE, ProposalAct.COUNTER, ProposalAct.WITHDRAW):
        try:
            check_open(proposal, side, user, act)
        except NotNow:
            continue
        found.add(str(act))
    state = state_of(proposal)
    if state in (ProposalState.OVERTAKEN, ProposalState.DECLINED, ProposalState.WITHDRAWN):
        found.add("again")
    return frozenset(found)


def _context(request: HttpRequest, standing: Standing, proposal: Proposal) -> dict[str, Any]:
    engagement = standing.engagement
    user = person_of(request)
    thread = thread_of(proposal)
    side = side_of(standing.place)
    replay = proposal.replay
    inputs = inputs_of([engagement])[engagement.pk]
    earlier = proposal.answers
    context: dict[str, Any] = {
        "engagement": engagement,
        "proposal": proposal,
        "party": engagement.client if proposal.side == "client" else engagement.vendor,
        "other": engagement.vendor if proposal.side == "client" else engagement.client,
        "state": state_of(proposal),
        "state_words": ProposalState(state_of(proposal)).label,
        "current": current_version(engagement),
        "backdated": proposal.effective <= standing.instant.astimezone(standing.zone).date(),
        "acts": acts_of(proposal, side, user),
        "side": side,
        "has_draft": draft_of(engagement, user) is not None,
        "changes": changes_between(proposal.base.text, proposal.text),
        "lines": text_diff(proposal.base.text, proposal.text),
        "earlier": earlier,
        "earlier_changes": changes_between(earlier.text, proposal.text) if earlier else [],
        "earlier_lines": text_diff(earlier.text, proposal.text) if earlier else [],
        "thread": thread,
        "entries": entries_of(thread),
        "replay": replay,
        "has_record": has_record(engagement),
        "stale": replay is not None
        and (replay.agreement_hash, replay.ledger_hash) != (inputs.agreement_hash, inputs.ledger_hash),
        "may_replay": may_replay(standing.place),
        "typed": request.POST.get("text", ""),
        "crumbs": [
            {"label": _("Proposals"), "url": page_url("proposals", standing.carried, slug=engagement.slug)},
            {"label": proposal.name, "url": ""},
        ],
    }
    if replay is not None and replay.is_ready:
        context |= {
            "finding": finding_of(replay),
            "months": months_table(request, standing, replay),
            "levels": levels_table(request, standing, replay),
        }
    return context
