"""The watch: judge the rules of an engagement, open, grow and clear their alarms, tell their owners, escalate.

Everything follows from the situation and the rows that stand: doing it twice changes nothing the second time. Whoever does it
holds the lock of the engagement's watch, inside one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import F

from giao.core.agreement.alarms.clocks import instant_of, reached_us
from giao.core.agreement.alarms.names import condition_of, durations_in
from giao.core.agreement.alarms.verdicts import Verdicts, changes, judge
from giao.core.rules import Rule, RuleError, RuleLimitError
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import working_for
from giao.kernel.identifiers import new_id
from giao.steps.run.alarms.models import (
    Alarm,
    AlarmAct,
    AlarmEntry,
    AlarmRule,
    AlarmState,
    AlarmSubject,
    AlarmWatch,
    Kind,
    MaintenanceWindow,
)
from giao.steps.run.alarms.people import holders, tell
from giao.steps.run.alarms.situation import Situation, us_of

A_MOMENT = timedelta(milliseconds=1)
"""So long after a limit is reached one looks: then it is also passed, for a condition that asks for less than it."""

NO_DATA = Verdicts(frozenset(), frozenset(), frozenset())


@dataclass
class Judged:
    """What a rule said: verdicts, its subjects, and the sentence for a condition that does not fit any more."""

    verdicts: Verdicts = NO_DATA
    subjects: pl.DataFrame = field(default_factory=pl.DataFrame)
    fault: str = ""
    condition: Rule | None = None


def judge_rules(rules: Iterable[AlarmRule], here: Situation) -> dict[UUID, Judged]:
    """Reads only: the long part, outside the transaction. Both sides' rules that say the same are judged once."""
    known: dict[tuple[str, str], Judged] = {}
    found = {}
    for rule in rules:
        if rule.active:
            said = (rule.kind, rule.condition)
            if said not in known:
                known[said] = judged_by(*said, here)
            found[rule.pk] = known[said]
    return found


def judged_by(kind: str, condition: str, here: Situation) -> Judged:
    try:
        found = condition_of(kind, condition, here.agreement)
        subjects = here.subjects(kind)
        verdicts = NO_DATA if subjects.is_empty() else judge(found, subjects)
    except (RuleError, RuleLimitError) as error:
        return Judged(fault=str(error.message))
    return Judged(verdicts, subjects, "", found)


