"""What every act on an alarm begins and ends with: the row locked, who came second told, the act written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.parties.models import User
from giao.steps.run.alarms.errors import ChangedMeanwhile, NotNow
from giao.steps.run.alarms.models import (
    Alarm,
    AlarmAct,
    AlarmEntry,
    AlarmRule,
    AlarmState,
    AlarmWatch,
)
from giao.steps.run.alarms.people import name_in


def lock_alarm(alarm: Alarm, seen: int, allowed: Iterable[AlarmState]) -> Alarm:
    """The row, locked until the transaction ends. `seen`: the revision on the actor's page.

    Raises ChangedMeanwhile with who did what, and NotNow for a state in which the act is not possible.
    """
    # The watch locks its own row first, then alarms: taken in the same order here, neither waits for the other for ever.
    list(AlarmWatch.objects.select_for_update().filter(engagement=alarm.engagement_id))
    row = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if row.revision != seen:
        last = row.entries.exclude(act=AlarmAct.RANG).order_by("-at", "-id").select_related("by").first()
        raise ChangedMeanwhile(
            _("%(who)s was first: %(what)s. Look at the alarm again, then decide.")
            % {
                "who": last.by.name if last and last.by else _("The watch"),
                "what": last.get_act_display() if last else "",
            }
        )
    if row.state not in set(allowed):
        raise NotNow(
            _("That is not possible now: the alarm is “%(state)s”.") % {"state": row.get_state_display()}
        )
    return row


def audit(rule: AlarmRule, actor: User, what: str, **data: Any) -> None:
    """In the audit of the organisation whose rule it is: the engagement's own is read by the other side too."""
    about = f"{name_in(rule, 'en')} · {rule.engagement.name}"
    record_organisation_act(
        rule.organisation_id,
        actor,
        what,
        about,
        engagement=str(rule.engagement_id),
        rule=str(rule.pk),
        **data,
    )


def write_down(
    row: Alarm, actor: User, act: AlarmAct, what: str, text: str = "", **values: Any
) -> AlarmEntry:
    """Store the changed row with its next revision, a line of its history and an act of the organisation's audit."""
    row.revision += 1
    row.save()
    AlarmWatch.objects.filter(engagement=row.engagement_id).update(changes=F("changes") + 1)
    audit(row.rule, actor, what, alarm=str(row.pk))
    return AlarmEntry.objects.create(
        organisation_id=row.organisation_id,
        alarm=row,
        act=act,
        by=actor,
        at=timezone.now(),
        text=text.strip(),
        values=values,
    )
