"""The watch opens, groups and clears alarms; twice is once; time moves clocks without a new reading."""

from __future__ import annotations

from datetime import timedelta

from tests.steps.run.alarms.conftest import NOW, Desk


def test_the_first_rules_come_once_for_each_side(desk: Desk) -> None:
    from giao.steps.run.alarms.models import AlarmRule

    desk.opened("C1", NOW - timedelta(minutes=30))
    desk.bring()
    desk.watch()
    desk.watch()
    of = {
        side: AlarmRule.objects.filter(organisation=getattr(desk.made, side)) for side in ("client", "vendor")
    }
    assert of["client"].count() == of["vendor"].count() == 8
    assert of["client"].get(preset="breach_near").owner_role == "client_manager"
    assert of["vendor"].get(preset="breach_near").steps.count() == 2


def test_a_clock_near_its_breach_opens_one_alarm_tells_its_owner_and_clears(desk: Desk) -> None:
    lead = desk.person("vendor", "team_lead")
    desk.opened("C1", NOW - timedelta(minutes=30))
    desk.bring()
    desk.watch()
    assert desk.alarms() == []
    # Friday 14:00 Amsterdam: 3.5 of 8 business hours are left, with no event and no new reading.
    readings = desk.engagement.readings.count()
    desk.watch(NOW + timedelta(hours=4))
    assert desk.engagement.readings.count() == readings
    alarm = desk.alarm()
    assert (alarm.firing, alarm.state, desk.firing()) == (1, "open", {"C1"})
    seen = alarm.subjects.get().seen
    assert seen["remaining"] == (8 * 60 - 270) * 60_000_000
    assert desk.notes(lead, alarm) == ["alarm_rings"]
    desk.resolved("C1", NOW + timedelta(hours=4, minutes=5))
    desk.bring(NOW + timedelta(hours=4, minutes=10))
    desk.watch()
    (over,) = desk.alarms()
    assert (over.state, over.firing, over.subjects_ever) == ("settled", 0, 1)
    assert [entry.act for entry in over.entries.order_by("at", "id")] == ["opened", "rang", "cleared"]


def test_doing_it_twice_is_doing_it_once(desk: Desk) -> None:
    from giao.kernel.notifications.models import Notification
    from giao.steps.run.alarms.models import AlarmEntry, AlarmSubject

    lead = desk.person("vendor", "team_lead")
    desk.preset = "breached"
    for number in range(3):
        desk.opened(f"C{number}", NOW - timedelta(days=2))
    desk.bring()

    def all_rows() -> tuple[int, ...]:
        rows = (AlarmSubject, AlarmEntry, Notification)
        return (*(model.objects.count() for model in rows), desk.alarm().firing, desk.alarm().revision)

    desk.watch()
    before = all_rows()
    desk.watch()
    desk.watch()
    assert all_rows() == before
    assert desk.notes(lead, desk.alarm()) == ["alarm_rings"]


def test_a_thousand_breaches_are_one_alarm(desk: Desk) -> None:
    desk.preset = "breached"
    lead = desk.person("vendor", "team_lead")
    for number in range(1000):
        desk.opened(f"C{number:04}", NOW - timedelta(days=2))
    desk.bring()
    desk.watch()
    alarm = desk.alarm()
    assert (alarm.firing, alarm.subjects.count(), len(desk.firing())) == (1000, 1000, 1000)
    assert desk.notes(lead, alarm) == ["alarm_rings"]


def test_the_watch_looks_again_when_the_nearest_clock_reaches_the_limit(desk: Desk) -> None:
    from giao.kernel.jobs.models import Schedule
    from giao.kernel.jobs.timers import next_of
    from giao.steps.run.alarms.jobs import SCHEDULE, TIMER

    desk.opened("C1", NOW - timedelta(minutes=30))
    desk.opened("C2", NOW - timedelta(minutes=10))
    desk.bring()
    desk.watch()
    desk.only(["breach_near"])
    desk.watch()
    # C1 has four of its eight hours left four hours after 9:30 in Amsterdam.
    limit = NOW + timedelta(hours=3, minutes=30)
    assert next_of(TIMER, desk.engagement.pk) == limit + timedelta(milliseconds=1)
    desk.watch(limit)
    assert desk.firing() == {"C1"}
    assert Schedule.objects.get(owner=desk.engagement.pk, name=SCHEDULE).every_seconds == 60


def test_a_clock_goes_from_predicted_to_breached_at_its_due(desk: Desk) -> None:
    from giao.kernel.jobs.timers import next_of
    from giao.steps.run.alarms.jobs import TIMER

    desk.opened("C1", NOW - timedelta(minutes=30))
    desk.bring()
    desk.watch()
    desk.only(["breach_near", "breached"])
    due = NOW + timedelta(days=3, minutes=-30)  # eight business hours after Friday 9:30 in Amsterdam: Monday
    desk.watch(due)
    assert (desk.firing("breach_near"), desk.firing("breached")) == ({"C1"}, set())
    coming = next_of(TIMER, desk.engagement.pk)
    assert coming == due + timedelta(milliseconds=1)
    desk.watch(coming)
    assert (desk.firing("breach_near"), desk.firing("breached")) == (set(), {"C1"})
    desk.watch(coming + timedelta(hours=9))
    assert desk.firing("breached") == {"C1"}, "it fires until somebody ends it"


def test_events_in_parts_end_with_the_alarms_of_one_look(desk: Desk) -> None:
    """Whatever the parts in which the log comes and the watch looks, what fires is what the last state says."""
    from giao.steps.run.alarms.jobs import situation_of
    from giao.steps.run.alarms.models import AlarmRule, AlarmSubject
    from giao.steps.run.alarms.watching import judged_by

    coming = []
    for number in range(8):
        opened = NOW - timedelta(hours=30 * number + 2)
        coming.append((f"S{number}", opened, False))
        if number % 2:
            coming.append((f"S{number}", opened + timedelta(hours=1 + number), True))
    coming.sort(key=lambda event: event[1])
    for place, (case, at, ends) in enumerate(coming):
        if ends:
            desk.resolved(case, at)
        else:
            desk.opened(case, at)
        if place % 3 == 2 or place == len(coming) - 1:
            desk.bring(desk.hands[0] + timedelta(minutes=2))
            desk.watch()
    here = situation_of(desk.engagement)
    assert here is not None
    fired = 0
    for rule in AlarmRule.objects.filter(engagement=desk.engagement, active=True):
        held = set(AlarmSubject.objects.filter(rule=rule, cleared__isnull=True).values_list("key", flat=True))
        assert held == judged_by(rule.kind, rule.condition, here).verdicts.firing, rule.preset
        fired += len(held)
    assert fired >= 6


def test_the_database_shows_a_side_its_own_rows_alone(desk: Desk) -> None:
    """Also a query that forgot to ask whose: in the scope of a request or job only the own organisation's are there."""
    from django_scopes import scope

    from giao.steps.run.alarms.models import Alarm, AlarmEntry, AlarmRule, AlarmSubject

    desk.opened("C1", NOW - timedelta(days=3))
    desk.bring()
    desk.watch()
    for side in ("client", "vendor"):
        mine = getattr(desk.made, side).pk
        with scope(engagement=[desk.engagement.pk], organisation=[mine]):
            for model in (Alarm, AlarmEntry, AlarmRule, AlarmSubject):
                assert {row.organisation_id for row in model.objects.all()} == {mine}, model
    with scope(engagement=[desk.engagement.pk], organisation=[]):
        assert Alarm.objects.count() == 0
