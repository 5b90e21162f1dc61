"""Acts on alarms: races, snooze, escalation by business time, maintenance, settling, ringing again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.steps.run.alarms.conftest import NOW, Desk

FRIDAY = datetime(2016, 3, 18, 15, 30, tzinfo=UTC)
"""Half past four in Amsterdam: half an hour of business is left before the weekend."""


@pytest.fixture
def rung(desk: Desk) -> Desk:
    """Friday 16:30: one overdue case rings the vendor's alarm."""
    desk.lead = desk.person("vendor", "team_lead")
    desk.manager = desk.person("vendor", "vendor_manager")
    desk.opened("C1", NOW - timedelta(days=3))
    desk.bring(FRIDAY)
    desk.watch()
    desk.preset = "breached"
    desk.only(["breached"])
    return desk


def acts(desk: Desk) -> list[str]:
    (alarm,) = desk.alarms()
    return [str(entry.act) for entry in alarm.entries.order_by("at", "id")]


def test_escalation_counts_business_time_over_a_weekend(rung: Any) -> None:
    alarm = rung.alarm()
    # An hour of business after Friday 16:30 is Monday 9:30, not Friday 17:30.
    for instant in (
        FRIDAY + timedelta(hours=1),
        FRIDAY + timedelta(days=2),
        datetime(2016, 3, 21, 8, 29, tzinfo=UTC),
    ):
        rung.watch(instant)
        assert rung.notes(rung.manager, alarm) == []
    rung.watch(datetime(2016, 3, 21, 8, 30, tzinfo=UTC))
    rung.watch(datetime(2016, 3, 21, 8, 31, tzinfo=UTC))
    assert rung.notes(rung.manager, alarm) == ["alarm_escalated"]
    rung.watch(datetime(2016, 3, 21, 11, 30, tzinfo=UTC))  # the second step: four hours
    assert rung.notes(rung.manager, alarm) == ["alarm_escalated"] * 2
    assert acts(rung) == ["opened", "rang", "escalated", "escalated"]
    assert rung.notes(rung.lead, alarm) == ["alarm_rings"]


def test_the_next_step_has_its_timer(rung: Any) -> None:
    from giao.kernel.jobs.timers import next_of
    from giao.steps.run.alarms.jobs import TIMER

    assert next_of(TIMER, rung.engagement.pk) == datetime(2016, 3, 21, 8, 30, tzinfo=UTC)


def test_an_acknowledged_alarm_escalates_no_more_and_has_an_owner(rung: Any) -> None:
    from giao.kernel.audit.models import Act, OrganisationAct
    from giao.steps.run.alarms.actions.acknowledge_alarm import acknowledge_alarm

    alarm = rung.alarm()
    done = acknowledge_alarm(alarm, rung.place(rung.lead), rung.lead, seen=alarm.revision)
    assert (done.state, done.owner) == ("acknowledged", rung.lead)
    act = OrganisationAct.objects.get(what="acknowledge_alarm")
    assert (act.organisation, act.actor, act.data["alarm"]) == (rung.made.vendor, rung.lead, str(alarm.pk))
    assert not Act.objects.filter(engagement=rung.engagement, what__contains="alarm").exists(), (
        "the other side reads the engagement's audit"
    )
    rung.watch(datetime(2016, 3, 22, 12, 0, tzinfo=UTC))
    assert rung.notes(rung.manager, alarm) == []


@pytest.mark.parametrize("second", ["acknowledge", "settle", "snooze", "take"])
def test_of_two_who_act_one_wins_and_the_other_is_told(rung: Any, second: str) -> None:
    from giao.steps.run.alarms.actions.acknowledge_alarm import acknowledge_alarm
    from giao.steps.run.alarms.actions.settle_alarm import settle_alarm
    from giao.steps.run.alarms.actions.snooze_alarm import snooze_alarm
    from giao.steps.run.alarms.actions.take_alarm import take_alarm
    from giao.steps.run.alarms.errors import ChangedMeanwhile

    alarm, place = rung.alarm(), rung.place(rung.manager)
    seen = alarm.revision
    acknowledge_alarm(alarm, rung.place(rung.lead), rung.lead, seen=seen, text="Mine")
    doing = {
        "acknowledge": lambda: acknowledge_alarm(alarm, place, rung.manager, seen=seen),
        "settle": lambda: settle_alarm(alarm, place, rung.manager, seen=seen, text="done"),
        "snooze": lambda: snooze_alarm(
            alarm, place, rung.manager, seen=seen, until=FRIDAY + timedelta(days=1)
        ),
        "take": lambda: take_alarm(alarm, place, rung.manager, seen=seen),
    }
    with pytest.raises(ChangedMeanwhile, match=f"{rung.lead.name} was first: acknowledged it"):
        doing[second]()
    alarm.refresh_from_db()
    assert (alarm.state, alarm.owner) == ("acknowledged", rung.lead)
    assert acts(rung) == ["opened", "rang", "acknowledged"]


