"""A desk that lives: an agreement with office hours, a log that a test writes, and a clock that it sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

NOW = datetime(2016, 3, 18, 9, 0, tzinfo=UTC)
"""A Friday, ten o'clock in Amsterdam."""

AGREEMENT = """\
giao: 1
name: desk
title: {en: Small desk, vi: Bàn nhỏ}
version: 1
parties: {client: {name: Acme, country: NL}, vendor: {name: BPO, country: VN}}
term: {start: 2016-01-01, end: 2017-12-31}
currency: EUR
zone: Europe/Amsterdam
close: P10D
calendars:
  office: {zone: Europe/Amsterdam, hours: {mon-fri: [["09:00", "17:00"]]}}
work:
  received: Opened
  delivered: Resolved
  attributes:
    priority: {type: string}
    caller: {type: string, personal: true}
clocks:
  resolution:
    title: {en: Resolution, vi: Khắc phục}
    start: Opened
    stop: Resolved
    calendar: office
    targets: [{within: 8 business hours}]
kpis:
  in_time:
    title: {en: Resolved in time, vi: Khắc phục đúng hạn}
    kind: share_in_target
    clock: resolution
    count_at: stop
    expected: 95%
    minimum: 90%
    points: 100
credits:
  at_risk: 10%
pricing:
  - {fixed: 5000, every: month, name: platform, title: {en: Platform, vi: Nền tảng}}
"""


@dataclass
class Desk:
    """`hands`: the clock; `rows`: the log (case, activity, UTC instant, priority, caller)."""

    tmp: Path
    made: Any
    hands: list[datetime]
    rows: list[tuple[str, str, datetime, str, str]] = field(default_factory=list)
    imports: int = 0
    preset: str = "breach_near"
    """The rule that a test speaks of when it names none."""

    @property
    def engagement(self) -> Any:
        return self.made.engagement

    def opened(self, case: str, at: datetime, priority: str = "2", caller: str = "Ann") -> None:
        self.rows.append((case, "Opened", at, priority, caller))

    def resolved(self, case: str, at: datetime) -> None:
        self.rows.append((case, "Resolved", at, "", ""))

    def bring(self, at: datetime | None = None) -> None:
        """The log as it stands goes into the engagement, whole."""
        if at is not None:
            self.hands[0] = at
        from giao.core.log import LogMapping, import_log
        from giao.kernel.engagements.actions.record_log import record_log
        from giao.kernel.engagements.places import folder_of

        self.imports += 1
        file = self.tmp / f"{self.imports}.csv"
        lines = [f"{case},{act},{at:%Y-%m-%d %H:%M:%S},{p},{who}" for case, act, at, p, who in self.rows]
        file.write_text("case,activity,time,priority,caller\n" + "\n".join(lines) + "\n", encoding="utf-8")
        folder = folder_of(self.engagement, "logs") / f"{self.imports}.log"
        report = import_log(file, folder, LogMapping(zone="UTC"), replace=True)
        record_log(self.engagement, folder, report.hash, file.name)

    def watch(self, at: datetime | None = None) -> None:
        """The job, as the worker runs it."""
        from giao.steps.run.alarms.jobs import watch_alarms

        if at is not None:
            self.hands[0] = at
        watch_alarms.using(engagement=self.engagement).enqueue(str(self.engagement.pk))

    def rule(self, preset: str = "", side: str = "vendor") -> Any:
        from giao.steps.run.alarms.models import AlarmRule

        return AlarmRule.objects.get(
            engagement=self.engagement, organisation=getattr(self.made, side), preset=preset or self.preset
        )

    def alarms(self, preset: str = "", side: str = "vendor", *, settled: bool | None = None) -> list[Any]:
        from giao.steps.run.alarms.models import Alarm

        rows = (
            Alarm.objects.filter(rule=self.rule(preset, side)).select_related("rule").order_by("opened", "id")
        )
        return [row for row in rows if settled is None or (row.settled is not None) == settled]

    def alarm(self, preset: str = "", side: str = "vendor") -> Any:
        """The one that is not settled."""
        (found,) = self.alarms(preset, side, settled=False)
        return found

    def firing(self, preset: str = "", side: str = "vendor") -> set[str]:
        from giao.steps.run.alarms.models import AlarmSubject

        rows = AlarmSubject.objects.filter(rule=self.rule(preset, side), cleared__isnull=True)
        return {row.about.get("case") or row.key for row in rows}

    def person(self, side: str, role: str) -> Any:
        from tests.kernel.ground import person

        return person(f"{side}{role}", getattr(self.made, side), role)

    def place(self, user: Any) -> Any:
        from giao.kernel.engagements.access import place_of

        return place_of(user, self.engagement)

    def notes(self, user: Any, alarm: Any) -> list[str]:
        """What a person was told of an alarm, in order."""
        from giao.kernel.notifications.models import Notification

        rows = Notification.objects.filter(user=user, key__startswith=f"alarm:{alarm.pk}:")
        return list(rows.order_by("created", "id").values_list("template", flat=True))

    def only(self, presets: Sequence[str]) -> None:
        """Switch off the rules that a test does not speak of; their alarms settle."""
        from giao.steps.run.alarms.models import AlarmRule

        AlarmRule.objects.filter(engagement=self.engagement).exclude(preset__in=presets).update(active=False)
        self.watch()


@pytest.fixture
def desk(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    from django.utils import timezone
    from tests.kernel.ground import world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement

    hands = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: hands[0])
    clock = SimpleNamespace(time_ns=lambda: int(hands[0].timestamp()) * 1_000_000_000)
    monkeypatch.setattr("giao.kernel.ledger.accept.time", clock)
    made = world("Small desk", as_of=None)
    adopt_agreement(made.engagement, AGREEMENT)
    found = Desk(tmp_path, made, hands)
    # Work of the weeks before, all in time.
    for week in range(1, 7):
        for number in range(4):
            at = NOW - timedelta(weeks=week, hours=-number)
            found.opened(f"W{week}.{number}", at)
            found.resolved(f"W{week}.{number}", at + timedelta(hours=1))
    return found