@dataclass(frozen=True)
class Watch:
    """One look at an engagement. `now`: by the wall clock, for people; the situation's instant is that of the numbers."""

    engagement: Engagement
    here: Situation
    now: datetime
    judged: dict[UUID, Judged]

    def apply(self) -> int:
        """In a transaction, with the lock held; returns how many alarms changed."""
        changed = 0
        for organisation in (self.engagement.client_id, self.engagement.vendor_id):
            with working_for(organisation):
                rules = AlarmRule.objects.filter(engagement=self.engagement, organisation=organisation)
                windows = list(
                    MaintenanceWindow.objects.filter(
                        engagement=self.engagement,
                        organisation=organisation,
                        begins__lte=self.now,
                        ends__gt=self.now,
                    )
                )
                for rule in rules.select_related("owner", "engagement").order_by("pk"):
                    quiet = any(window.rule_id in (None, rule.pk) for window in windows)
                    changed += self._rule(rule, quiet=quiet)
        if changed:
            AlarmWatch.objects.filter(engagement=self.engagement).update(changes=F("changes") + 1)
        return changed

    def _rule(self, rule: AlarmRule, *, quiet: bool) -> bool:
        judged = self.judged.get(rule.pk, Judged())
        alarm = Alarm.objects.filter(rule=rule, settled__isnull=True).first()
        if alarm is not None:
            alarm.rule, alarm.engagement = rule, self.engagement
        held = AlarmSubject.objects.filter(rule=rule, cleared__isnull=True)
        if judged.fault or (rule.active and judged.condition is None):
            # A condition that cannot be judged clears nothing and fires nothing: it says so on the page of rules.
            return self._note(rule, judged) | self._timed(alarm, quiet=quiet)
        keys = set(held.values_list("key", flat=True))
        found = changes(keys, judged.verdicts)
        if not rule.active:
            found = changes(keys, NO_DATA)
        moved = False
        if found.cleared:
            self._clear(held, sorted(found.cleared))
            moved = True
        if found.opened and not quiet:
            alarm = self._open(rule, alarm, judged, sorted(found.opened))
            moved = True
        if moved and alarm is not None:
            self._count(alarm)
        moved |= self._note(rule, judged)
        return self._timed(alarm, quiet=quiet) or moved

    # Opening, growing, clearing

    def _open(self, rule: AlarmRule, alarm: Alarm | None, judged: Judged, keys: list[str]) -> Alarm:
        if alarm is None:
            alarm = Alarm.objects.create(
                engagement=self.engagement,
                organisation_id=rule.organisation_id,
                rule=rule,
                severity=rule.severity,
                condition=rule.condition,
                owner=rule.owner,
                opened=self.now,
                rung=self.now,
                firing=len(keys),
            )
            alarm.rule, alarm.engagement = rule, self.engagement
            self._entry(alarm, AlarmAct.OPENED, n=len(keys))
            self._add(alarm, judged, keys)
            self._ring(alarm)
        else:
            self._add(alarm, judged, keys)
        return alarm

    def _add(self, alarm: Alarm, judged: Judged, keys: list[str]) -> None:
        rows = judged.subjects.filter(pl.col("key").is_in(keys)).sort("key")
        AlarmSubject.objects.bulk_create(
            (
                AlarmSubject(
                    id=new_id(),
                    organisation_id=alarm.organisation_id,
                    rule=alarm.rule,
                    alarm=alarm,
                    key=row["key"],
                    about=about_of(alarm.rule.kind, row),
                    seen=seen_of(alarm.rule.kind, row),
                    since=self.now,
                )
                for row in rows.iter_rows(named=True)
            ),
            batch_size=500,
        )
        alarm.subjects_ever += len(keys)

    def _count(self, alarm: Alarm) -> None:
        """Count what fires, settle what is over, ring again when as many new ones came as were known."""
        firing = alarm.subjects.filter(cleared__isnull=True).count()
        alarm.firing = firing
        if not firing:
            alarm.state, alarm.settled, alarm.snoozed_until = AlarmState.SETTLED, self.now, None
            alarm.revision += 1
            self._entry(alarm, AlarmAct.CLEARED)
        elif alarm.state == AlarmState.ACKNOWLEDGED and firing >= 2 * max(alarm.known, 1):
            self._again(alarm, AlarmAct.GREW)
        alarm.save()

    def _clear(self, held: Any, keys: list[str]) -> None:
        """Also those of an alarm that a person has settled while they fired: it says how many still do."""
        touched: set[UUID] = set()
        for begin in range(0, len(keys), 500):
            rows = held.filter(key__in=keys[begin : begin + 500])
            touched |= set(rows.values_list("alarm", flat=True))
            rows.update(cleared=self.now)
        for alarm in Alarm.objects.filter(pk__in=touched, settled__isnull=False):
            alarm.firing = alarm.subjects.filter(cleared__isnull=True).count()
            alarm.save(update_fields=["firing"])

    # What comes with time: the end of a snooze, the steps of escalation

    def _timed(self, alarm: Alarm | None, *, quiet: bool) -> bool:
        if alarm is None or alarm.is_over or quiet:
            return False
        if alarm.state == AlarmState.SNOOZED and alarm.snoozed_until and alarm.snoozed_until <= self.now:
            self._again(alarm, AlarmAct.WOKE)
            alarm.save()
            return True
        if alarm.state != AlarmState.OPEN:
            return False
        moved = False
        for step in alarm.rule.steps.select_related("user").order_by("position"):
            if step.position < alarm.escalated:
                continue
            if self.due_of(alarm, step.after_minutes) > self.now:
                break
            people = holders(alarm.organisation_id, step.role, step.user)
            tell(alarm, people, "alarm_escalated", f"{alarm.ring}:step:{step.position}")
            alarm.escalated = step.position + 1
            self._entry(alarm, AlarmAct.ESCALATED, who=[user.name for user in people], step=step.position + 1)
            moved = True
        if moved:
            alarm.save()
        return moved

    def due_of(self, alarm: Alarm, after_minutes: int) -> datetime:
        """When a step is due: so much open time of the agreement's main calendar after the owner was told."""
        calendar, start = self.here.main_calendar, us_of(alarm.rung)
        wanted = after_minutes * 60_000_000
        return instant_of(calendar.add(start, wanted) if calendar else start + wanted)

    def _again(self, alarm: Alarm, act: AlarmAct) -> None:
        alarm.state, alarm.snoozed_until = AlarmState.OPEN, None
        alarm.rung, alarm.ring, alarm.escalated = self.now, alarm.ring + 1, 0
        alarm.revision += 1
        self._entry(alarm, act, n=alarm.firing)
        self._ring(alarm)

    def _ring(self, alarm: Alarm) -> None:
        people = holders(alarm.organisation_id, alarm.rule.owner_role, alarm.owner or alarm.rule.owner)
        tell(alarm, people, "alarm_rings", str(alarm.ring))
        self._entry(alarm, AlarmAct.RANG, who=[user.name for user in people])

    def _entry(self, alarm: Alarm, act: AlarmAct, **values: Any) -> None:
        AlarmEntry.objects.create(
            organisation_id=alarm.organisation_id, alarm=alarm, act=act, at=self.now, values=values
        )

    def _note(self, rule: AlarmRule, judged: Judged) -> bool:
        """Keep what the rule said, for the page of rules; written only when it differs."""
        verdicts = judged.verdicts
        said = {
            "firing": len(verdicts.firing),
            "silent": len(verdicts.silent),
            "clear": len(verdicts.clear),
            "fault": judged.fault,
        }
        if not rule.active:
            said = {}
        if rule.judged == said:
            return False
        AlarmRule.objects.filter(pk=rule.pk).update(judged=said)
        return True

    # When to look again

    def next_instant(self) -> datetime | None:
        """The next instant at which something may begin to fire, ring or escalate, as far as it is known now."""
        found: list[datetime] = []
        if self.engagement.as_of is None:
            found += self._thresholds()
        for organisation in (self.engagement.client_id, self.engagement.vendor_id):
            with working_for(organisation):
                found += self._people_times(organisation)
        coming = [instant for instant in found if instant > self.now]
        return min(coming) if coming else None

    def _thresholds(self) -> list[datetime]:
        found: list[datetime] = []
        here = self.here
        for judged in self.judged.values():
            if judged.condition is None:
                continue
            lengths = [length // timedelta(microseconds=1) for length in durations_in(judged.condition)]
            if "remaining" in judged.condition.names and not here.open_clocks.is_empty():
                for length in {0, *lengths}:
                    at = reached_us(here.open_clocks, here.versions, here.calendars, here.instant_us, length)
                    found += [instant_of(at) + A_MOMENT] if at is not None else []
            if "silent_for" in judged.condition.names and here.last_event is not None:
                calendar, start = here.main_calendar, us_of(here.last_event)
                for length in lengths:
                    found.append(
                        instant_of(calendar.add(start, length) if calendar else start + length) + A_MOMENT
                    )
        return found

    def _people_times(self, organisation: UUID) -> list[datetime]:
        found: list[datetime] = []
        alarms = Alarm.objects.filter(
            engagement=self.engagement, organisation=organisation, settled__isnull=True
        )
        for alarm in alarms.select_related("rule"):
            if alarm.snoozed_until is not None:
                found.append(alarm.snoozed_until)
            elif alarm.state == AlarmState.OPEN:
                step = alarm.rule.steps.filter(position__gte=alarm.escalated).order_by("position").first()
                found += [self.due_of(alarm, step.after_minutes)] if step else []
        windows = MaintenanceWindow.objects.filter(
            engagement=self.engagement, organisation=organisation, ends__gt=self.now
        )
        return [*found, *windows.values_list("ends", flat=True)]


ABOUT = {
    Kind.CASE: ("case", "clock", "version", "target", "activity", "due"),
    Kind.KPI: ("kpi", "window", "unit"),
    Kind.CREDITS: ("month", "currency"),
    Kind.SILENCE: ("last_event",),
    Kind.VOLUME: ("hour",),
    Kind.QUALITY: (),
}
SEEN = {
    Kind.CASE: ("remaining", "chance", "used", "state"),
    Kind.KPI: ("value", "projected", "projected_low", "projected_high", "minimum", "expected", "elapsed", "n"),
    Kind.CREDITS: ("credits", "cap", "share"),
    Kind.SILENCE: ("silent_for",),
    Kind.VOLUME: ("count", "low", "high", "usual", "weeks"),
    Kind.QUALITY: ("accepted", "rejected", "rejected_share", "late", "late_share"),
}  # fmt: skip


def about_of(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(row[name]) for name in ABOUT[Kind(kind)]}


def seen_of(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(row[name]) for name in SEEN[Kind(kind)]}


def plain(value: Any) -> Any:
    """For JSON: instants in ISO 8601, lengths in microseconds."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    return value
