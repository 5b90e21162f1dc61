"""The rows that a page lists: those of a whole reading with some replaced are those of the later whole reading."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.core.agreement.kpis.building import versions
from tests.core.agreement.live.following import START, at, declared, whole
from tests.core.agreement.live.test_follows import AGREEMENT, ALWAYS, an_event, event_of, fact_of, facts_drawn
from tests.core.agreement.live.test_random_agreements import agreement_of

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.facts import Facts
from giao.core.agreement.live import LiveReading
from giao.core.agreement.live.tables import Tables, as_text
from giao.core.agreement.live.tables import follow as follow_on
from giao.core.agreement.store import case_table, clock_table, member_table
from giao.core.log.tail import Tail
from giao.core.log.tail_event import LiveEvent


def rows_of(evaluation: Evaluation) -> dict[str, pl.DataFrame]:
    return {
        "cases": as_text(case_table(evaluation)),
        "clocks": as_text(clock_table(evaluation)),
        "members": as_text(member_table(evaluation)),
    }


def replaced(before: dict[str, pl.DataFrame], delta: Tables) -> dict[str, pl.DataFrame]:
    fresh = {"cases": delta.case_rows, "clocks": delta.clock_rows, "members": delta.member_rows}
    return {
        name: pl.concat(
            [
                rows.filter(pl.col("case").is_not_null() & ~pl.col("case").is_in(delta.cases)),
                fresh[name],
            ],
            how="diagonal_relaxed",
        )
        for name, rows in before.items()
    }


def plain(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.select(sorted(frame.columns)).rows(), key=repr)


def test_rows_are_told_case_by_case() -> None:
    agreed = versions(PINNED)
    tail = Tail(declared=declared(agreed))
    tail.add(
        [LiveEvent(f"c{number}", "In", at(number), at(number), lifecycle="complete") for number in range(5)]
    )
    live = LiveReading(tail, agreed, facts=Facts(ALWAYS), as_of=at(30))
    delta = follow_on(live, [LiveEvent("c1", "Out", at(31), at(31), lifecycle="complete")], at(31), None)
    assert delta is not None
    assert delta.case_rows.filter(pl.col("case") == "c1")["state"].to_list() == ["delivered"]
    carrying = LiveReading(live.tail, versions(AGREEMENT), facts=Facts(ALWAYS), as_of=at(31))
    assert follow_on(carrying, [], at(32), None) is None


def follow(text: str, drawn: list[Any], told: list[Any], based: int, chance: random.Random) -> None:
    agreed = versions(text)
    events = [event_of(each, number) for number, each in enumerate(drawn)]
    chance.shuffle(events)
    facts = Facts([*ALWAYS, *map(fact_of, told)])
    below = Tail(declared=declared(agreed))
    below.add([LiveEvent("z", "In", START, START, lifecycle="complete"), *events[:based]])
    instant = 24 * 20
    live = LiveReading(below.settled(), agreed, facts=facts, as_of=at(instant))
    base, delta = rows_of(whole(live.tail, agreed, facts, at(instant))), None
    rest = events[based:]
    while rest:
        take = chance.randint(1, 12)
        instant += chance.choice([0, 1, 30, 24 * 13])
        delta = follow_on(live, rest[:take], at(instant), delta)
        rest = rest[take:]
        there = rows_of(whole(live.tail, agreed, facts, at(instant)))
        if delta is None:
            base = there
            continue
        for name, rows in replaced(base, delta).items():
            mine, theirs = plain(rows), plain(there[name])
            assert mine == theirs, (
                name,
                [row for row in mine if row not in theirs][:4],
                [row for row in theirs if row not in mine][:4],
            )


PINNED = AGREEMENT.replace("low_volume: carry", "low_volume: none")
"""A KPI that carries thin windows on is never followed."""

SLOW = (HealthCheck.too_slow,)
NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
DRAWN = (
    st.lists(an_event, min_size=1, max_size=50),
    facts_drawn,
    st.integers(0, 40),
    st.randoms(use_true_random=False),
)


@settings(max_examples=10, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_rows_follow_the_pinned_agreement(
    drawn: list[Any], told: list[Any], based: int, chance: random.Random
) -> None:
    follow(PINNED, drawn, told, based, chance)


@settings(max_examples=10, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_rows_follow_any_agreement(
    drawn: list[Any], told: list[Any], based: int, chance: random.Random
) -> None:
    follow(agreement_of(chance), drawn, told, based, chance)


@pytest.mark.prove
@settings(max_examples=600, suppress_health_check=SLOW, phases=NO_SHRINK)
@given(*DRAWN)
def test_rows_follow_many_agreements(
    drawn: list[Any], told: list[Any], based: int, chance: random.Random
) -> None:
    follow(PINNED if chance.random() < 0.3 else agreement_of(chance), drawn, told, based, chance)
