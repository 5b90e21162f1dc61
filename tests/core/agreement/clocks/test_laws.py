"""The law of the clocks: one case folded = the whole log = the slow reference, to the microsecond."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.core.agreement.clocks.plain import Told, told
from tests.core.agreement.clocks.worlds import World
from tests.reference.clocks import Answer, WalkTooShort

from giao.core.agreement.clocks import (
    ClockInstance,
    advance,
    begin,
    case_events,
    compile_clocks,
    evaluate_clocks,
    explain_clock,
    finish,
    fold_case,
)
from giao.core.agreement.relief import find_reliefs

slow = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def folded(world: World, name: str) -> list[ClockInstance]:
    log = world.inputs.log
    case = log.case_code(name)
    reliefs = find_reliefs(world.inputs, world.matcher).of_case(case)
    plan = compile_clocks(world.inputs, world.matcher.schema)["c"]
    return fold_case(plan, case_events(log, case), world.inputs.as_of_us, reliefs)


def row_of(instance: ClockInstance, case: int) -> dict[str, Any]:
    """An instance as a row of the table."""
    return {
        "case": case,
        "instance": instance.number,
        "version": instance.version,
        "target": instance.target,
        "start_event": instance.start_event,
        "stop_event": instance.stop_event,
        "started": instance.started_us,
        "stopped": instance.stopped_us,
        "consumed_us": instance.consumed_us,
        "budget_us": instance.budget_us,
        "due": instance.due_us,
        "state": instance.state,
    }


def answer_of(instance: ClockInstance, first: int) -> Answer:
    """An instance as the reference tells it."""
    return Answer(
        start_event=instance.start_event - first,
        stop_event=None if instance.stop_event is None else instance.stop_event - first,
        version=instance.version,
        target=instance.target,
        consumed=instance.consumed_us,
        budget=instance.budget_us,
        due=instance.due_us,
        breaches_after=instance.breaches_after_us,
        state=instance.state,
    )


def known_cases(tale: Told) -> list[str]:
    return [name for name in tale.cases if name in set(tale.world.inputs.log.case_ids)]


@slow
@given(told())
def test_fold_is_reference(tale: Told) -> None:
    log = tale.world.inputs.log
    for name in known_cases(tale):
        try:
            expected = tale.cases[name].instances()
        except WalkTooShort:
            assume(False)
        first = int(log.offsets[log.case_code(name)])
        assert [answer_of(instance, first) for instance in folded(tale.world, name)] == expected


@slow
@given(told())
def test_whole_log_is_fold(tale: Told) -> None:
    log = tale.world.inputs.log
    tables = evaluate_clocks(tale.world.inputs, tale.world.matcher)
    frame = tables["c"].frame.with_columns(pl.col("started", "stopped", "due").to_physical())
    expected = [
        row_of(instance, log.case_code(name))
        for name in sorted(known_cases(tale))
        for instance in folded(tale.world, name)
    ]
    assert frame.with_columns(pl.col("state").cast(pl.String)).to_dicts() == expected


@slow
@given(told())
def test_explained_intervals_tile_the_instance_and_add_up(tale: Told) -> None:
    for name in known_cases(tale):
        explained = explain_clock(tale.world.inputs, tale.world.matcher, "c", name)
        assert (explained.not_started is None) == bool(explained.instances)
        for told_instance in explained.instances:
            instance, intervals = told_instance.instance, told_instance.intervals
            edges = [instance.started_us, *(interval.end_us for interval in intervals)]
            assert [interval.start_us for interval in intervals] == edges[:-1]
            assert edges[-1] == instance.ended_us
            assert all(interval.start_us < interval.end_us for interval in intervals)
            assert sum(interval.counted_us for interval in intervals) == instance.consumed_us
            assert all(0 <= interval.counted_us <= interval.open_us for interval in intervals)
            matched = [trial.index for trial in told_instance.trials if trial.verdict == "matched"]
            if told_instance.decided_by != "change":
                assert matched == ([] if instance.target < 0 else [instance.target])


@slow
@given(told())
def test_a_kept_state_goes_on_as_if_nothing_had_been(tale: Told) -> None:
    """Whatever was asked of a state in between, later events give the same; and it never forgets."""
    world = tale.world
    plan = compile_clocks(world.inputs, world.matcher.schema)["c"]
    for name in known_cases(tale):
        events = [
            event
            for event in case_events(world.inputs.log, world.inputs.log.case_code(name))
            if event.time_us <= world.inputs.as_of_us
        ]
        state = begin(plan)
        for place, event in enumerate(events):
            state = advance(plan, state, event)
            later = events[place + 1].time_us if place + 1 < len(events) else world.inputs.as_of_us
            assert finish(plan, state, later) == fold_case(plan, events[: place + 1], later)


@pytest.mark.prove
@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(told())
def test_all_three_agree_over_many_worlds(tale: Told) -> None:
    log = tale.world.inputs.log
    frame = evaluate_clocks(tale.world.inputs, tale.world.matcher)["c"].frame
    rows = frame.with_columns(
        pl.col("started", "stopped", "due").to_physical(), pl.col("state").cast(pl.String)
    ).to_dicts()
    expected = []
    for name in sorted(known_cases(tale)):
        case = log.case_code(name)
        found = folded(tale.world, name)
        expected += [row_of(instance, case) for instance in found]
        try:
            answers = tale.cases[name].instances()
        except WalkTooShort:
            assume(False)
        assert [answer_of(instance, int(log.offsets[case])) for instance in found] == answers
    assert rows == expected
