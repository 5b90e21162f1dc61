"""Addresses of alarm rules and maintenance windows of the caller's organisation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from giao.kernel.api.caller import person_of, stand
from giao.kernel.api.once import once
from giao.kernel.api.paging import asked_page, page_of
from giao.kernel.api.tags import check_same, check_unchanged, tag_of
from giao.kernel.api.values import instant
from giao.kernel.api.wing import Wing
from giao.kernel.engagements.access import check_may
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import Membership, User
from giao.steps.run.alarms.access import (
    maintenance_of,
    may_write_rules,
    own_organisations,
    rule_for,
    rules_of,
)
from giao.steps.run.alarms.actions.open_maintenance import end_maintenance, open_maintenance
from giao.steps.run.alarms.actions.save_rule import MOST_LETTERS, MOST_STEPS, Wording, save_rule
from giao.steps.run.alarms.actions.switch_rule import switch_rule
from giao.steps.run.alarms.calibrating import calibrations_of, start_calibrating
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.models import AlarmRule, MaintenanceWindow
from giao.steps.run.alarms.people import name_in
from giao.steps.run.alarms.trying import try_out
from giao.steps.run.alarms.versions import versions_of
from giao.ui.templatetags.giao import language

router = Wing(tags=["alarm rules"])
RULES = "/engagements/{slug}/alarms/rules"
MAINTENANCE = "/engagements/{slug}/alarms/maintenance"
Kind = Literal["case", "kpi", "credits", "silence", "volume", "quality"]
Severity = Literal["critical", "warning", "info"]


class StepOut(Schema):
    """`role` is told when nobody has acknowledged after so many business minutes."""

    after_minutes: int
    role: str


class RuleOut(Schema):
    """`condition` is FEEL; `judged`: how many fire, are clear or have no data, and the fault of one that no longer fits."""

    id: str
    name: str
    kind: str
    condition: str
    severity: str
    owner: str | None
    owner_role: str
    steps: list[StepOut]
    active: bool
    judged: dict[str, Any]
    revision: int
    updated: str


class RulesOut(Schema):
    items: list[RuleOut]
    next: str | None


class StepIn(Schema):
    after_minutes: int = Field(ge=1, le=60_000)
    role: str


class RuleIn(Schema):
    """`owner`: the e-mail address of a member; empty: everybody with `owner_role` is told."""

    name: str = Field(min_length=1, max_length=200)
    kind: Kind
    condition: str = Field(min_length=1, max_length=MOST_LETTERS)
    severity: Severity = "warning"
    owner: str = ""
    owner_role: str
    steps: list[StepIn] = Field([], max_length=MOST_STEPS)
    active: bool = True


class RuleChangeIn(RuleIn):
    seen: int | None = Field(None, description="The revision that you saw; or send the ETag as If-Match.")


class TenthOut(Schema):
    """Shares: what was predicted, what came, and the interval of what came."""

    n: int
    predicted: float
    observed: float
    low: float
    high: float


class CalibratedOut(Schema):
    """`brier` beside `constant`, that of the best single number: the smaller one predicts better."""

    clock: str
    n: int
    silent: int
    brier: float | None
    constant: float | None
    tenths: list[TenthOut]


class CalibrationOut(Schema):
    computing: bool
    clocks: list[CalibratedOut] | None


class SwitchIn(Schema):
    active: bool


class TryIn(Schema):
    kind: Kind
    condition: str = Field(min_length=1, max_length=MOST_LETTERS)


class TriedOut(Schema):
    said: str = Field(description="What it would find just now, in words.")


class MaintenanceOut(Schema):
    """While it is open no alarm opens, rings or escalates. `rule` null: all rules."""

    id: str
    rule: str | None
    begins: str
    ends: str
    reason: str
    by: str
    at: str


class MaintenancesOut(Schema):
    items: list[MaintenanceOut]
    next: str | None


class MaintenanceIn(Schema):
    begins: AwareDatetime | None = Field(None, description="Left out: now.")
    ends: AwareDatetime
    reason: str = Field(min_length=1, max_length=500)
    rule: UUID | None = None


@router.read("/engagements/{slug}/alarms/calibration", "alarms:read", CalibrationOut)
def alarm_calibration(request: HttpRequest, slug: str) -> dict[str, Any]:
    """How well the chance of breach was right in the past, by clock; `clocks` null: it was not computed yet."""
    return _calibration(stand(request, slug))


@router.write("/engagements/{slug}/alarms/calibration", "rules:write", {202: CalibrationOut})
def alarm_calibration_started(request: HttpRequest, slug: str) -> Status:
    """Compute it anew from the record as it is now; ask again while `computing`."""
    standing, _person = _writing(request, slug)
    start_calibrating(standing.engagement)
    return Status(202, _calibration(standing))


def _calibration(standing: Standing) -> dict[str, Any]:
    found = calibrations_of(standing.engagement)
    clocks = None if found.clocks is None else [asdict(item) for item in found.clocks]
    return {"computing": found.computing, "clocks": clocks}


@router.read(RULES, "alarms:read", RulesOut, paged=True)
def alarm_rules(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The rules of the caller's organisation, the newest first."""
    asked = asked_page(request)
    rows = rules_of(stand(request, slug)).select_related("owner").prefetch_related("steps")
    found, following = page_of(rows, asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.write(RULES, "rules:write", {201: RuleOut}, once=True)
def alarm_rule_made(request: HttpRequest, slug: str, body: RuleIn) -> Status:
    """A new rule; it is judged at once. A condition that does not fit is 400, with the place in it."""
    standing, person = _writing(request, slug)
    organisation = own_organisations(standing.engagement, standing.place)[0]

    def act() -> dict[str, Any]:
        return _out(_save(standing, organisation, person, body))

    return once(request, standing.engagement, 201, act)


@router.write(RULES + "/try", "rules:write", TriedOut)
def alarm_rule_tried(request: HttpRequest, slug: str, body: TryIn) -> dict[str, Any]:
    """What a condition would find just now; nothing is kept."""
    from giao.steps.run.alarms.actions.save_rule import check_condition

    standing, _person = _writing(request, slug)
    versions = versions_of(standing.engagement)
    check_condition(body.kind, body.condition, versions[-1] if versions else None)
    return {"said": str(try_out(standing.engagement, body.kind, body.condition))}


@router.read(RULES + "/{uuid:identifier}", "alarms:read", RuleOut)
def alarm_rule(request: HttpRequest, response: HttpResponse, slug: str, identifier: UUID) -> dict[str, Any]:
    """One rule with its steps of escalation."""
    row = rule_for(stand(request, slug), identifier)
    check_unchanged(request, response, tag_of(str(row.pk), row.revision, row.judged, language()))
    return _out(row)


@router.write(RULES + "/{uuid:identifier}", "rules:write", RuleOut, method="PUT", if_match=True)
def alarm_rule_saved(request: HttpRequest, slug: str, identifier: UUID, body: RuleChangeIn) -> dict[str, Any]:
    """Word a rule anew. 409 or 412 when somebody else was first."""
    standing, person = _writing(request, slug)
    row = rule_for(standing, identifier)
    if request.headers.get("If-Match"):
        check_same(request, tag_of(str(row.pk), row.revision, row.judged, language()))
        seen = row.revision
    elif body.seen is None:
        raise BadRule(_("Say which revision you saw: “seen” in the body, or the ETag as If-Match."))
    else:
        seen = body.seen
    return _out(_save(standing, row.organisation_id, person, body, row, seen))


@router.write(RULES + "/{uuid:identifier}/switch", "rules:write", RuleOut)
def alarm_rule_switched(request: HttpRequest, slug: str, identifier: UUID, body: SwitchIn) -> dict[str, Any]:
    """On or off; off, its alarm settles by itself. Doing it again changes nothing."""
    standing, person = _writing(request, slug)
    switch_rule(rule_for(standing, identifier), standing.place, person, active=body.active)
    return _out(rule_for(standing, identifier))


@router.read(MAINTENANCE, "alarms:read", MaintenancesOut, paged=True)
def maintenance_windows(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Maintenance windows of the caller's organisation, the newest first."""
    asked = asked_page(request)
    found, following = page_of(maintenance_of(stand(request, slug)).select_related("by"), asked)
    return {"items": [_window(row) for row in found], "next": following}


@router.write(MAINTENANCE, "rules:write", {201: MaintenanceOut}, once=True)
def maintenance_opened(request: HttpRequest, slug: str, body: MaintenanceIn) -> Status:
    """No alarm rings meanwhile; what fires still at its end rings then."""
    standing, person = _writing(request, slug)
    rule = rule_for(standing, body.rule) if body.rule else None
    own = own_organisations(standing.engagement, standing.place)

    def act() -> dict[str, Any]:
        row = open_maintenance(
            standing.engagement,
            rule.organisation_id if rule else own[0],
            standing.place,
            person,
            begins=body.begins,
            ends=body.ends,
            reason=body.reason,
            rule=rule,
        )
        return _window(row)

    return once(request, standing.engagement, 201, act)


@router.write(MAINTENANCE + "/{uuid:identifier}", "rules:write", {204: None}, method="DELETE")
def maintenance_ended(request: HttpRequest, slug: str, identifier: UUID) -> Status:
    """One that is open ends now; one that is still to come goes. One that is over is 409."""
    standing, person = _writing(request, slug)
    row = maintenance_of(standing).filter(pk=identifier).select_related("engagement").first()
    if row is None:
        raise Http404("no such window among yours")
    end_maintenance(row, standing.place, person)
    return Status(204, None)


def _writing(request: HttpRequest, slug: str) -> tuple[Standing, User]:
    standing = stand(request, slug)
    check_may(may_write_rules(standing.place) and not standing.chosen, _("write alarm rules"))
    return standing, person_of(request)


def _save(
    standing: Standing,
    organisation: UUID,
    person: User,
    body: RuleIn,
    rule: AlarmRule | None = None,
    seen: int = 0,
) -> AlarmRule:
    versions = versions_of(standing.engagement)
    wording = Wording(
        name=body.name,
        kind=body.kind,
        condition=body.condition,
        severity=body.severity,
        owner=_owner(body.owner, organisation),
        owner_role=body.owner_role,
        steps=tuple((step.after_minutes, step.role) for step in body.steps),
        active=body.active,
    )
    return save_rule(
        standing.engagement,
        organisation,
        standing.place,
        person,
        wording,
        versions[-1] if versions else None,
        rule=rule,
        seen=seen,
    )


def _owner(email: str, organisation: UUID) -> User | None:
    if not email:
        return None
    members = Membership.objects.filter(organisation=organisation, user__is_active=True)
    found = User.objects.filter(pk__in=members.values("user"), email=email.strip().lower()).first()
    if found is None:
        raise BadRule(_("The owner has to be a person of your organisation."))
    return found


def _out(row: AlarmRule) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": name_in(row, language()),
        "kind": str(row.kind),
        "condition": row.condition,
        "severity": str(row.severity),
        "owner": row.owner.name if row.owner else None,
        "owner_role": str(row.owner_role),
        "steps": [
            {"after_minutes": step.after_minutes, "role": str(step.role)}
            for step in sorted(row.steps.all(), key=lambda step: step.position)
        ],
        "active": row.active,
        "judged": row.judged,
        "revision": row.revision,
        "updated": instant(row.updated),
    }


def _window(row: MaintenanceWindow) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "rule": str(row.rule_id) if row.rule_id else None,
        "begins": instant(row.begins),
        "ends": instant(row.ends),
        "reason": row.reason,
        "by": row.by.name,
        "at": instant(row.at),
    }
