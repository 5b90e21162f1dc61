"""The job that watches an engagement: after each reading, every minute, and at the next instant that matters."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.queries import inputs_of
from giao.kernel.engagements.scoping import working_for
from giao.kernel.jobs import schedules, timers
from giao.kernel.jobs.task import Effect, task
from giao.kernel.readings.errors import NothingToRead
from giao.kernel.readings.models import Reading
from giao.kernel.readings.queries import reading_for
from giao.steps.run.alarms.actions.make_first_rules import make_first_rules
from giao.steps.run.alarms.models import AlarmRule, AlarmWatch
from giao.steps.run.alarms.situation import Situation
from giao.steps.run.alarms.versions import versions_of
from giao.steps.run.alarms.watching import Watch, judge_rules

WATCH_SECONDS = 60
TIMER = "alarms:next"
FOLLOWER = "alarms:reading"
SCHEDULE = "alarms"


@task(long=True, priority=5, most_attempts=3)
def watch_alarms(identifier: str) -> Effect | None:
    """Judge the rules by the newest reading; a newer one that is still computed is followed by another watch."""
    engagement = (
        Engagement.objects.select_related("client", "vendor")
        .filter(pk=UUID(identifier), archived__isnull=True, removal_due__isnull=True)
        .first()
    )
    if engagement is None:
        _stop(UUID(identifier))
        return None
    here = situation_of(engagement)
    if here is None:
        return None
    watch = Watch(engagement, here, timezone.now(), judge_rules(_rules(engagement), here))
    return Effect(partial(_store, watch))


def situation_of(engagement: Engagement) -> Situation | None:
    """None while there is no agreement in force or nothing was read yet."""
    reading = _reading(engagement)
    versions = versions_of(engagement)
    if reading is None or not versions:
        return None
    return Situation(engagement, reading, versions, engagement.as_of or timezone.now())


def look_soon(engagement: Engagement) -> None:
    """Somebody looks at the alarms: a reading that is out of date is computed now, and the watch follows it."""
    with suppress(NothingToRead):
        reading_for(engagement)


def _reading(engagement: Engagement) -> Reading | None:
    """The stored reading while it tells what there is, else a new one is asked for, at most once in `WATCH_SECONDS`.

    A reading of the same inputs and day is enough: clocks move by the calendar, windows end with a day. Without the limit a
    stream of events would keep the worker computing for nobody.
    """
    current = Reading.objects.filter(engagement=engagement, current=True).first()
    if current is not None:
        inputs = inputs_of([engagement])[engagement.pk]
        same = (current.agreement_hash, current.log_hash) == (inputs.agreement_hash, inputs.ledger_hash)
        now, zone = engagement.as_of or timezone.now(), ZoneInfo(engagement.zone)
        if same and _day(current.as_of, zone) == _day(now, zone):
            return current
        if engagement.as_of is None and now - current.as_of < timedelta(seconds=WATCH_SECONDS):
            return current
    try:
        wanted = reading_for(engagement)
    except NothingToRead:
        return None
    return wanted if wanted.ready else current


def _day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def _rules(engagement: Engagement) -> list[AlarmRule]:
    with transaction.atomic():
        make_first_rules(engagement)
    with working_for(engagement.client_id, engagement.vendor_id):
        return list(AlarmRule.objects.filter(engagement=engagement, active=True))


def _store(watch: Watch) -> int:
    engagement = watch.engagement
    AlarmWatch.objects.get_or_create(engagement=engagement)
    row = AlarmWatch.objects.select_for_update().get(engagement=engagement)
    if row.watched is not None and row.watched > watch.now:
        return 0  # a later look was first
    changed = watch.apply()
    AlarmWatch.objects.filter(pk=row.pk).update(watched=watch.now)
    coming = watch.next_instant()
    if coming is not None:
        timers.at(coming, TIMER, watch_alarms, str(engagement.pk), engagement=engagement)
    if engagement.as_of is None:
        keep_watching(engagement)
    return changed


def start_watching(engagement: Engagement) -> None:
    """An agreement is in force: each side has its first rules, and the engagement is watched from now on."""
    make_first_rules(engagement)
    if engagement.as_of is None:
        keep_watching(engagement)


def keep_watching(engagement: Engagement) -> None:
    """The schedule of an engagement that lives; saying it again changes nothing."""
    schedules.every(WATCH_SECONDS, SCHEDULE, watch_alarms, str(engagement.pk), engagement=engagement)


def _stop(engagement: UUID) -> None:
    """An engagement in the archive, or one that is leaving, is watched no longer."""
    schedules.unschedule(SCHEDULE, engagement=engagement)
    timers.cancel(TIMER, engagement=engagement)


def marks(engagements: list[UUID]) -> dict[UUID, str]:
    """For the live pages: how often something about alarms has changed."""
    rows = AlarmWatch.objects.filter(engagement__in=engagements, changes__gt=0)
    return {key: str(changes) for key, changes in rows.values_list("engagement", "changes")}
