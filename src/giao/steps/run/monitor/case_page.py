"""Case: what and who, every clock on one time axis with its explanation, the events, and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from giao.core.agreement.clocks.explain import ExplainedInstance
from giao.core.report import formats
from giao.steps.run.monitor.case_file import CaseFile, open_case
from giao.steps.run.monitor.case_sections import sections_of
from giao.steps.run.monitor.case_words import tell_clocks
from giao.steps.run.monitor.ground import Ground, answer, ground_for
from giao.steps.run.monitor.open_clocks import Lengths
from giao.steps.run.monitor.words import time_words, title_of_clock
from giao.ui.templatetags.giao import language, microseconds_of


@dataclass(frozen=True)
class NextDue:
    """An open clock: when it is due, how much of its budget is left, whether it waits."""

    clock: str
    state: str
    due_us: int | None
    words: str


def case_page(request: HttpRequest, slug: str, case: str) -> HttpResponse:
    ground = ground_for(request, slug)
    if ground.missing:
        return answer(request, ground, "monitor/case.html", {"title": case})
    file = open_case(ground, case)
    if file is None:
        raise Http404("no such case at this instant")
    context = {
        "title": case,
        "file": file,
        "facts": [(fact, _shown(ground, fact.value)) for fact in file.facts],
        "events": [(event, [_change(ground, change) for change in event.changes]) for event in file.events],
        "told": tell_clocks(file, ground.versions, ground.zone),
        "due": [_due(ground, told) for told in file.open_instances],
        "waiting": _waiting(ground, file),
        "unmask": _unmask(request, ground, file),
        "sections": sections_of(request, ground, file.case),
        "crumbs": [{"label": _("Cases"), "url": ground.url("cases")}, {"label": case, "url": ""}],
    }
    return answer(request, ground, "monitor/case.html", context)


def _unmask(request: HttpRequest, ground: Ground, file: CaseFile) -> str | None:
    """Where to ask to see what is masked here; None when nothing is, or for a role that may not."""
    if not ground.may_unmask or not any(fact.hidden for fact in file.facts):
        return None
    return ground.url("unmask", {"case": file.case, "next": request.get_full_path()})


def _shown(ground: Ground, value: Any) -> str:
    """An attribute's value as the reader reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.instant(microseconds_of(value), ground.zone, language())
    if isinstance(value, date):
        return formats.day(value, language())
    if isinstance(value, timedelta):
        return formats.duration(value // timedelta(microseconds=1), language())
    if isinstance(value, int | float):
        return formats.number(value, language())
    return str(value)


def _change(ground: Ground, change: Any) -> tuple[str, str, str]:
    before = _shown(ground, change.before) if change.before is not None else ""
    return change.label, before, _shown(ground, change.after)


def _due(ground: Ground, told: ExplainedInstance) -> NextDue:
    instance = told.instance
    business, day = Lengths(ground).of(instance.clock, instance.version, instance.target)
    state = "overdue" if instance.state == "breached" else instance.state
    if instance.budget_us is None:
        words = _("no target applies")
    else:
        left = instance.budget_us - instance.consumed_us
        length = time_words(abs(left), business=business, day=day)
        hours = business and (day is None or abs(left) < day)  # business days say themselves what they are
        if state == "overdue":
            words = (_("over by %(time)s of business time") if hours else _("over by %(time)s")) % {
                "time": length
            }
        else:
            words = (_("%(time)s of business time left") if hours else _("%(time)s left")) % {"time": length}
    return NextDue(title_of_clock(ground.agreement, instance.clock), state, instance.due_us, words)


def _waiting(ground: Ground, file: CaseFile) -> str:
    """Who waits for whom, in one sentence."""
    client, vendor = ground.engagement.client.name, ground.engagement.vendor.name
    if file.state in ("delivered", "cancelled"):
        if file.open_instances:
            return _("The case is over, yet a clock of it was never stopped.")
        return _("Nobody waits: every clock of this case has stopped.")
    match file.holder:
        case "client":
            return _("%(vendor)s waits for %(client)s.") % {"vendor": vendor, "client": client}
        case "vendor" | "subcontractor":
            return _("%(client)s waits for %(vendor)s.") % {"vendor": vendor, "client": client}
        case "third_party":
            return _("%(vendor)s waits for a third party, %(client)s for %(vendor)s.") % {
                "vendor": vendor,
                "client": client,
            }
    return _("The agreement does not say who holds a case at this point (work.holder).")