def test_an_alarm_is_given_to_somebody_of_the_same_side_who_is_told(rung: Any) -> None:
    from giao.kernel.audit.models import OrganisationAct
    from giao.kernel.engagements.errors import NotAllowed
    from giao.steps.run.alarms.actions.assign_alarm import assign_alarm
    from giao.steps.run.alarms.errors import BadRule, ChangedMeanwhile, NotNow

    alarm, agent = rung.alarm(), rung.person("vendor", "agent")
    for wrong in (rung.person("client", "agent"), rung.person("vendor", "analyst")):
        with pytest.raises(BadRule, match="handles alarms"):
            assign_alarm(alarm, rung.place(rung.lead), rung.lead, wrong, seen=alarm.revision)
    onlooker = rung.person("vendor", "auditor")
    with pytest.raises(NotAllowed):
        assign_alarm(alarm, rung.place(onlooker), onlooker, agent, seen=alarm.revision)
    given = assign_alarm(
        alarm, rung.place(rung.lead), rung.lead, agent, seen=alarm.revision, text="You know the branch"
    )
    assert (given.owner, given.state) == (agent, "open")
    assert rung.notes(agent, alarm) == ["alarm_given"]
    entry = alarm.entries.get(act="gave")
    assert (entry.by, entry.text, entry.values) == (rung.lead, "You know the branch", {"owner": agent.name})
    assert OrganisationAct.objects.get(what="assign_alarm").organisation == rung.made.vendor
    with pytest.raises(ChangedMeanwhile):
        assign_alarm(alarm, rung.place(rung.manager), rung.manager, rung.lead, seen=alarm.revision)
    given.refresh_from_db()
    with pytest.raises(NotNow, match="has this alarm already"):
        assign_alarm(given, rung.place(rung.manager), rung.manager, agent, seen=given.revision)


def test_the_other_side_and_onlookers_may_not_act(rung: Any) -> None:
    from giao.kernel.engagements.errors import NotAllowed
    from giao.steps.run.alarms.actions.acknowledge_alarm import acknowledge_alarm
    from giao.steps.run.alarms.actions.switch_rule import switch_rule

    alarm = rung.alarm()
    for role in ("analyst", "auditor", "administrator"):
        onlooker = rung.person("vendor", role)
        with pytest.raises(NotAllowed):
            acknowledge_alarm(alarm, rung.place(onlooker), onlooker, seen=alarm.revision)
    agent = rung.person("vendor", "agent")
    with pytest.raises(NotAllowed):
        switch_rule(alarm.rule, rung.place(agent), agent, active=False)
    assert acts(rung) == ["opened", "rang"]


def test_a_snoozed_alarm_is_quiet_and_rings_again(rung: Any) -> None:
    from giao.steps.run.alarms.actions.snooze_alarm import snooze_alarm
    from giao.steps.run.alarms.errors import BadRule

    alarm, place = rung.alarm(), rung.place(rung.lead)
    until = datetime(2016, 3, 22, 9, 0, tzinfo=UTC)
    for wrong in (None, FRIDAY - timedelta(hours=1), FRIDAY + timedelta(days=40)):
        with pytest.raises(BadRule):
            snooze_alarm(alarm, place, rung.lead, seen=alarm.revision, until=wrong)
    snooze_alarm(alarm, place, rung.lead, seen=alarm.revision, until=until)
    rung.watch(until - timedelta(minutes=1))
    assert rung.alarm().state == "snoozed"
    assert rung.notes(rung.manager, alarm) == []
    rung.watch(until)
    rung.watch(until)
    assert (rung.alarm().state, rung.alarm().ring) == ("open", 2)
    assert rung.notes(rung.lead, alarm) == ["alarm_rings"] * 2
    assert acts(rung) == ["opened", "rang", "snoozed", "woke", "rang"]
    # The steps count from the second ring.
    rung.watch(until + timedelta(minutes=59))
    assert rung.notes(rung.manager, alarm) == []
    rung.watch(until + timedelta(minutes=60))
    assert rung.notes(rung.manager, alarm) == ["alarm_escalated"]


