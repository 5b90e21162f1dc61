"""The rules of the reader's side: what each looks at, whether it is on, what it says now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.core.report.words.told import tell
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import standing_for
from giao.kernel.identity.person import person_of
from giao.steps.run.alarms.access import may_write_rules, own_organisations, rule_for, rules_of
from giao.steps.run.alarms.actions.switch_rule import switch_rule
from giao.steps.run.alarms.models import AlarmRule
from giao.steps.run.alarms.people import name_in
from giao.steps.run.alarms.words import count_words, kind_words, told_words
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language


def rules_page(request: HttpRequest, slug: str) -> HttpResponse:
    standing = standing_for(request, slug)
    may_write = may_write_rules(standing.place) and standing.engagement.archived is None
    if request.method == "POST":
        check_may(may_write, _("switch alarm rules"))
        try:
            rule = rule_for(standing, UUID(request.POST.get("rule", "")))
        except ValueError:
            raise Http404("no such rule among yours") from None
        user = person_of(request)
        switch_rule(rule, standing.place, user, active=request.POST.get("on") == "yes")
        return redirect(page_url("alarm_rules", slug=slug) or "/")
    lang = language()
    rows = (
        rules_of(standing).select_related("owner", "organisation").order_by("organisation", "created", "id")
    )
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "rows": [
            {
                "rule": rule,
                "name": name_in(rule, lang),
                "kind": kind_words(rule.kind),
                "told": told_words(rule),
                "now": now_words(rule),
                "fault": str(tell(lang, rule.judged.get("fault", ""))),
            }
            for rule in rows
        ],
        "several": len(own_organisations(standing.engagement, standing.place)) > 1,
        "may_write": may_write,
        "crumbs": [
            {"label": _("Alarms"), "url": page_url("alarms", slug=slug)},
            {"label": _("Rules"), "url": ""},
        ],
    }
    return render(request, "alarms/rules.html", context)


def now_words(rule: AlarmRule) -> str:
    """What the rule said at the last look. Nothing to look at is no data, never green."""
    said = rule.judged
    if not rule.active or not said:
        return ""
    parts = []
    firing, silent, clear = (int(said.get(name, 0)) for name in ("firing", "silent", "clear"))
    if firing:
        counted = count_words(rule.kind, firing)
        parts.append(_("fires for %(counted)s") % {"counted": counted} if counted else _("fires"))
    if clear:
        counted = count_words(rule.kind, clear)
        parts.append(_("%(counted)s clear") % {"counted": counted} if counted else _("clear"))
    if silent:
        counted = count_words(rule.kind, silent)
        parts.append(_("no data for %(counted)s") % {"counted": counted} if counted else _("no data"))
    return " · ".join(parts) or _("no data")
