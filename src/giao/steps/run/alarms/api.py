"""Addresses of alarms: the list, one with its history, what it fires for, the acts. Rules and maintenance stand beside."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
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
from giao.kernel.engagements.people import workers_of
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import alarm_for, alarms_of, may_handle_alarms
from giao.steps.run.alarms.actions.acknowledge_alarm import acknowledge_alarm
from giao.steps.run.alarms.actions.assign_alarm import assign_alarm
from giao.steps.run.alarms.actions.settle_alarm import settle_alarm
from giao.steps.run.alarms.actions.snooze_alarm import snooze_alarm
from giao.steps.run.alarms.actions.take_alarm import take_alarm
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.models import Alarm, AlarmSubject
from giao.steps.run.alarms.people import name_in
from giao.steps.run.alarms.rules_api import router as rules
from giao.ui.templatetags.giao import language

router = Wing(tags=["alarms"])
router.add_router("", rules, tags=["alarm rules"])
HERE = "/engagements/{slug}/alarms"
State = Literal["open", "acknowledged", "snoozed", "settled"]


class AlarmOut(Schema):
    """All that one rule fires for since `opened`. `revision` counts what people did with it."""

    id: str
    name: str
    rule: str
    kind: str
    severity: str
    state: str
    owner: str | None
    firing: int
    subjects: int = Field(description="How many there were in all since it opened.")
    opened: str
    rung: str = Field(description="When its owner was last told.")
    snoozed_until: str | None
    settled: str | None
    revision: int


class AlarmsOut(Schema):
    items: list[AlarmOut]
    next: str | None


class AlarmEntryOut(Schema):
    """`by` null: the watch."""

    act: str
    by: str | None
    at: str
    text: str
    values: dict[str, Any]


class AlarmFileOut(AlarmOut):
    condition: str = Field(description="FEEL, as it stood when the alarm opened.")
    entries: list[AlarmEntryOut]


class SubjectOut(Schema):
    """`about`: case and clock, or service level and window; `seen`: the numbers that the condition saw."""

    id: str
    about: dict[str, Any]
    seen: dict[str, Any]
    since: str
    cleared: str | None


class SubjectsOut(Schema):
    items: list[SubjectOut]
    next: str | None


class AlarmActIn(Schema):
    """`text`: what was done, needed to settle. `until`: needed to snooze, within 31 days. `owner`: needed to assign."""

    act: Literal["acknowledge", "take", "assign", "snooze", "settle"]
    owner: str = Field(
        "", max_length=254, description="E-mail of somebody of the own side who handles alarms."
    )
    text: str = Field("", max_length=4_000)
    until: AwareDatetime | None = None
    seen: int | None = Field(None, description="The revision that you saw; or send the ETag as If-Match.")


@router.read(HERE, "alarms:read", AlarmsOut, paged=True)
def alarms(request: HttpRequest, slug: str, state: State | None = None) -> dict[str, Any]:
    """Alarms of the caller's organisation, the newest first; the other side has its own."""
    asked = asked_page(request)
    rows = alarms_of(stand(request, slug)).select_related("rule", "owner")
    found, following = page_of(rows.filter(state=state) if state else rows, asked)
    return {"items": [_out(row) for row in found], "next": following}


@router.read(HERE + "/{uuid:identifier}", "alarms:read", AlarmFileOut)
def alarm(request: HttpRequest, response: HttpResponse, slug: str, identifier: UUID) -> dict[str, Any]:
    """One alarm with its condition and its history."""
    row = alarm_for(stand(request, slug), identifier)
    check_unchanged(request, response, _tag(row))
    return _file(row)


@router.read(HERE + "/{uuid:identifier}/subjects", "alarms:read", SubjectsOut, paged=True)
def alarm_subjects(request: HttpRequest, slug: str, identifier: UUID, firing: bool = False) -> dict[str, Any]:
    """What the rule fires for, or fired for since the alarm opened; `firing`: only what fires still."""
    asked = asked_page(request)
    rows = AlarmSubject.objects.filter(alarm=alarm_for(stand(request, slug), identifier))
    found, following = page_of(rows.filter(cleared__isnull=True) if firing else rows, asked)
    return {
        "items": [
            {
                "id": str(row.pk),
                "about": row.about,
                "seen": row.seen,
                "since": instant(row.since),
                "cleared": instant(row.cleared),
            }
            for row in found
        ],
        "next": following,
    }


@router.write(HERE + "/{uuid:identifier}/acts", "alarms:write", AlarmFileOut, once=True, if_match=True)
def alarm_handled(request: HttpRequest, slug: str, identifier: UUID, body: AlarmActIn) -> Status:
    """Acknowledge, take, give to somebody, snooze or settle. 409 or 412 when somebody else was first; nothing is changed then."""
    standing = stand(request, slug)
    check_may(may_handle_alarms(standing.place) and not standing.chosen, _("act on an alarm"))
    person = person_of(request)
    row = alarm_for(standing, identifier)

    def act() -> dict[str, Any]:
        _do(row, standing, person, body, _seen(request, row, body))
        return _file(alarm_for(standing, identifier))

    return once(request, standing.engagement, 200, act)


def _seen(request: HttpRequest, row: Alarm, body: AlarmActIn) -> int:
    if request.headers.get("If-Match"):
        check_same(request, _tag(row))
        return row.revision
    if body.seen is None:
        raise BadRule(_("Say which revision you saw: “seen” in the body, or the ETag as If-Match."))
    return body.seen


def _do(row: Alarm, standing: Standing, person: User, body: AlarmActIn, seen: int) -> None:
    place = standing.place
    match body.act:
        case "acknowledge":
            acknowledge_alarm(row, place, person, seen=seen, text=body.text)
        case "take":
            take_alarm(row, place, person, seen=seen)
        case "assign":
            owner = next((one for one in workers_of(row.organisation_id) if one.email == body.owner), None)
            if owner is None:
                raise BadRule(_("Choose somebody of your side who handles alarms."))
            assign_alarm(row, place, person, owner, seen=seen, text=body.text)
        case "snooze":
            snooze_alarm(row, place, person, seen=seen, until=body.until, text=body.text)
        case "settle":
            settle_alarm(row, place, person, seen=seen, text=body.text)


def _tag(row: Alarm) -> str:
    """Also of what the watch found: nobody acts on an alarm that has grown since they looked."""
    return tag_of(str(row.pk), row.revision, row.firing, row.subjects_ever, row.rung, language())


def _out(row: Alarm) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": name_in(row.rule, language()),
        "rule": str(row.rule_id),
        "kind": str(row.rule.kind),
        "severity": str(row.severity),
        "state": str(row.state),
        "owner": row.owner.name if row.owner else None,
        "firing": row.firing,
        "subjects": row.subjects_ever,
        "opened": instant(row.opened),
        "rung": instant(row.rung),
        "snoozed_until": instant(row.snoozed_until),
        "settled": instant(row.settled),
        "revision": row.revision,
    }


def _file(row: Alarm) -> dict[str, Any]:
    entries = row.entries.select_related("by").order_by("at", "id")
    return {
        **_out(row),
        "condition": row.condition,
        "entries": [
            {
                "act": str(entry.act),
                "by": entry.by.name if entry.by else None,
                "at": instant(entry.at),
                "text": entry.text,
                "values": entry.values,
            }
            for entry in entries
        ],
    }
