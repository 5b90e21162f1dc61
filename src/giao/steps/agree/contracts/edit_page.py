"""Write the next version: checked while it is typed, tried on the last month's real log, put in force after one question."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

import yaml
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.agreement.errors import DocumentErrors
from giao.core.report import formats
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.queries import versions_in_force
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.jobs.work import stop, wait
from giao.kernel.parties.models import Organisation, User
from giao.kernel.readings.queries import stands_at
from giao.steps.agree.contracts.access import may_change_agreement, side_of
from giao.steps.agree.contracts.actions.put_in_force import (
    check_day,
    must_propose,
    next_number,
    put_in_force,
)
from giao.steps.agree.contracts.actions.save_draft import save_draft
from giao.steps.agree.contracts.actions.start_replay import start_replay
from giao.steps.agree.contracts.checked import Checked, check
from giao.steps.agree.contracts.errors import BadDay, NotAlone
from giao.steps.agree.contracts.form_fields import filled, form_of
from giao.steps.agree.contracts.library import made_for, template_named, templates
from giao.steps.agree.contracts.live_preview import is_small
from giao.steps.agree.contracts.models import Replay
from giao.steps.agree.contracts.outcome import Outcome, outcome_of
from giao.steps.agree.contracts.queries import (
    document_of,
    draft_of,
    has_record,
    last_replay_of,
    log_of,
    parsed,
)
from giao.steps.agree.contracts.templates_of import first_template
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import in_words, language

ACTS = ("preview", "adopt", "confirm")
"""What is refused while the document has errors."""


def edit_page(request: HttpRequest, slug: str) -> HttpResponse:
    standing = standing_for(request, slug)
    check_may(may_change_agreement(standing.place), _("change the agreement"))
    engagement = standing.engagement
    user = person_of(request)
    draft = draft_of(engagement, user)
    if request.method != "POST":
        text = draft.text if draft else _start_text(standing)
        return _answer(request, standing, text)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    act = request.POST.get("act", "")
    if act == "fill":
        with contextlib.suppress(yaml.YAMLError):
            text = filled(text, request.POST.dict())
    save_draft(engagement, user, text)
    if act == "discard" and draft:
        draft.delete()
        return redirect(_here(standing, "agreement"))
    if act == "stop":
        running = last_replay_of(engagement, text)
        if running:
            stop(running)
        return redirect(_here(standing, "agreement_edit"))
    if act == "template":
        return _start_from(request, standing, request.POST.get("template", ""))
    checked = check(standing, text)
    if act in ("adopt", "confirm") and _together(standing, user):
        raise NotAlone(
            _("The other side has people here: propose the change, and it is in force once they accept it.")
        )
    if checked.errors or act not in ACTS:
        return _answer(request, standing, text, checked=checked, refused=act in ACTS and bool(checked.errors))
    if act == "preview":
        job = start_replay(
            engagement,
            user,
            text,
            _("Draft of version %(n)s") % {"n": next_number(engagement)},
            _stands(standing),
        )
        wait(job, 1.5)
        return redirect(_here(standing, "agreement_edit") + "#preview")
    return _adopt(request, standing, text, checked, sure=act == "confirm")


def _start_from(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """The draft becomes a template's text, made for this engagement."""
    template = template_named(name)
    if template is None:
        raise Http404("no such template")
    rows = versions_in_force(standing.engagement)
    currency = document_of(rows[0]).currency if rows else ""
    today = standing.instant.astimezone(standing.zone).date()
    text = made_for(template, standing.engagement, today, currency)
    save_draft(standing.engagement, person_of(request), text)
    messages.success(
        request,
        _("The draft starts from the template “%(name)s”.") % {"name": in_words(dict(template.title))},
    )
    return redirect(_here(standing, "agreement_edit"))


def _adopt(
    request: HttpRequest, standing: Standing, text: str, checked: Checked, *, sure: bool
) -> HttpResponse:
    first = not versions_in_force(standing.engagement)
    day, wrong = None, ""
    if not first:
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
        except ValueError:
            wrong = _("Say from which day the new version is in force.")
        if day:
            try:
                check_day(standing.engagement, text, day)
            except BadDay as error:
                wrong = str(error)
    if wrong:
        return _answer(request, standing, text, checked=checked, day_fault=wrong)
    if not sure:
        return _answer(request, standing, text, checked=checked, asking=day or parsed(text)[0].starts)
    try:
        made = put_in_force(standing.engagement, person_of(request), text, day, log_of(standing.engagement))
    except DocumentErrors as error:
        again = Checked(list(error.faults), [], [])
        return _answer(request, standing, text, checked=again, refused=True)
    except EngagementError as error:
        return _answer(request, standing, text, checked=checked, day_fault=str(error))
    messages.success(request, _("Version %(n)s is in force from %(day)s. The numbers are being computed again.") % {
        "n": made.number, "day": formats.day(made.effective, language())})  # fmt: skip
    return redirect(_here(standing, "agreement"))


def _answer(
    request: HttpRequest,
    standing: Standing,
    text: str,
    *,
    checked: Checked | None = None,
    refused: bool = False,
    asking: date | None = None,
    day_fault: str = "",
) -> HttpResponse:
    engagement = standing.engagement
    rows = versions_in_force(engagement)
    draft = draft_of(engagement, person_of(request))
    replay = last_replay_of(engagement, text)
    found = checked or check(standing, text)
    today = standing.instant.astimezone(standing.zone).date()
    outcome = _last_month(replay, today) if replay else None
    context = {
        "engagement": engagement,
        "text": text,
        "count": text.count("\n") + 1,
        "checked": found,
        "refused": refused,
        "asking": asking,
        "day_fault": day_fault,
        "day": request.POST.get("day") or request.GET.get("day") or _next_month(today).isoformat(),
        "first": not rows,
        "together": _together(standing, person_of(request)),
        "partner": _partner(standing),
        "answers": draft.answers if draft else None,
        "number": next_number(engagement),
        "replay": replay,
        "outcome": outcome,
        "has_log": has_record(engagement),
        "live": outcome is None and not found.errors and is_small(engagement),
        "templates": templates(),
        "zones": sorted(available_timezones()),
        "groups": form_of(text),
        "crumbs": [
            {"label": _("Agreement"), "url": _here(standing, "agreement")},
            {"label": _("Next version"), "url": ""},
        ],
    }
    return render(request, "contracts/edit.html", context, status=422 if refused or day_fault else 200)


def _together(standing: Standing, user: User) -> bool:
    """Whether a change has to be proposed: there is an agreement, and somebody on the other side who may accept."""
    return bool(versions_in_force(standing.engagement)) and must_propose(standing.engagement, user)


def _partner(standing: Standing) -> Organisation:
    engagement = standing.engagement
    return engagement.vendor if side_of(standing.place) == "client" else engagement.client


def _last_month(replay: Replay, today: date) -> Outcome | None:
    return outcome_of(replay, today, language()) if replay.is_ready else None


def _start_text(standing: Standing) -> str:
    rows = versions_in_force(standing.engagement)
    return rows[-1].text if rows else first_template(standing.engagement, log_of(standing.engagement))


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _stands(standing: Standing) -> Any:
    return stands_at(standing.engagement, standing.as_of if standing.chosen else None)


def _here(standing: Standing, name: str) -> str:
    return page_url(name, standing.carried, slug=standing.engagement.slug) or "/"
