"""Live events over a log: the same log as if they had been imported, however they came."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.log import EventLog, LogMapping, import_log, log_from_frame, open_log
from giao.core.log.part import Part
from giao.core.log.tail import Tail, refuse
from giao.core.log.tail_event import BadEvent, LiveEvent, live_event

HOUR = 3_600_000_000
START = 1_767_225_600_000_000
ORDER = ("Out", "In")

texts = st.sampled_from(["a", "b", "ü", None])
an_event = st.builds(
    dict,
    case=st.sampled_from(["c1", "c2", "c3", "ć4", "C"]),
    activity=st.sampled_from(["In", "Out", "Note", "Back"]),
    at=st.integers(0, 8),
    late=st.integers(0, 5),
    sequence=st.sampled_from([None, None, 1, 2]),
    site=texts,
    amount=st.sampled_from([None, 3, 12, Decimal("2.50"), 7.25, 0.1234567891]),
    ok=st.sampled_from([None, True, False]),
    resource=texts,
)


def live(drawn: dict[str, Any], position: int) -> LiveEvent:
    attributes = {name: drawn[name] for name in ("site", "amount", "ok")}
    return LiveEvent(
        case=drawn["case"],
        activity=drawn["activity"],
        occurred_us=START + drawn["at"] * HOUR,
        recorded_us=START + (drawn["at"] + drawn["late"]) * HOUR,
        position=position,
        sequence=drawn["sequence"],
        resource=drawn["resource"],
        attributes=attributes,
    )


def told(log: EventLog) -> tuple[object, ...]:
    """Everything that a log says, whatever types carry it."""
    frame = log.events().drop("case").with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    return (
        log.case_ids.to_list(),
        log.offsets.tolist(),
        log.activities,
        frame.to_dicts(),
        sorted(log.attributes),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(an_event, min_size=1, max_size=25), st.integers(0, 25), st.randoms(use_true_random=False))
def test_neither_arrival_nor_batches_nor_the_cut_matter(
    drawn: list[dict[str, Any]], cut: int, chance: random.Random
) -> None:
    events = [live(each, number) for number, each in enumerate(drawn)]
    whole = Tail(order=ORDER)
    whole.add(events)
    shuffled = list(events)
    chance.shuffle(shuffled)
    below = Tail(order=ORDER)
    below.add(shuffled[:cut])
    tail = below.settled()
    rest = shuffled[cut:]
    while rest:
        size = chance.randint(1, len(rest))
        tail.add(rest[:size])
        rest = rest[size:]
    assert told(tail.log()) == told(whole.log())
    assert tail.log().hash == whole.log().hash
    assert tail.n_events == whole.n_events


@settings(max_examples=40, deadline=None)
@given(st.lists(an_event, min_size=1, max_size=25), st.integers(0, 25), st.integers(-1, 14))
def test_some_cases_are_those_of_the_whole_log(drawn: list[dict[str, Any]], cut: int, hours: int) -> None:
    events = [live(each, number) for number, each in enumerate(drawn)]
    below = Tail(order=ORDER)
    below.add(events[:cut])
    tail = below.settled()
    tail.add(events[cut:])
    as_of = START + hours * HOUR
    wanted = ["c1", "ć4", "nobody"]
    for log, part in (
        (tail.log(), tail.cases(wanted)),
        (tail.log().as_of(as_of), tail.cases(wanted, as_of_us=as_of)),
    ):
        keep = log.case_ids.is_in(wanted).to_numpy()[log.case_codes()] if log.n_cases else np.zeros(0, bool)
        assert told(part) == told(log.take(keep, "some"))
        assert part.activities == log.activities  # codes of activities mean the same


def frame_of(events: list[LiveEvent]) -> pl.DataFrame:
    instant = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        [
            (
                e.case,
                e.activity,
                e.occurred_us,
                e.recorded_us,
                e.resource,
                e.attributes["site"],
                e.attributes["n"],
            )
            for e in events
        ],
        schema={
            "case": pl.String,
            "activity": pl.String,
            "time": pl.Int64,
            "recorded": pl.Int64,
            "resource": pl.String,
            "site": pl.String,
            "n": pl.Int64,
        },
        orient="row",
    ).with_columns(pl.col("time", "recorded").cast(instant))


MAPPING = LogMapping(zone="UTC", recorded="recorded", resource="resource")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(0, 30))
def test_live_is_as_if_imported(seed: int, n: int, cut: int) -> None:
    chance = random.Random(seed)
    moments = chance.sample(range(1000), n)
    events = [
        LiveEvent(
            case=chance.choice("abc"),
            activity=chance.choice(["In", "Out"]),
            occurred_us=START + at * HOUR,
            recorded_us=START + (at + chance.randint(0, 9)) * HOUR,
            position=number,
            resource=chance.choice(["r", "q"]),
            attributes={"site": chance.choice(["x", "y"]), "n": chance.randint(0, 5)},
        )
        for number, at in enumerate(moments)
    ]
    imported = log_from_frame(frame_of(events), MAPPING)
    based, rest = events[:cut], events[cut:]
    tail = Tail(log_from_frame(frame_of(based), MAPPING) if based else None)
    tail.add(rest)
    seqless = [name for name in imported.columns if name not in ("seq", "case")]
    assert tail.log().case_ids.to_list() == imported.case_ids.to_list()
    ours, theirs = (
        log.events(seqless).with_columns(pl.col(pl.Enum).cast(pl.String)) for log in (tail.log(), imported)
    )
    assert ours.to_dicts() == theirs.to_dicts()
    assert tail.log().hash == imported.hash


def test_a_repeated_event_counts_once_also_when_the_base_has_it() -> None:
    events = [
        LiveEvent("a", "In", START, START, 1, attributes={"n": 1}),
        LiveEvent("a", "Out", START + 1, START + 1, 2),
    ]
    tail = Tail()
    assert tail.add(events).cases == {"a"}
    assert len(tail.add(events).duplicates) == 2
    sealed = tail.settled()
    again = sealed.add([*events, LiveEvent("a", "Out", START + 1, START + 2, 3)])
    assert len(again.duplicates) == 2
    assert again.cases == {"a"}
    assert sealed.n_events == 3


def test_types_that_do_not_fit_are_answered_and_the_rest_is_in() -> None:
    tail = Tail(
        declared={
            "amount": "number",
            "due": "date",
            "seen": "date and time",
            "took": "days and time duration",
        }
    )
    added = tail.add(
        [
            LiveEvent("a", "In", START, START, 1, attributes={"amount": "12"}),
            LiveEvent(
                "b", "In", START, START, 2, attributes={"amount": 12, "due": "2026-02-01", "took": "PT2H"}
            ),
            LiveEvent("c", "In", START, START, 3, attributes={"seen": "2026-02-01T10:00:00+07:00"}),
            LiveEvent("d", "In", START, START, 4, attributes={"seen": "2026-02-01T10:00:00"}),
            LiveEvent("e", "In", START, START, 5, attributes={"amount": float("nan")}),
            LiveEvent("f", "", START, START, 6),
            LiveEvent("g", "In", START, START, 7, attributes={"odd": [1]}),
            LiveEvent("h", "In", START, START, 8, attributes={"new": True}),
            LiveEvent("i", "In", START, START, 9, attributes={"new": "x"}),
        ]
    )
    assert [one.event.case for one in added.refused] == ["a", "d", "e", "f", "g", "i"]
    assert "send that type, or another name" in added.refused[0].why
    log = tail.log()
    row = log.case_events("b").to_dicts()[0]
    assert (row["amount"], row["due"], row["took"]) == (12, date(2026, 2, 1), timedelta(hours=2))
    assert log.case_events("c")["seen"][0] == datetime(2026, 2, 1, 3, tzinfo=UTC)
    assert log.case_events("h")["new"].to_list() == [True]
    with pytest.raises(BadEvent, match="event 1 of case 'a' is refused"):
        refuse(added)


def test_numbers_widen_without_losing_a_digit() -> None:
    tail = Tail()
    tail.add([LiveEvent("a", "In", START, START, 1, cost=3, attributes={"amount": 3})])
    assert tail.log().events(["amount"]).schema["amount"] == pl.Int64
    added = tail.add(
        [LiveEvent("b", "In", START, START, 2, cost=Decimal("1.25"), attributes={"amount": Decimal("2.50")})]
    )
    assert set(added.columns) == {"amount", "cost"}
    assert tail.log().events(["amount", "cost"]).rows() == [
        (Decimal("3.00"), Decimal("3.00")),
        (Decimal("2.50"), Decimal("1.25")),
    ]


def test_plain_dictionaries_are_read_or_answered() -> None:
    assert live_event({"case": "a", "activity": "In", "occurred_us": START}).case == "a"
    with pytest.raises(BadEvent, match="has no field colour"):
        live_event({"case": "a", "activity": "In", "occurred_us": START, "colour": 1})
    with pytest.raises(BadEvent, match="needs activity, occurred_us"):
        live_event({"case": "a"})
    with pytest.raises(BadEvent, match=r"occurred_us is 1\.5, expected a whole number"):
        live_event({"case": "a", "activity": "In", "occurred_us": 1.5})


def sealed_folder(folder: Path, cases: int = 40) -> Path:
    rows = [
        (f"c{number:03d}", activity, START + (number * 50 + at) * HOUR, number, f"final {number}")
        for number in range(cases)
        for at, activity in enumerate(["In", "Work", "Out"])
    ]
    path = folder / "events.csv"
    frame = pl.DataFrame(rows, schema=["case", "activity", "time", "amount", "verdict"], orient="row")
    frame.with_columns(pl.col("time").cast(pl.Datetime("us", "UTC"))).write_csv(path)
    import_log(path, folder / "log", LogMapping(zone="UTC", hindsight=["verdict"]))
    return folder / "log"


def test_over_a_sealed_log_only_the_row_groups_of_the_cases_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("giao.core.log.part._ROW_GROUP", 12)
    folder = sealed_folder(tmp_path)
    base = open_log(folder)
    whole = open_log(folder).events()
    tail = Tail(base)
    tail.add([LiveEvent("c007", "Reopened", START + 1000 * HOUR, START + 1000 * HOUR, 1)])

    def refuse_whole(self: Part, names: list[str]) -> pl.DataFrame:
        assert set(names) <= {"time"}, "a whole column was read"
        return read(self, names)

    read = Part.coded
    monkeypatch.setattr(Part, "coded", refuse_whole)
    part = tail.cases(["c007", "c031"])
    found = part.events()
    assert found["activity"].to_list() == ["In", "Work", "Out", "Reopened", "In", "Work", "Out"]
    assert found.filter(pl.col("case") == 1).drop("case", "recorded").rows() == (
        whole.filter(pl.col("case") == 31).drop("case").select(found.drop("case", "recorded").columns).rows()
    )
    # what is only known at the end moves to the new last event
    assert found["verdict"].to_list() == [None, None, None, "final 7", None, None, "final 31"]


def test_a_tail_is_sealed_as_a_part_with_the_same_hash(tmp_path: Path) -> None:
    base = open_log(sealed_folder(tmp_path, 5))
    tail = Tail(base)
    assert tail.log() is base
    tail.add([LiveEvent("c9", "In", START, START + HOUR, 1, attributes={"amount": Decimal("1.5")})])
    content = tail.sealed(tmp_path / "part")
    part = Part(tmp_path / "part")
    part.verify()
    assert content == part.hash == tail.log().hash
    assert part.n_events == tail.n_events == 16
