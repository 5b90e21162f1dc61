"""Write a rule: the condition is checked and tried on what is known, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.errors import EngagementError
from giao.kernel.engagements.standing import Standing, standing_for
from giao.kernel.identity.person import person_of
from giao.kernel.parties.models import Membership, Organisation, Role, User
from giao.steps.run.alarms.access import may_write_rules, own_organisations, rule_for
from giao.steps.run.alarms.actions.save_rule import Wording, check_condition, save_rule
from giao.steps.run.alarms.calibrating import calibrations_of, start_calibrating
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.models import AlarmRule, Kind, Severity
from giao.steps.run.alarms.people import name_in
from giao.steps.run.alarms.trying import try_out
from giao.steps.run.alarms.versions import versions_of
from giao.steps.run.alarms.words import kind_words, name_words
from giao.steps.run.monitor.words import title_of_clock
from giao.ui.navigation import page_url
from giao.ui.templatetags.giao import language

STEP_LINES = 3


@dataclass(frozen=True)
class Typed:
    """The form's fields as they stand."""

    name: str = ""
    kind: str = Kind.CASE
    condition: str = ""
    severity: str = Severity.WARNING
    owner: str = ""
    owner_role: str = ""
    organisation: str = ""
    seen: str = "0"
    steps: tuple[tuple[str, str], ...] = ()


def rule_page(request: HttpRequest, slug: str, identifier: UUID | None = None) -> HttpResponse:
    standing = standing_for(request, slug)
    rule = rule_for(standing, identifier) if identifier else None
    may_write = may_write_rules(standing.place) and standing.engagement.archived is None
    user = person_of(request)
    if rule is None or request.method == "POST":
        check_may(may_write, _("write alarm rules"))
    typed = _posted(request) if request.method == "POST" else _stored(standing, rule, request)
    fault, status, tried = "", 200, ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "calibrate":
                start_calibrating(standing.engagement)
                messages.success(request, _("It is being computed; load this page again in a while."))
                return redirect(request.path)
            if act == "try":
                versions = versions_of(standing.engagement)
                check_condition(typed.kind, typed.condition, versions[-1] if versions else None)
                tried = try_out(standing.engagement, typed.kind, typed.condition)
            else:
                _save(standing, rule, user, typed)
                messages.success(request, _("The rule is kept, and judged at once."))
                return redirect(page_url("alarm_rules", slug=slug) or "/")
        except EngagementError as error:
            if error.status == 403:
                raise
            fault, status = str(error), error.status
    return _shown(request, standing, rule, typed, fault, status, tried, may_write=may_write)


def _shown(
    request: HttpRequest,
    standing: Standing,
    rule: AlarmRule | None,
    typed: Typed,
    fault: str,
    status: int,
    tried: str,
    *,
    may_write: bool,
) -> HttpResponse:
    slug = standing.engagement.slug
    own = own_organisations(standing.engagement, standing.place)
    organisation = rule.organisation_id if rule else own[0]
    title = name_in(rule, language()) if rule else _("New rule")
    said, _newline, place = fault.partition("\n")
    steps = [*typed.steps, *[("", "")] * STEP_LINES][: max(STEP_LINES, len(typed.steps))]
    context: dict[str, Any] = {
        "engagement": standing.engagement,
        "rule": rule,
        "title": title,
        "typed": typed,
        "steps": steps,
        "kinds": [(kind.value, kind.label, kind_words(kind), name_words(kind)) for kind in Kind],
        "severities": Severity.choices,
        "roles": [choice for choice in Role.choices if choice[0] != Role.AUDITOR],
        "people": _people(organisation),
        "organisations": Organisation.objects.filter(pk__in=own).order_by("name") if len(own) > 1 else [],
        "fault": said,
        "place": place,
        "tried": tried,
        "may_write": may_write,
        "calibrations": calibrations_of(standing.engagement) if typed.kind == Kind.CASE else None,
        "titles": _titles(standing),
        "crumbs": [
            {"label": _("Alarms"), "url": page_url("alarms", slug=slug)},
            {"label": _("Rules"), "url": page_url("alarm_rules", slug=slug)},
            {"label": title, "url": ""},
        ],
    }
    return render(request, "alarms/rule.html", context, status=status)


def _titles(standing: Standing) -> dict[str, str]:
    """The clocks by name, as people call them."""
    versions = versions_of(standing.engagement)
    return {name: title_of_clock(version, name) for version in versions for name in version.clocks}


def _people(organisation: UUID) -> list[User]:
    members = Membership.objects.filter(organisation=organisation, user__is_active=True)
    return list(User.objects.filter(pk__in=members.values("user")).order_by("name", "pk"))


def _posted(request: HttpRequest) -> Typed:
    post = request.POST
    minutes, roles = post.getlist("step_minutes"), post.getlist("step_role")
    return Typed(
        name=post.get("name", ""),
        kind=post.get("kind", ""),
        condition=post.get("condition", "").replace("\r\n", "\n"),
        severity=post.get("severity", ""),
        owner=post.get("owner", ""),
        owner_role=post.get("owner_role", ""),
        organisation=post.get("organisation", ""),
        seen=post.get("seen", "0"),
        steps=tuple(zip(minutes, roles, strict=False)),
    )


def _stored(standing: Standing, rule: AlarmRule | None, request: HttpRequest) -> Typed:
    if rule is None:
        kind = request.GET.get("kind", "")
        role = Role.CLIENT_MANAGER if "client" in standing.place.sides else Role.TEAM_LEAD
        return Typed(kind=kind if kind in Kind.values else Kind.CASE, owner_role=role)
    return Typed(
        name=name_in(rule, language()),
        kind=rule.kind,
        condition=rule.condition,
        severity=rule.severity,
        owner=str(rule.owner_id or ""),
        owner_role=rule.owner_role,
        organisation=str(rule.organisation_id),
        seen=str(rule.revision),
        steps=tuple((str(step.after_minutes), step.role) for step in rule.steps.order_by("position")),
    )


def _save(standing: Standing, rule: AlarmRule | None, user: User, typed: Typed) -> AlarmRule:
    own = own_organisations(standing.engagement, standing.place)
    organisation = (
        rule.organisation_id if rule else next((key for key in own if str(key) == typed.organisation), own[0])
    )
    versions = versions_of(standing.engagement)
    wording = Wording(
        name=typed.name,
        kind=typed.kind,
        condition=typed.condition,
        severity=typed.severity,
        owner=_owner(typed.owner, organisation),
        owner_role=typed.owner_role,
        steps=_steps(typed),
        active=rule.active if rule else True,
    )
    return save_rule(
        standing.engagement,
        organisation,
        standing.place,
        user,
        wording,
        versions[-1] if versions else None,
        rule=rule,
        seen=int(typed.seen) if typed.seen.isdigit() else 0,
    )


def _owner(text: str, organisation: UUID) -> User | None:
    if not text:
        return None
    found = next((user for user in _people(organisation) if str(user.pk) == text), None)
    if found is None:
        raise BadRule(_("The owner has to be a person of your organisation."))
    return found


def _steps(typed: Typed) -> tuple[tuple[int, str], ...]:
    found = []
    for minutes, role in typed.steps:
        if not minutes.strip():
            continue
        if not minutes.strip().isdigit() or len(minutes.strip()) > 6:
            raise BadRule(
                _("“%(text)s” is no number of minutes; write a whole one, such as 60.")
                % {"text": minutes[:20]}
            )
        found.append((int(minutes), role))
    return tuple(found)
