"""The outlook of open instances: counted, not fitted; and its calibration on what came later."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from tests.core.agreement.kpis.building import Event, event, inputs_of, versions

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.live.outlook import _finished, _walk, calibrate, learn, outlook

START = datetime(2026, 1, 5, tzinfo=UTC)
CALENDAR = "calendars: {office: {zone: UTC, hours: {mon-fri: [['08:00', '16:00']]}}}"
CLOCK = (
    "clocks: {c: {start: {activity: [In, Back]}, stop: Out, reopen: sum, calendar: office, "
    "paused_while: {from: Ask, until: Answer}, targets: [{within: 20 business hours}]}}"
)
TEXT = f"{CALENDAR}\n{CLOCK}"


def reading_of(events: list[Event], as_of: datetime) -> Evaluation:
    inputs = inputs_of(versions(TEXT), events, as_of.isoformat())
    return evaluate(inputs.log, inputs.versions, as_of=inputs.as_of_us)


def simulated(cases: int, seed: int, days: int = 120) -> list[Event]:
    """In, perhaps a question, Work, perhaps reopened; the time from Work to Out is what varies."""
    chance = random.Random(seed)
    events: list[Event] = []
    for number in range(cases):
        name = f"c{number:04d}"
        at = START + timedelta(hours=chance.uniform(0, days * 24))
        events.append(event(name, "In", at.isoformat()))
        if chance.random() < 0.3:
            events.append(event(name, "Ask", (at := at + timedelta(hours=chance.uniform(0, 9))).isoformat()))
            events.append(
                event(name, "Answer", (at := at + timedelta(hours=chance.uniform(0, 90))).isoformat())
            )
        events.append(event(name, "Work", (at := at + timedelta(hours=chance.uniform(0, 30))).isoformat()))
        events.append(
            event(name, "Out", (at := at + timedelta(hours=chance.expovariate(1 / 50))).isoformat())
        )
        if chance.random() < 0.2:
            events.append(
                event(name, "Back", (at := at + timedelta(hours=chance.uniform(1, 50))).isoformat())
            )
            events.append(event(name, "Out", (at + timedelta(hours=chance.uniform(0, 40))).isoformat()))
    return events


def test_from_the_start_a_past_case_took_what_its_clock_consumed() -> None:
    reading = reading_of(simulated(120, 3), START + timedelta(days=400))
    walk = _walk(reading, "c")
    past = _finished(walk.table, reading.inputs.as_of_us)
    assert len(past) == 120
    measure = walk.table.plan.programs[0].measure  # type: ignore[union-attr]
    stages = learn(walk, past, measure)
    first = walk.log.activities.index("In")
    taken = stages.rest[stages.offsets[first] : stages.offsets[first + 1]]
    assert taken.tolist() == sorted(walk.table.frame["consumed_us"].to_list())


def test_a_chance_is_the_share_of_those_that_took_longer_than_what_is_left() -> None:
    """Against counting by hand, a case at a time."""
    as_of = START + timedelta(days=60, hours=11)
    reading = reading_of(simulated(300, 5), as_of)
    found = outlook(reading, "c", least=5)
    walk = _walk(reading, "c")
    calendar = reading.inputs.calendars[0]["office"]
    log, times, now = walk.log, walk.log.times_us(), reading.inputs.as_of_us
    frame = walk.table.frame

    def spent(first: int, last_us: int) -> int:
        """Open time from an event to an instant, without pauses and gaps, event by event."""
        total, running, paused, row = 0, True, log.activities[walk.stage[first]] == "Ask", first
        end = next(int(cut) for cut in log.offsets if cut > first)
        while row < end and times[row] < last_us:
            name = log.activities[walk.stage[row]]
            running = True if name in ("In", "Back") else False if name == "Out" else running
            paused = name == "Ask" or (paused and name != "Answer")
            until = min(int(times[row + 1]) if row + 1 < end else last_us, last_us)
            total += calendar.between(int(times[row]), until) if running and not paused else 0
            row += 1
        return total

    past: dict[str, list[int]] = {}
    for first, last in (
        frame.filter(pl.col("stopped").is_not_null()).select("start_event", "stop_event").iter_rows()
    ):
        visits = {log.activities[walk.stage[row]]: row for row in range(first, last)}
        for stage, row in visits.items():
            past.setdefault(stage, []).append(spent(row, int(times[last])))
    rows = {row["case"]: row for row in found.frame.to_dicts()}
    still = frame.filter(pl.col("stopped").is_null())
    assert len(rows) == still.height > 3
    for one in still.to_dicts():
        row = rows[log.case_ids[one["case"]]]
        last = int(log.offsets[one["case"] + 1]) - 1
        stage, stayed = log.activities[walk.stage[last]], spent(last, now)
        left = one["budget_us"] - one["consumed_us"]
        beside = [took for took in past.get(stage, []) if took > stayed]
        assert (row["stage"], row["left_us"], row["n"]) == (stage, left, len(beside))
        if left < 0:
            assert (row["chance"], row["note"]) == (1.0, "overdue")
        elif len(beside) >= 5:
            longer = sum(took > stayed + left for took in beside)
            assert row["chance"] == pytest.approx(longer / len(beside))
            assert row["low"] <= row["chance"] <= row["high"]
        else:
            assert (row["chance"], row["low"], row["note"]) == (None, None, "few")


def test_few_past_cases_say_nothing_and_nothing_open_is_an_empty_table() -> None:
    some = reading_of(simulated(8, 1, days=3), START + timedelta(days=2))
    assert set(outlook(some, "c").frame["note"]) <= {"few", "overdue"}
    done = reading_of(simulated(8, 1), START + timedelta(days=400))
    assert outlook(done, "c").frame.is_empty()
    with pytest.raises(AgreementError, match="clocks: c"):
        outlook(done, "k")


def test_what_is_predicted_comes_as_often_as_predicted() -> None:
    reading = reading_of(simulated(2_500, 9, days=300), START + timedelta(days=340))
    split = int((START + timedelta(days=120)).timestamp()) * 1_000_000
    moments = range(split, split + 180 * 86_400_000_000, 2 * 86_400_000_000)
    found = calibrate(reading, "c", split, moments=list(moments))
    assert found.n == found.frame["n"].sum() > 500
    told = found.frame.filter(pl.col("n") >= 60)
    assert told.height >= 3
    gap = np.abs(told["predicted"].to_numpy() - told["observed"].to_numpy())
    assert gap.max() < 0.15
    assert found.brier is not None
    assert found.constant is not None
    assert found.brier < found.constant
