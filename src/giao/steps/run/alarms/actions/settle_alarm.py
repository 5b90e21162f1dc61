"""Settle an alarm: it is dealt with. What still fires stays quiet until it has cleared once; what is new opens a new alarm."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, check_may
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_handle_alarms
from giao.steps.run.alarms.actions.acting import lock_alarm, write_down
from giao.steps.run.alarms.errors import BadRule
from giao.steps.run.alarms.models import Alarm, AlarmAct, AlarmState


def settle_alarm(alarm: Alarm, place: Place, actor: User, *, seen: int, text: str) -> Alarm:
    """Raises NotAllowed, BadRule without a word on what was done, ChangedMeanwhile and NotNow."""
    check_may(may_handle_alarms(place), _("settle an alarm"))
    if not text.strip():
        raise BadRule(_("Write what was done: whoever sees this alarm again reads it."))
    with transaction.atomic():
        row = lock_alarm(alarm, seen, (AlarmState.OPEN, AlarmState.ACKNOWLEDGED, AlarmState.SNOOZED))
        row.state, row.snoozed_until, row.settled = AlarmState.SETTLED, None, timezone.now()
        write_down(row, actor, AlarmAct.SETTLED, "settle_alarm", text, n=row.firing)
    return row
