"""Who sees alarms and acts on them. Each organisation has its own: the other side sees none of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from giao.kernel.engagements.access import MANAGERS, Place, may_export, may_handle_alarms
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.standing import Standing
from giao.kernel.parties.models import Role
from giao.steps.run.alarms.models import Alarm, AlarmRule, MaintenanceWindow

__all__ = [
    "alarm_for",
    "alarms_of",
    "maintenance_of",
    "may_export",
    "may_handle_alarms",
    "may_write_rules",
    "own_organisations",
    "rule_for",
    "rules_of",
]


def own_organisations(engagement: Engagement, place: Place) -> list[UUID]:
    """The organisations for which a person stands in the engagement, the client first; none for an onlooker."""
    sides = (("client", engagement.client_id), ("vendor", engagement.vendor_id))
    return [key for side, key in sides if side in place.sides]


def may_write_rules(place: Place) -> bool:
    """Rules and maintenance windows: managers and team leads."""
    return not place.roles.isdisjoint((*MANAGERS, Role.TEAM_LEAD))


def alarms_of(standing: Standing) -> QuerySet[Alarm]:
    own = own_organisations(standing.engagement, standing.place)
    return Alarm.objects.filter(engagement=standing.engagement, organisation__in=own)


def rules_of(standing: Standing) -> QuerySet[AlarmRule]:
    own = own_organisations(standing.engagement, standing.place)
    return AlarmRule.objects.filter(engagement=standing.engagement, organisation__in=own)


def maintenance_of(standing: Standing) -> QuerySet[MaintenanceWindow]:
    own = own_organisations(standing.engagement, standing.place)
    return MaintenanceWindow.objects.filter(engagement=standing.engagement, organisation__in=own)


def alarm_for(standing: Standing, identifier: UUID) -> Alarm:
    """An alarm of the person's own organisation, or Http404: another one's does not exist for them."""
    found = alarms_of(standing).select_related("rule", "owner", "organisation").filter(pk=identifier).first()
    if found is None:
        raise Http404("no such alarm among yours")
    return found


def rule_for(standing: Standing, identifier: UUID) -> AlarmRule:
    found = rules_of(standing).select_related("owner", "organisation").filter(pk=identifier).first()
    if found is None:
        raise Http404("no such rule among yours")
    return found
