"""Open a maintenance window, during which no alarm of the organisation opens, rings or escalates; end one early."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.audit.record import record_organisation_act
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.jobs import timers
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_write_rules, own_organisations
from giao.steps.run.alarms.errors import BadRule, NotNow
from giao.steps.run.alarms.models import AlarmRule, MaintenanceWindow


def open_maintenance(
    engagement: Engagement,
    organisation: UUID,
    place: Place,
    actor: User,
    *,
    begins: datetime | None,
    ends: datetime | None,
    reason: str,
    rule: AlarmRule | None = None,
) -> MaintenanceWindow:
    """`begins` None: now. `rule` None: all rules. Raises NotAllowed and BadRule."""
    from giao.steps.run.alarms.jobs import watch_alarms

    check_may(may_write_rules(place), _("open a maintenance window"))
    check_may(organisation in own_organisations(engagement, place), _("open a maintenance window"))
    now = timezone.now()
    starts = begins or now
    if ends is None or ends <= max(starts, now):
        raise BadRule(_("Say until when: an instant after its beginning that is still to come."))
    if not reason.strip():
        raise BadRule(_("Say why: whoever misses an alarm reads it."))
    if len(reason) > 500:
        raise BadRule(_("A reason has at most 500 letters."))
    with transaction.atomic():
        row = MaintenanceWindow.objects.create(
            engagement=engagement,
            organisation_id=organisation,
            rule=rule,
            begins=starts,
            ends=ends,
            reason=reason.strip(),
            by=actor,
            at=now,
        )
        record_organisation_act(
            organisation, actor, "open_maintenance", f"{row} · {engagement.name}", reason=row.reason
        )
        timers.at(ends, f"alarms:after:{row.pk}", watch_alarms, str(engagement.pk), engagement=engagement.pk)
    return row


def end_maintenance(window: MaintenanceWindow, place: Place, actor: User) -> None:
    """A window that has begun ends now; one that is still to come goes. Raises NotAllowed and NotNow."""
    from giao.steps.run.alarms.jobs import FOLLOWER, watch_alarms

    check_may(may_write_rules(place), _("end a maintenance window"))
    now = timezone.now()
    with transaction.atomic():
        rows = MaintenanceWindow.objects.filter(pk=window.pk, ends__gt=now)
        # One that begins this very moment has no length: it goes as well.
        done = rows.filter(begins__lt=now).update(ends=now) or rows.filter(begins__gte=now).delete()[0]
        if not done:
            raise NotNow(_("This maintenance window is over already."))
        record_organisation_act(
            window.organisation_id, actor, "end_maintenance", f"{window} · {window.engagement.name}"
        )
        watch_alarms.using(engagement=window.engagement_id, key=FOLLOWER).enqueue(str(window.engagement_id))
