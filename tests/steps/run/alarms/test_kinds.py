"""Each kind of rule fires, clears, and says "no data" where something is not known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.steps.run.alarms.conftest import NOW, Desk


def judged(desk: Desk, preset: str, side: str = "client") -> dict[str, int]:
    said: dict[str, Any] = desk.rule(preset, side).judged
    return {name: said[name] for name in ("firing", "silent", "clear")}


def test_a_level_that_will_miss_its_minimum_fires_and_clears_when_it_recovers(desk: Desk) -> None:
    # Fewer than nine in ten of March so far: three of the window's cases took two days.
    for number in range(3):
        at = NOW - timedelta(days=10, hours=number)
        desk.opened(f"L{number}", at)
        desk.resolved(f"L{number}", at + timedelta(days=2))
    desk.bring()
    desk.watch()
    alarm = desk.alarm("level_trend", "client")
    (subject,) = alarm.subjects.all()
    assert subject.about["kpi"] == "in_time"
    seen = subject.seen
    assert seen["projected_low"] <= seen["projected"] <= seen["projected_high"]
    assert seen["projected"] < seen["minimum"] == 0.9
    for number in range(60):
        at = NOW - timedelta(days=3, hours=-3, minutes=number)
        desk.opened(f"G{number}", at)
        desk.resolved(f"G{number}", at + timedelta(minutes=20))
    desk.bring(NOW + timedelta(minutes=20))
    desk.watch()
    assert desk.alarms("level_trend", "client", settled=False) == []
    assert judged(desk, "level_trend") == {"firing": 0, "silent": 0, "clear": 1}


def test_a_level_without_a_case_has_no_data(desk: Desk) -> None:
    from giao.steps.run.alarms.models import AlarmRule

    desk.rows.clear()
    desk.opened("C1", NOW - timedelta(minutes=5))
    desk.bring()
    desk.watch()
    assert judged(desk, "level_trend") == {"firing": 0, "silent": 1, "clear": 0}
    assert desk.alarms("level_trend", "client") == []
    assert AlarmRule.objects.filter(engagement=desk.engagement).count() == 16


def test_a_figure_that_is_not_known_any_more_does_not_clear_what_fired(desk: Desk) -> None:
    """No data is never green: the projection may be lost, the alarm stays."""
    for number in range(3):
        at = NOW - timedelta(days=10, hours=number)
        desk.opened(f"L{number}", at)
        desk.resolved(f"L{number}", at + timedelta(days=2))
    desk.bring()
    desk.watch()
    assert desk.alarm("level_trend", "client").firing == 1
    from giao.kernel.readings.models import KpiFigure

    KpiFigure.objects.filter(engagement=desk.engagement, position=0).update(value=None)
    desk.watch(NOW + timedelta(minutes=1))
    assert desk.alarm("level_trend", "client").firing == 1
    assert judged(desk, "level_trend") == {"firing": 0, "silent": 1, "clear": 0}


def test_credits_at_four_fifths_of_their_cap(desk: Desk) -> None:
    from decimal import Decimal

    from giao.kernel.readings.models import StatementFigure

    desk.bring()
    desk.watch()
    assert judged(desk, "credits_cap")["clear"] == 1
    row = StatementFigure.objects.get(engagement=desk.engagement, month="2016-03", reading__current=True)
    assert row.at_risk == 500
    for credit, fires in (("399.99", False), ("400", True), ("100", False)):
        StatementFigure.objects.filter(pk=row.pk).update(credit_total=Decimal(credit))
        desk.watch(desk.hands[0] + timedelta(minutes=1))
        assert bool(desk.alarms("credits_cap", "client", settled=False)) is fires, credit
    StatementFigure.objects.filter(pk=row.pk).update(at_risk=None)
    desk.watch(desk.hands[0] + timedelta(minutes=1))
    assert judged(desk, "credits_cap") == {"firing": 0, "silent": 1, "clear": 0}


def test_silence_counts_business_time_alone(desk: Desk) -> None:
    friday = datetime(2016, 3, 18, 15, 50, tzinfo=NOW.tzinfo)  # ten to five in Amsterdam
    desk.opened("C1", friday)
    desk.bring(friday)
    desk.watch()
    assert desk.alarms("silence") == []
    # The whole weekend is no business time; Monday 9:49 is the 59th minute.
    desk.watch(datetime(2016, 3, 21, 8, 49, tzinfo=NOW.tzinfo))
    assert desk.alarms("silence") == []
    desk.watch(datetime(2016, 3, 21, 8, 50, tzinfo=NOW.tzinfo))
    alarm = desk.alarm("silence")
    assert alarm.subjects.get().seen["silent_for"] == 3_600_000_000
    desk.opened("C2", datetime(2016, 3, 21, 8, 55, tzinfo=NOW.tzinfo))
    desk.bring(datetime(2016, 3, 21, 8, 56, tzinfo=NOW.tzinfo))
    desk.watch()
    assert desk.alarms("silence", settled=False) == []


def test_an_hour_outside_its_band_fires_and_a_short_history_has_no_data(desk: Desk) -> None:
    desk.bring()
    desk.watch()
    assert judged(desk, "volume_band") == {"firing": 0, "silent": 0, "clear": 1}
    for number in range(9):
        desk.opened(f"V{number}", NOW - timedelta(minutes=5 * number + 1))
    desk.bring(NOW + timedelta(minutes=3))
    desk.watch()
    seen = desk.alarm("volume_band", "client").subjects.get().seen
    assert (seen["count"], seen["weeks"]) == (9, 5)
    assert seen["high"] < 9
    desk.watch(NOW + timedelta(hours=1, minutes=3))
    assert desk.alarms("volume_band", "client", settled=False) == []


def test_a_short_history_of_arrivals_has_no_data(desk: Desk) -> None:
    desk.rows[:] = [row for row in desk.rows if row[2] > NOW - timedelta(weeks=3)]
    desk.bring()
    desk.watch()
    assert judged(desk, "volume_band") == {"firing": 0, "silent": 1, "clear": 0}


def test_rejected_events_of_a_day(desk: Desk) -> None:
    from giao.kernel.ledger.events import Refusal
    from giao.kernel.ledger.rejecting import keep_rejected

    desk.bring()
    desk.watch()
    assert judged(desk, "rejects") == {"firing": 0, "silent": 1, "clear": 0}, "nothing came live: no data"
    now_us = int(NOW.timestamp()) * 1_000_000
    refusal = Refusal("crm", "1", "unknown_type", raw={"id": "1"})
    keep_rejected(desk.engagement.pk, [refusal], now_us, "crm")
    desk.watch(NOW + timedelta(minutes=1))
    assert desk.alarm("rejects").subjects.get().seen == {
        "accepted": 0, "rejected": 1, "rejected_share": 1.0, "late": 0, "late_share": None,
    }  # fmt: skip
    # A day later it is over, and no data again: it stays until something is known.
    desk.watch(NOW + timedelta(days=1, minutes=1))
    assert judged(desk, "rejects")["silent"] == 1
    assert desk.alarm("rejects").firing == 1


def test_late_and_accepted_events_of_a_day(desk: Desk) -> None:
    from giao.kernel.ledger.accept import accept
    from giao.kernel.ledger.events import NewEvent
    from giao.kernel.ledger.sequence import sequence_all
    from giao.steps.run.alarms.jobs import situation_of

    desk.bring()
    now_us = int(NOW.timestamp()) * 1_000_000
    for number, hours in enumerate((0, 2, 0)):
        event = NewEvent("crm", str(number), "Opened", now_us - hours * 3_600_000_000, subject=f"Q{number}")
        accept(desk.engagement, [event], "crm", now_us=now_us)
    sequence_all(desk.engagement.pk)
    here = situation_of(desk.engagement)
    assert here is not None
    row = here.subjects("quality").to_dicts()[0]
    assert (row["accepted"], row["late"], row["late_share"]) == (3, 1, 1 / 3)


def test_a_condition_may_name_attributes_but_no_personal_one(desk: Desk) -> None:
    from giao.core.agreement.alarms.names import schema_of
    from giao.steps.run.alarms.jobs import situation_of
    from giao.steps.run.alarms.watching import judged_by

    desk.opened("C1", NOW - timedelta(minutes=30), priority="1")
    desk.opened("C2", NOW - timedelta(minutes=30), priority="2")
    desk.bring()
    here = situation_of(desk.engagement)
    assert here is not None
    assert "caller" not in schema_of("case", here.agreement)
    found = judged_by("case", 'priority = "1" and remaining < duration("PT8H")', here)
    assert found.verdicts.firing == {"resolution:0:C1"}
    assert "caller" in judged_by("case", 'caller = "Ann"', here).fault