def test_a_settled_alarm_stays_quiet_for_what_still_fires(rung: Any) -> None:
    from giao.steps.run.alarms.actions.settle_alarm import settle_alarm

    alarm = rung.alarm()
    settle_alarm(alarm, rung.place(rung.lead), rung.lead, seen=alarm.revision, text="The client waits")
    rung.watch(FRIDAY + timedelta(minutes=5))
    assert rung.alarms(settled=False) == []
    rung.opened("C2", NOW - timedelta(days=3))
    rung.bring(FRIDAY + timedelta(minutes=10))
    rung.watch()
    new = rung.alarm()
    assert (new.firing, new.subjects.get().about["case"]) == (1, "C2")
    # What was settled clears and fires again: then it is new.
    rung.resolved("C1", FRIDAY + timedelta(minutes=11))
    rung.bring(FRIDAY + timedelta(minutes=12))
    rung.watch()
    alarm.refresh_from_db()
    assert alarm.firing == 0
    assert rung.alarm().firing == 1


def test_an_acknowledged_alarm_rings_again_when_as_many_new_ones_come(rung: Any) -> None:
    from giao.steps.run.alarms.actions.acknowledge_alarm import acknowledge_alarm

    rung.opened("C2", NOW - timedelta(days=3))
    rung.opened("C3", NOW - timedelta(days=3))
    rung.bring(FRIDAY + timedelta(minutes=2))
    rung.watch()
    alarm = rung.alarm()
    acknowledge_alarm(alarm, rung.place(rung.lead), rung.lead, seen=alarm.revision)
    for number, state in ((4, "acknowledged"), (5, "acknowledged"), (6, "open")):
        rung.opened(f"C{number}", NOW - timedelta(days=3))
        rung.bring(FRIDAY + timedelta(minutes=number))
        rung.watch()
        assert (rung.alarm().firing, rung.alarm().state) == (number, state)
    assert rung.notes(rung.lead, alarm) == ["alarm_rings"] * 2


def test_in_a_maintenance_window_nothing_opens_rings_or_escalates(desk: Desk) -> None:
    from giao.steps.run.alarms.actions.open_maintenance import end_maintenance, open_maintenance
    from giao.steps.run.alarms.models import Alarm

    manager, lead = desk.person("vendor", "vendor_manager"), desk.person("vendor", "team_lead")
    desk.preset = "breached"
    desk.opened("C1", NOW - timedelta(days=3))
    desk.bring()
    place = desk.place(manager)
    window = open_maintenance(
        desk.engagement, desk.made.vendor.pk, place, manager,
        begins=None, ends=NOW + timedelta(hours=2), reason="New release",
    )  # fmt: skip
    desk.watch(NOW + timedelta(minutes=1))
    assert Alarm.objects.filter(organisation=desk.made.vendor).count() == 0
    assert desk.alarm(side="client").firing == 1, "the other side's alarms are its own"
    desk.watch(NOW + timedelta(hours=2))
    alarm = desk.alarm()
    assert desk.notes(lead, alarm) == ["alarm_rings"]
    # A second window: the step that falls due inside it waits for its end.
    second = open_maintenance(
        desk.engagement, desk.made.vendor.pk, place, manager,
        begins=None, ends=NOW + timedelta(hours=6), reason="Again",
    )  # fmt: skip
    desk.watch(NOW + timedelta(hours=5))
    assert desk.notes(manager, alarm) == []
    desk.hands[0] = NOW + timedelta(hours=5, minutes=1)
    end_maintenance(second, place, manager)
    assert desk.notes(manager, alarm) == ["alarm_escalated"]
    assert window.reason == "New release"


def test_a_window_needs_an_end_to_come_and_a_reason(desk: Desk) -> None:
    from giao.steps.run.alarms.actions.open_maintenance import open_maintenance
    from giao.steps.run.alarms.errors import BadRule
    from giao.steps.run.alarms.models import MaintenanceWindow

    manager = desk.person("vendor", "vendor_manager")
    wrong: list[dict[str, Any]] = [
        {"ends": None, "reason": "x"},
        {"ends": NOW - timedelta(hours=1), "reason": "x"},
        {"ends": NOW + timedelta(hours=1), "reason": " "},
        {"begins": NOW + timedelta(hours=2), "ends": NOW + timedelta(hours=1), "reason": "x"},
    ]
    for fields in wrong:
        with pytest.raises(BadRule):
            open_maintenance(
                desk.engagement,
                desk.made.vendor.pk,
                desk.place(manager),
                manager,
                **{"begins": None, **fields},
            )
    assert MaintenanceWindow.objects.count() == 0


