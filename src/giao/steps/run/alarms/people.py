"""Who is told of an alarm: a person, or everybody with a role in the organisation; its managers when nobody has it."""

from __future__ import annotations

from uuid import UUID

from giao.core.report.words import Lang
from giao.kernel.engagements.access import MANAGERS
from giao.kernel.notifications.notify import notify
from giao.kernel.parties.models import Membership, User
from giao.steps.run.alarms.models import Alarm, AlarmRule
from giao.ui.navigation import page_url


def holders(organisation: UUID, role: str, person: User | None = None) -> list[User]:
    """A person who has left the organisation is not told: then those with the role are, else the managers."""
    members = Membership.objects.filter(organisation=organisation, user__is_active=True)
    if person is not None and members.filter(user=person).exists():
        return [person]
    for wanted in ([role], list(MANAGERS)):
        found = User.objects.filter(pk__in=members.filter(role__in=wanted).values("user")).order_by("pk")
        if found:
            return list(found)
    return []


def tell(alarm: Alarm, people: list[User], template: str, step: str, **more: str) -> int:
    """Once a person and step of the alarm; returns how many were told now. In the language of each."""
    told = 0
    for lang in ("vi", "en"):
        listeners = [user for user in people if language_of(user) == lang]
        if not listeners:
            continue
        values = {
            "name": name_in(alarm.rule, lang),
            "n": alarm.firing,
            "severity": alarm.severity,
            "kind": alarm.rule.kind,
            **more,
        }
        told += notify(
            listeners,
            template,
            values,
            key=f"alarm:{alarm.pk}:{step}",
            engagement=alarm.engagement,
            link=page_url("alarm", slug=alarm.engagement.slug, identifier=str(alarm.pk)) or "",
        )
    return told


def language_of(user: User) -> Lang:
    return "vi" if user.language.startswith("vi") else "en"


def name_in(rule: AlarmRule, lang: str) -> str:
    names: dict[str, str] = rule.names
    return names.get(lang) or names.get("en") or next(iter(names.values()), "")
