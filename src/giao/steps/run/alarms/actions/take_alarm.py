"""Take an alarm: from now on it is this person's, and they are the one who is told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, check_may
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_handle_alarms
from giao.steps.run.alarms.actions.acting import lock_alarm, write_down
from giao.steps.run.alarms.errors import NotNow
from giao.steps.run.alarms.models import Alarm, AlarmAct, AlarmState


def take_alarm(alarm: Alarm, place: Place, actor: User, *, seen: int) -> Alarm:
    """Raises NotAllowed, ChangedMeanwhile and NotNow."""
    check_may(may_handle_alarms(place), _("take an alarm"))
    with transaction.atomic():
        row = lock_alarm(alarm, seen, (AlarmState.OPEN, AlarmState.ACKNOWLEDGED, AlarmState.SNOOZED))
        if row.owner_id == actor.pk:
            raise NotNow(_("This alarm is yours already."))
        row.owner = actor
        write_down(row, actor, AlarmAct.TOOK, "take_alarm")
    return row
