"""Switch a rule on or off. Switched off, what it fired for is over and its alarm settles by itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.kernel.engagements.access import Place, check_may
from giao.kernel.parties.models import User
from giao.steps.run.alarms.access import may_write_rules
from giao.steps.run.alarms.actions.acting import audit
from giao.steps.run.alarms.actions.save_rule import look_again
from giao.steps.run.alarms.models import AlarmRule


def switch_rule(rule: AlarmRule, place: Place, actor: User, *, active: bool) -> None:
    """Doing it again changes nothing. Raises NotAllowed."""
    check_may(may_write_rules(place), _("switch alarm rules"))
    with transaction.atomic():
        done = (
            AlarmRule.objects.filter(pk=rule.pk)
            .exclude(active=active)
            .update(active=active, updated=timezone.now(), updated_by=actor, revision=rule.revision + 1)
        )
        if done:
            audit(rule, actor, "switch_alarm_rule", on=active)
            look_again(rule)
