"""Put an alarm aside until an instant; then it rings again, unless nothing fires any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, check_may
from giao.kernel.jobs import timers
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_handle_alarms
from giao.steps.run.alarms.actions.acting import lock_alarm, write_down
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.models import Alarm, AlarmAct, AlarmState

LONGEST = timedelta(days=31)


def snooze_alarm(
    alarm: Alarm, place: Place, actor: User, *, seen: int, until: datetime | None, text: str = ""
) -> Alarm:
    """Raises NotAllowed, BadRule for an instant that is past or far, ChangedMeanwhile and NotNow."""
    from giao.steps.run.alarms.jobs import watch_alarms

    check_may(may_handle_alarms(place), _("snooze an alarm"))
    now = timezone.now()
    if until is None or until <= now:
        raise BadRule(_("Say until when: an instant that is still to come."))
    if until - now > LONGEST:
        raise BadRule(_("An alarm is snoozed for 31 days at most; choose an earlier instant."))
    with transaction.atomic():
        row = lock_alarm(alarm, seen, (AlarmState.OPEN, AlarmState.ACKNOWLEDGED, AlarmState.SNOOZED))
        row.state, row.snoozed_until = AlarmState.SNOOZED, until
        write_down(row, actor, AlarmAct.SNOOZED, "snooze_alarm", text, until=until.isoformat())
        timers.at(
            until, f"alarms:wake:{row.pk}", watch_alarms, str(row.engagement_id), engagement=row.engagement_id
        )
    return row
