"""Propose the draft at hand: what it changes and from when, restated once before the other side sees it."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.agreement.errors import DocumentErrors
from giao.core.report.plain_words.difference import version_diff
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import User
from giao.steps.agree.contracts.access import side_of
from giao.steps.agree.contracts.actions.put_in_force import next_number
from giao.steps.agree.contracts.actions.save_draft import save_draft
from giao.steps.agree.contracts.checked import check
from giao.steps.agree.contracts.models import Draft
from giao.steps.agree.contracts.queries import draft_of, text_hash
from giao.steps.agree.proposals.access import may_act, others_who_may_accept
from giao.steps.agree.proposals.actions.counter_propose import counter_propose
from giao.steps.agree.proposals.actions.propose_change import propose_change
from giao.steps.agree.proposals.errors import BadForm, ChangedMeanwhile
from giao.steps.agree.proposals.models import Proposal
from giao.steps.agree.proposals.queries import current_version, document, state_of
from giao.steps.agree.proposals.text_diff import text_diff
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language


def new_page(request: HttpRequest, slug: str) -> HttpResponse:
    """POST with a text: it comes from the editor and is kept as the draft. POST `act=confirm`: propose the draft."""
    standing = standing_for(request, slug)
    check_may(may_act(standing.place) and not standing.chosen, _("propose a change of the agreement"))
    engagement = standing.engagement
    user = person_of(request)
    if request.method == "POST" and "text" in request.POST:
        save_draft(engagement, user, request.POST["text"].replace("\r\n", "\n"))
        there = page_url("proposal_new", {"day": request.POST.get("day", "")}, slug=slug)
        return redirect(there or "/")
    draft = draft_of(engagement, user)
    editor = page_url("agreement_edit", slug=slug) or "/"
    if draft is None or current_version(engagement) is None:
        messages.info(request, _("Write the change first; then propose it from here."))
        return redirect(editor)
    if check(standing, draft.text).errors:
        messages.error(request, _("It was not proposed: the document has things to mend."))
        return redirect(editor)
    fault, status = "", 200
    if request.method == "POST":
        try:
            made = _propose(request, standing, draft, user)
            messages.success(request, _("Proposal %(name)s is with the other side.") % {"name": made.name})
            return redirect(page_url("proposal", slug=slug, identifier=str(made.pk)) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
        except DocumentErrors as error:
            fault, status = str(error), 422
    return render(request, "proposals/new.html", _context(request, standing, draft, fault), status=status)


def _propose(request: HttpRequest, standing: Standing, draft: Draft, user: User) -> Proposal:
    side = side_of(standing.place)
    assert side is not None  # may_act says so
    if request.POST.get("seen") != text_hash(draft.text):
        raise ChangedMeanwhile(_("Your draft has changed since this page was made. Read it once more."))
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise BadForm(_("Say from which day the new version is in force.")) from None
    note = request.POST.get("note", "")
    earlier = answered(draft)
    if earlier is None:
        return propose_change(standing.engagement, side, user, draft.text, day, note)
    seen = request.POST.get("answers", "")
    if not seen.isdigit():
        raise BadForm(_("That act is not known here; load the page again."))
    return counter_propose(earlier, side, user, draft.text, day, seen=int(seen), note=note)


def answered(draft: Draft) -> Proposal | None:
    """The proposal that this draft counters; one that is not open any more is answered by a new proposal instead."""
    if draft.answers is None:
        return None
    rows = Proposal.objects.filter(engagement=draft.engagement, pk=draft.answers)
    found = rows.select_related("engagement", "base", "author").first()
    return found if found is not None and state_of(found) == "proposed" else None


def _context(request: HttpRequest, standing: Standing, draft: Draft, fault: str) -> dict[str, Any]:
    engagement = standing.engagement
    base = current_version(engagement)
    assert base is not None
    side = side_of(standing.place)
    assert side is not None
    earlier = answered(draft)
    today = standing.instant.astimezone(standing.zone).date()
    day = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(request.POST.get("day") or request.GET.get("day") or "")
    user = person_of(request)
    return {
        "engagement": engagement,
        "base": base,
        "number": next_number(engagement),
        "partner": engagement.vendor if side == "client" else engagement.client,
        "partners": others_who_may_accept(engagement, side, user),
        "earlier": earlier,
        "lost": draft.answers is not None and earlier is None,
        "changes": _changes(base.text, draft.text, day),
        "lines": text_diff(base.text, draft.text),
        "day": day.isoformat(),
        "backdated": day <= today,
        "note": request.POST.get("note", ""),
        "seen": text_hash(draft.text),
        "fault": fault,
        "crumbs": [
            {"label": _("Proposals"), "url": page_url("proposals", slug=engagement.slug)},
            {"label": _("New proposal"), "url": ""},
        ],
    }


def _changes(old: str, new: str, day: date) -> list[str]:
    """In words, from the day at hand on: the draft's own day is rewritten when it is proposed."""
    after = document(new).model_copy(update={"effective": day})
    return [change.text for change in version_diff(document(old), after, language()).changes]
