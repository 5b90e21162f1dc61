"""Timers under a key, recurring jobs that come never twice, and the times of a cron line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def fired() -> list[Any]:
    from giao.kernel.jobs.claiming import claim

    return [job.arguments["args"][0] for job in claim("one", 50)]


def test_a_timer_fires_at_its_instant_and_set_again_it_moves(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.timers import at, next_of

    at(NOW + timedelta(hours=2), "due:7", note, "late", engagement=engagement)
    at(NOW + timedelta(hours=1), "due:7", note, "early", engagement=engagement)
    assert Job.objects.count() == 1
    assert next_of("due:7", engagement.pk) == NOW + timedelta(hours=1)
    assert fired() == []
    clock[0] = NOW + timedelta(hours=1)
    assert fired() == ["early"]
    clock[0] = NOW + timedelta(hours=3)
    assert fired() == []


def test_a_timer_is_taken_away_by_its_key(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.timers import at, cancel

    at(NOW + timedelta(hours=1), "due:7", note, "a", engagement=engagement)
    assert cancel("due:7", engagement=engagement)
    assert not cancel("due:7", engagement=engagement)
    clock[0] = NOW + timedelta(hours=2)
    assert fired() == []


def test_a_timer_set_while_the_former_runs_is_another_one(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.timers import at

    at(NOW, "due:7", note, "a", engagement=engagement)
    assert fired() == ["a"]
    at(NOW + timedelta(hours=1), "due:7", note, "b", engagement=engagement)
    assert Job.objects.count() == 2


def test_many_timers_replace_those_of_their_keys(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job
    from giao.kernel.jobs.timers import Timer, at_many

    def timers(text: str) -> list[Timer]:
        return [Timer(NOW + timedelta(seconds=n), f"due:{n}", (f"{text}{n}",)) for n in range(3)]

    assert at_many(timers("a"), note, engagement=engagement) == 3
    assert at_many(timers("b"), note, engagement=engagement) == 3
    assert at_many([], note, engagement=engagement) == 0
    assert Job.objects.count() == 3
    clock[0] = NOW + timedelta(seconds=1)
    assert fired() == ["b0", "b1"]


def test_an_instant_without_zone_is_refused(engagement: Any) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.errors import JobError
    from giao.kernel.jobs.timers import at

    with pytest.raises(JobError, match="zone"):
        at(datetime(2026, 1, 1), "k", note, "a", engagement=engagement)


def test_a_recurring_job_comes_once_an_instant_whoever_looks(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Schedule
    from giao.kernel.jobs.schedules import _fire, every, fire_due

    every(60, "poll", note, "a", engagement=engagement)
    assert fire_due() == 0
    clock[0] = NOW + timedelta(seconds=61)
    stale = Schedule.objects.get()
    assert fire_due() == 1
    assert not _fire(stale, clock[0]), "who looked at the same time comes too late"
    assert fire_due() == 0
    assert fired() == ["a"]
    assert Schedule.objects.get().next == NOW + timedelta(seconds=120)


def test_times_missed_are_made_up_for_once(engagement: Any, clock: list[datetime]) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Schedule
    from giao.kernel.jobs.schedules import cron, every, fire_due

    every(60, "poll", note, "a", engagement=engagement)
    cron("0 2 * * *", "night", note, "b", engagement=engagement)
    clock[0] = NOW + timedelta(days=3)
    assert fire_due() == 2
    assert fire_due() == 0
    assert sorted(fired()) == ["a", "b"]
    assert all(schedule.next > clock[0] for schedule in Schedule.objects.all())


def test_a_clock_set_back_neither_doubles_a_day_nor_stops_the_minutes(
    engagement: Any, clock: list[datetime]
) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.models import Job, Schedule
    from giao.kernel.jobs.schedules import cron, every, fire_due, mend_after_clock_change

    cron("0 11 * * *", "daily", note, "daily", engagement=engagement)
    every(60, "poll", note, "poll", engagement=engagement)
    clock[0] = NOW + timedelta(hours=1)
    fire_due()
    assert sorted(fired()) == ["daily", "poll"]
    clock[0] = NOW - timedelta(hours=5)
    mend_after_clock_change()
    clock[0] += timedelta(seconds=61)
    assert fire_due() == 1, "every minute goes on"
    clock[0] = NOW + timedelta(hours=1)
    fire_due()
    assert Schedule.objects.get(name="daily").next == NOW + timedelta(days=1, hours=1)
    assert Job.objects.filter(key="schedule:daily").count() == 1


def test_saying_a_schedule_again_changes_the_row_and_keeps_its_next_time(
    engagement: Any, clock: list[datetime]
) -> None:
    from tests.kernel.jobs.tasks import note

    from giao.kernel.jobs.errors import JobError
    from giao.kernel.jobs.models import Schedule
    from giao.kernel.jobs.schedules import every, unschedule

    first = every(60, "poll", note, "a", engagement=engagement)
    clock[0] = NOW + timedelta(seconds=30)
    assert every(60, "poll", note, "b", engagement=engagement).next == first.next
    assert every(30, "poll", note, "b", engagement=engagement).next == NOW + timedelta(seconds=60)
    assert Schedule.objects.count() == 1
    with pytest.raises(JobError):
        every(0, "poll", note, "a", engagement=engagement)
    assert unschedule("poll", engagement=engagement)
    assert not unschedule("poll", engagement=engagement)


HCM, PARIS = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("line", "zone", "after", "expected"),
    [
        ("*/15 * * * *", HCM, "2026-11-24T10:00+00:00", "2026-11-24T10:15+00:00"),
        ("0 2 * * *", HCM, "2026-11-24T10:00+00:00", "2026-11-24T19:00+00:00"),
        ("30 9 1 * *", HCM, "2026-11-24T10:00+00:00", "2026-12-01T02:30+00:00"),
        ("0 8 * * 1-5", HCM, "2026-11-27T05:00+00:00", "2026-11-30T01:00+00:00"),
        ("0 0 29 2 *", HCM, "2026-01-01T00:00+00:00", "2028-02-28T17:00+00:00"),
        ("0 12 13 * 5", PARIS, "2026-11-01T12:00+00:00", "2026-11-06T11:00+00:00"),
        ("5/20 6 * * 7", PARIS, "2026-11-24T10:00+00:00", "2026-11-29T05:05+00:00"),
        # 29 March 2026: 02:00 becomes 03:00; what falls in between happens at the change
        ("30 2 * * *", PARIS, "2026-03-28T12:00+00:00", "2026-03-29T01:00+00:00"),
        ("30 2 * * *", PARIS, "2026-03-29T01:00+00:00", "2026-03-30T00:30+00:00"),
        # 25 October 2026: 03:00 becomes 02:00; the hour comes twice, the job once
        ("30 2 * * *", PARIS, "2026-10-24T12:00+00:00", "2026-10-25T00:30+00:00"),
        ("30 2 * * *", PARIS, "2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00"),
    ],
)
def test_the_next_time_of_a_cron_line(line: str, zone: ZoneInfo, after: str, expected: str) -> None:
    from giao.kernel.jobs.cron import parse_cron

    found = parse_cron(line).after(datetime.fromisoformat(after), zone)
    assert found == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "line", ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "a * * * *", "5-1 * * * *", "*/0 * * * *"]
)  # fmt: skip
def test_a_bad_cron_line_is_refused_in_a_sentence(line: str) -> None:
    from giao.kernel.jobs.cron import parse_cron
    from giao.kernel.jobs.errors import JobError

    with pytest.raises(JobError):
        parse_cron(line)


def test_a_time_that_never_comes_is_said() -> None:
    from giao.kernel.jobs.cron import parse_cron
    from giao.kernel.jobs.errors import JobError

    with pytest.raises(JobError, match="never comes"):
        parse_cron("0 0 30 2 *").after(NOW, PARIS)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["*/7 * * * *", "30 2 * * *", "0,30 */3 * * 1-5", "59 23 31 * *"]),
    st.sampled_from([PARIS, HCM, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Australia/Lord_Howe")]),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
)
def test_times_only_go_forward_and_fall_on_the_line(line: str, zone: ZoneInfo, start: datetime) -> None:
    from giao.kernel.jobs.cron import parse_cron

    cron, instant = parse_cron(line), start.replace(tzinfo=UTC)
    for _time in range(5):
        found = cron.after(instant, zone)
        assert found > instant
        local = found.astimezone(zone)
        skipped = (found - timedelta(seconds=1)).astimezone(zone).utcoffset() != local.utcoffset()
        assert skipped or (local.minute in cron.minutes and local.hour in cron.hours)
        instant = found
