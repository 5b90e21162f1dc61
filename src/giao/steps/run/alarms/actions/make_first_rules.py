"""Give each side of an engagement its first rules, once: what they change or switch off stays so."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import working_for
from giao.steps.run.alarms.actions.save_rule import steps_of
from giao.steps.run.alarms.models import AlarmRule, AlarmStep
from giao.steps.run.alarms.presets import OWNERS, PRESETS, STEPS


def make_first_rules(engagement: Engagement) -> int:
    """Returns how many are new. Part of the caller's transaction; doing it again makes none."""
    made = 0
    for side, organisation in (("client", engagement.client_id), ("vendor", engagement.vendor_id)):
        with working_for(organisation):
            made += _make(engagement, side, organisation)
    return made


def _make(engagement: Engagement, side: str, organisation: UUID) -> int:
    there = set(
        AlarmRule.objects.filter(engagement=engagement, organisation=organisation).values_list(
            "preset", flat=True
        )
    )
    now = timezone.now()
    rows = [
        AlarmRule(
            engagement=engagement,
            organisation_id=organisation,
            preset=preset.key,
            names=preset.names,
            kind=preset.kind,
            condition=preset.condition,
            severity=preset.severity,
            owner_role=OWNERS[side],
            active=preset.active,
            created=now,
            updated=now,
        )
        for preset in PRESETS
        if preset.key not in there
    ]
    AlarmRule.objects.bulk_create(rows)
    AlarmStep.objects.bulk_create(step for rule in rows for step in steps_of(rule, STEPS[side]))
    return len(rows)