def test_a_rule_switched_off_settles_its_alarm_and_on_again_opens_a_new_one(rung: Any) -> None:
    from giao.steps.run.alarms.actions.switch_rule import switch_rule

    rule, place = rung.rule(), rung.place(rung.manager)
    switch_rule(rule, place, rung.manager, active=False)
    assert rung.alarms(settled=False) == []
    rung.hands[0] += timedelta(minutes=1)
    switch_rule(rung.rule(), place, rung.manager, active=True)
    assert rung.alarm().firing == 1
    assert len(rung.alarms()) == 2


def test_who_left_is_not_told_and_somebody_is(desk: Desk) -> None:
    """The vendor has no team lead: its managers are told, and nobody of the client."""
    desk.preset = "breached"
    manager = desk.person("vendor", "vendor_manager")
    other = desk.person("client", "client_manager")
    desk.opened("C1", NOW - timedelta(days=3))
    desk.bring()
    desk.watch()
    assert desk.notes(manager, desk.alarm()) == ["alarm_rings"]
    assert desk.notes(other, desk.alarm()) == []
    assert desk.notes(other, desk.alarm(side="client")) == ["alarm_rings"]


def test_people_are_told_in_their_own_language(desk: Desk) -> None:
    from giao.kernel.notifications.models import Notification

    desk.preset = "breached"
    for lang in ("vi", "en"):
        lead = desk.person("vendor", "team_lead")
        lead.language = lang
        lead.save()
    desk.opened("C1", NOW - timedelta(days=3))
    desk.bring()
    desk.watch()
    rows = Notification.objects.filter(key__startswith=f"alarm:{desk.alarm().pk}:")
    assert {row.user.language: row.values["name"] for row in rows} == {
        "vi": "Đồng hồ SLA của hồ sơ đang mở đã quá hạn",
        "en": "A clock of an open case is over its limit",
    }


def test_an_archived_engagement_is_watched_no_longer(desk: Desk) -> None:
    from giao.kernel.jobs.models import Schedule
    from giao.steps.run.alarms.jobs import SCHEDULE

    desk.opened("C1", NOW - timedelta(minutes=30))
    desk.bring()
    desk.watch()
    rows = Schedule.objects.filter(owner=desk.engagement.pk, name=SCHEDULE)
    assert rows.count() == 1
    desk.engagement.archived = NOW
    desk.engagement.save()
    desk.watch(NOW + timedelta(days=3))
    assert rows.count() == 0
    assert desk.alarms("breached") == []


def test_live_pages_are_told_of_what_changes_without_an_event(rung: Any) -> None:
    from giao.kernel.live.marks import marks_of
    from giao.steps.run.alarms.actions.take_alarm import take_alarm

    key, alarm = rung.engagement.pk, rung.alarm()
    before = marks_of([key])[key]
    rung.watch(FRIDAY + timedelta(minutes=1))
    assert marks_of([key])[key] == before, "nothing has changed"
    take_alarm(alarm, rung.place(rung.lead), rung.lead, seen=alarm.revision)
    after = marks_of([key])[key]
    assert after != before
    rung.watch(datetime(2016, 3, 21, 8, 30, tzinfo=UTC))  # it escalates
    assert marks_of([key])[key] != after


def test_an_earlier_look_that_comes_late_changes_nothing(rung: Any) -> None:
    """Two workers: the one that looked first and stores last does not undo the other."""
    from giao.steps.run.alarms.jobs import _store, situation_of
    from giao.steps.run.alarms.models import AlarmRule
    from giao.steps.run.alarms.watching import Watch, judge_rules

    rung.hands[0] = FRIDAY + timedelta(minutes=1)
    here = situation_of(rung.engagement)
    assert here is not None
    judged = judge_rules(AlarmRule.objects.filter(engagement=rung.engagement), here)
    early = Watch(rung.engagement, here, rung.hands[0], judged)
    rung.resolved("C1", FRIDAY + timedelta(minutes=2))
    rung.bring(FRIDAY + timedelta(minutes=3))
    rung.watch()
    assert rung.alarms(settled=False) == []
    assert _store(early) == 0
    assert rung.alarms(settled=False) == []
