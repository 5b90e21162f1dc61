"""Give an alarm to somebody of one's own side: from now on they are the one who is told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, check_may
from giao.kernel.engagements.people import workers_of
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_handle_alarms
from giao.steps.run.alarms.actions.acting import lock_alarm, write_down
from giao.steps.run.alarms.errors import BadRule, NotNow
from giao.steps.run.alarms.models import Alarm, AlarmAct, AlarmState
from giao.steps.run.alarms.people import tell


def assign_alarm(alarm: Alarm, place: Place, actor: User, owner: User, *, seen: int, text: str = "") -> Alarm:
    """The new owner is told with the words that go along. Raises NotAllowed, ChangedMeanwhile, NotNow, and BadRule for
    somebody who does not handle alarms of this organisation."""
    check_may(may_handle_alarms(place), _("give an alarm to somebody"))
    if owner.pk not in {person.pk for person in workers_of(alarm.organisation_id)}:
        raise BadRule(_("Choose somebody of your side who handles alarms."))
    with transaction.atomic():
        row = lock_alarm(alarm, seen, (AlarmState.OPEN, AlarmState.ACKNOWLEDGED, AlarmState.SNOOZED))
        if row.owner_id == owner.pk:
            raise NotNow(_("%(name)s has this alarm already.") % {"name": owner.name})
        row.owner = owner
        write_down(row, actor, AlarmAct.GAVE, "assign_alarm", text, owner=owner.name)
        if owner.pk != actor.pk:
            tell(row, [owner], "alarm_given", f"given:{row.revision}", by=actor.name)
    return row
