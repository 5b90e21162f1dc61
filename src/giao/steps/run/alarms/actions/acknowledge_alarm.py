"""Acknowledge an alarm: somebody has it in hand, nothing escalates any more."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, check_may
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_handle_alarms
from giao.steps.run.alarms.actions.acting import lock_alarm, write_down
from giao.steps.run.alarms.models import Alarm, AlarmAct, AlarmState


def acknowledge_alarm(alarm: Alarm, place: Place, actor: User, *, seen: int, text: str = "") -> Alarm:
    """Whoever acknowledges an alarm of nobody owns it. It rings again when as many new subjects come as there are now.

    Raises NotAllowed, ChangedMeanwhile and NotNow; nothing is changed then.
    """
    check_may(may_handle_alarms(place), _("acknowledge an alarm"))
    with transaction.atomic():
        row = lock_alarm(alarm, seen, (AlarmState.OPEN, AlarmState.SNOOZED))
        row.state, row.snoozed_until, row.known = AlarmState.ACKNOWLEDGED, None, row.firing
        if row.owner_id is None:
            row.owner = actor
        write_down(row, actor, AlarmAct.ACKNOWLEDGED, "acknowledge_alarm", text)
    return row
