"""What conditions may name, and what each name means: the same by columns, for one case, and as written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.agreement.clocks.worlds import Row, log_of, world

from giao.core.agreement.check import check_text
from giao.core.agreement.clocks import case_events, compile_clocks, evaluate_clocks, explain_clock, fold_case
from giao.core.agreement.clocks.scalar import Rules, context_of
from giao.core.agreement.names import CORE_TYPES, compile_condition, with_clocks, with_events
from giao.core.agreement.patterns import Matcher
from giao.core.log import EventLog
from giao.core.rules import RuleError, compile_rule, to_polars, type_named

HOUR = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

EVENTS: list[Row] = [
    ("one", 9 * HOUR, "open", {"A": "u", "resource": "Lan"}),
    ("one", 10 * HOUR, "work", {"n": 3}),
    ("one", 19 * HOUR, "work", {"A": "v", "resource": "Minh"}),
    ("two", 8 * HOUR, "open", {"resource": "Minh"}),
    ("two", 8 * HOUR, "close", {"A": "u"}),
]
TYPES = {"A": "string", "n": "number"}


def read(text: str, rows: list[Row] = EVENTS) -> list[bool | None]:
    """The condition at every event."""
    types = {name: "string" for *_, sets in rows for name in sets if name != "resource"}
    return Matcher(log_of(rows, types | TYPES)).condition(text).to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # attributes and columns of the log: as last set, in the case
        ('A = "u"', [True, True, False, False, True]),
        ('resource = "Lan"', [True, True, False, False, False]),
        ("n = 3", [False, True, True, False, False]),
        # what the log has no column for
        ("role = null and cost = null and start = null", [True] * 5),
        ('lifecycle = "complete" and event.lifecycle = "complete"', [True] * 5),
        # the event at hand says only what it sets itself
        ('event.resource = "Lan"', [True, False, False, False, False]),
        ("event.resource = null", [False, True, False, False, True]),
        ('event.activity = activity and event.time = time', [True] * 5),
        ("event.number = 2", [False, True, False, False, True]),
        ('event.activity in ("open", "close")', [True, False, False, True, True]),
        ("time(event.time) > time(\"18:00:00@Etc/UTC\")", [False, False, True, False, False]),
        ("time(time) > time(\"18:00:00@Etc/UTC\")", [False, False, True, False, False]),
        ("event != null", [True] * 5),
        ('get value(event, "activity") = "work"', [False, True, True, False, False]),
        # the events so far, this one included, none later
        ("count(events) = event.number", [True] * 5),
        ("events[-1] = event", [True] * 5),
        ('events[1].activity = "open"', [True] * 5),
        ('events[2].activity = "work"', [False, True, True, False, False]),
        ('events[-2].activity = "open"', [False, True, False, False, True]),
        ("event.time - events[1].time > duration(\"PT5H\")", [False, False, True, False, False]),
        ('count(events[activity = "work"]) > 1', [False, False, True, False, False]),
        ('count(events[item.activity = "work"]) = 1', [False, True, False, False, False]),
        ('some e in events satisfies e.resource = "Lan"', [True, True, True, False, False]),
        ('every e in events satisfies e.activity != "close"', [True, True, True, True, False]),
        ('list contains(events.activity, "close")', [False, False, False, False, True]),
        ("count(distinct values(events.resource)) > 1", [False, True, True, False, True]),
        # the element beside the event at hand
        # null is null
        ("n > 1", [None, True, True, None, None]),
        ('event.time - events[-2].time > duration("PT3H")', [None, False, True, None, False]),
        ("some e in events satisfies e.cost > 1", [None] * 5),
        ('every e in events satisfies e.activity = "open" and e.cost > 1', [None, False, False, None, False]),
        ("count(events[cost > 1]) = 0", [True] * 5),
        ("some e in events satisfies e.number < event.number and e.activity = activity", [False, False, True, False, False]),
    ],
)  # fmt: skip
def test_meaning(text: str, expected: list[bool | None]) -> None:
    assert read(text) == expected


def test_names_of_another_meaning_inside_a_rule() -> None:
    assert read('{event: {activity: "x"}, out: event.activity = "x"}.out') == [True] * 5
    assert read("(for event in [1, 2] return event)[2] = 2") == [True] * 5
    assert read("count(events[number > 1]) = event.number - 1") == [True] * 5


@pytest.mark.parametrize("name", ["event", "events", "clock"])
def test_reserved_names_are_no_attributes(name: str) -> None:
    rows: list[Row] = [("one", 0, "open", {name: "x"})]
    assert read(f'{name}_2 = "x" and event.number = 1', rows) == [True]
    assert faults("{Amount: number}", f"{{Amount: number, {name}: string}}") == [
        (
            f"work.attributes.{name}",
            f"{name} has a meaning of its own in conditions; a column so called is imported as {name}_2, say that",
        )
    ]


def contexts(log: EventLog, case: int) -> list[dict[str, Any]]:
    """What the scalar side sees at each event of a case."""
    values: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    for number, event in enumerate(case_events(log, case), start=1):
        values |= event.values
        before = [context["@event"] for context in found]
        found.append(
            context_of(
                dict(values), event.values, number, event.time_us, event.activity, event.lifecycle, before
            )
        )
    return found


def plain_contexts(rows: list[Row]) -> list[dict[str, Any]]:
    """The same, said again from the rows of one case."""
    found: list[dict[str, Any]] = []
    values: dict[str, Any] = dict.fromkeys(CORE_TYPES) | dict.fromkeys(TYPES)
    events: list[dict[str, Any]] = []
    for number, (_, time, activity, sets) in enumerate(rows, start=1):
        values = values | {name: value for name, value in sets.items() if value is not None}
        own = {"activity": activity, "lifecycle": "complete", "time": EPOCH + timedelta(microseconds=time)}
        event = dict.fromkeys(("group", "role", "cost")) | {"resource": sets.get("resource")} | own
        events = [*events, event | {"number": number}]
        found.append({**values, **own, "event": events[-1], "events": events})
    return found


LAW = [
    'A = "u" and event.number > 1',
    'event.resource = "Lan" or resource = "Minh"',
    'count(events[activity = "work"]) >= 2',
    'count(events[resource = null or number > 2]) > 1',
    'some e in events satisfies e.resource = "Lan"',
    'not(some e in events satisfies e.resource = "Lan")',
    'every e in events satisfies e.activity = "open" or e.resource = "Minh"',
    'events[2].resource = event.resource',
    'events[-3].activity = activity',
    'event.time - events[-2].time < duration("PT2H")',
    'some e in events satisfies e.resource = resource and e.number != event.number',
    'count(events[activity = event.activity]) > 1',
    'events[activity = "work"][1].number = 2',
    'if count(events) > 2 then n = 3 else event.resource != null',
    'time(time) > time("02:00:00@Etc/UTC") and event.time = time',
]  # fmt: skip

sets = st.fixed_dictionaries(
    {},
    optional={
        "A": st.sampled_from("uv"),
        "n": st.integers(2, 4),
        "resource": st.sampled_from(["Lan", "Minh"]),
    },
)
cases = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["open", "work", "close"]), sets), min_size=1, max_size=6
)


@settings(max_examples=30, deadline=None)
@given(st.lists(cases, min_size=1, max_size=3))
def test_columns_are_the_scalar_side_are_the_rule_as_written(told: list[Any]) -> None:
    by_case: list[list[Row]] = [
        [
            (f"case {number}", hour * HOUR, activity, values)
            for hour, activity, values in sorted(listed, key=lambda one: one[0])
        ]
        for number, listed in enumerate(told)
    ]
    rows = [row for listed in by_case for row in listed] + [
        ("case 9", 0, "open", {"A": "u", "n": 2, "resource": "Lan"})
    ]
    log = log_of(rows, TYPES)
    matcher = Matcher(log)
    rules = Rules(matcher.schema)
    for text in LAW:
        found = matcher.condition(text).to_list()
        rule = compile_rule(text.replace("time(time)", "time(event.time)"), names=["event", "events"])
        at = 0
        for case, listed in enumerate(by_case):
            for plain, context in zip(plain_contexts(listed), contexts(log, case), strict=True):
                assert found[at] == rule.evaluate(plain), (text, plain)
                assert rules.holds(text, context) == (found[at] is True), (text, context)
                at += 1


QUICK = [
    'event.activity = "X"',
    'event.number > 3 and event.resource = "r"',
    "count(events) > 2",
    'events[-1].activity = "X"',
    'events[1].group = event.group',
    'count(events[activity = "X"]) > 1',
    'some e in events satisfies e.activity = "X"',
    'clock.resolution.state = "breached"',
    'clock.resolution.consumed > duration("PT4H")',
    'clock.time to answer.due < event.time and clock.resolution.stopped = null',
]  # fmt: skip
POLARS = {
    "string": pl.String,
    "number": pl.Int64,
    "date and time": pl.Datetime("us", "UTC"),
    "days and time duration": pl.Duration("us"),
    "boolean": pl.Boolean,
}


@pytest.mark.parametrize("text", QUICK)
def test_simple_conditions_are_columns(text: str) -> None:
    """No context is left, and the rule over the columns is one Polars expression."""
    condition = compile_condition(text, with_clocks(CORE_TYPES, ["resolution", "time to answer"]))
    assert not condition.contexts
    kinds = {"state": "string", "consumed": "days and time duration", "number": "number"}
    schema = {}
    for name in condition.rule.names:
        part = name.split(".")[-1]
        kind = "number" if name.startswith("@count") else "boolean" if name.startswith("@some") else None
        moment = "date and time" if part in ("due", "time", "started", "stopped") else "string"
        schema[name] = POLARS[kind or kinds.get(part, moment)]
    to_polars(condition.rule, schema)


# The static check


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ('event.actvity = "X"', "no 'actvity'. Did you mean activity?", 6),
        ("evnt.number > 1", "There is no name 'evnt' here. Did you mean event?", 0),
        ("1 = 1 and Amuont > 3", "There is no name 'Amuont' here. Did you mean Amount?", 10),
        ('event.number = "1"', "number and a string", 15),
        ("event.number", "A condition is true or false, but this is a number.", 0),
        ('true and clock.fix.state = "met"', "clock cannot be read here: clocks are read in where", 9),
        ("received > 1.10 * forecast", "'received' cannot be read here: it measures a window", 0),
        ("fees > 3", "'fees' cannot be read here: it measures a month", 0),
        ("events.number > 3", "list<number> and a number", 16),
    ],
)
def test_names_that_do_not_fit(text: str, said: str, column: int) -> None:
    with pytest.raises(RuleError) as error:
        compile_condition(text, with_events({**CORE_TYPES, "Amount": type_named("number")}))
    assert said in str(error.value)
    assert error.value.position == column


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ('clock.fixx.state = "met"', "There is no clock 'fixx'. Did you mean fix?", 6),
        ('clock.fix.stat = "met"', "no 'stat'. Did you mean state?", 10),
        ("clock.fix.consumed > 3", "days and time duration and a number", 21),
        ('clock.fix.due < "tomorrow"', "date and time and a string", 16),
    ],
)
def test_clocks_that_do_not_fit(text: str, said: str, column: int) -> None:
    with pytest.raises(RuleError) as error:
        compile_condition(text, with_clocks(CORE_TYPES, ["fix", "answer"]))
    assert said in str(error.value)
    assert error.value.position == column


DOCUMENT = """\
giao: 1
name: Desk
zone: UTC
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2026-01-01, end: 2026-12-31}
currency: EUR
where: Amount > 1
work: {received: Opened, delivered: Closed, attributes: {Amount: number}}
clocks:
  a: {start: Opened, stop: Closed, paused_while: Amount > 5, targets: [{within: 4 hours}]}
  b: {start: Opened, stop: {activity: Closed, where: Amount > 6}, targets: [{within: 4 hours}]}
  c: {start: Opened, stop: Closed, reclassify: start, targets: [{when: Amount > 7, within: 4 hours}]}
relief: [{kind: own, effect: case, when: Amount > 8}, {kind: over_forecast, per: day, effect: interval, when: received > forecast}]
kpis:
  k: {kind: share_in_target, clock: a, count_at: due, where: Amount > 9, exclude: Amount > 10, expected: 95%, points: 60}
  s: {kind: sampled_rate, inspected: {activity: Closed, where: Amount > 11}, good: Amount > 12}
  d: {kind: duty, minimum: 90%}
credits: {at_risk: [{when: k < 0.9, share: 10%}], triggers: [{name: t, when: "missed(k, 3, 6)", right: terminate}]}
pricing: [{per_unit: delivered, name: Tickets, price: 3, where: Amount > 13}]
tax: {rate: 10%}
"""


def faults(old: str, new: str, severity: str = "error") -> list[tuple[str, str]]:
    assert DOCUMENT.count(old) == 1
    found = check_text(DOCUMENT.replace(old, new))
    return [(fault.path, fault.message) for fault in found if fault.severity == severity]


def test_a_sound_document() -> None:
    assert check_text(DOCUMENT) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("Amount > 5", 'clock.a.state = "met"', "clocks.a.paused_while", "clock 'a' refers to itself"),
        ("Amount > 6", 'clock.b.state = "met"', "clocks.b.stop", "clock 'b' refers to itself"),
        ("Amount > 7", 'clock.a.state = "met"', "clocks.c.targets[0].when", "the answer would depend on itself"),
        ("Amount > 5", 'clock.none.state = "met"', "clocks.a.paused_while", "clock cannot be read here"),
        ("Amount > 1\n", 'clock.a.state = "met"\n', "where", "clocks follow from what this says"),
        ("Amount > 8", 'clock.a.state = "met"', "relief[0].when", "clocks follow from what this says"),
        ("Amount > 11", 'clock.a.state = "met"', "kpis.s.inspected", "clocks are read in where, exclude"),
        ("Amount > 13", 'clock.a.state = "met"', "pricing[0].where", "clocks are read in where, exclude"),
        ("Amount > 9", 'clock.x.state = "met"', "kpis.k.where", "There is no clock 'x'. Clocks: a, b, c."),
        ("Amount > 10", "clock.a.consumed > 3", "kpis.k.exclude", "days and time duration"),
        ("Amount > 9", "event.nmber > 3", "kpis.k.where", "Did you mean number?"),
        ("received > forecast", "receivd > forecast", "relief[1].when", "Did you mean received?"),
        ("received > forecast", "Amount > 3", "relief[1].when", "There is no name 'Amount' here"),
        ("k < 0.9", "kk < 0.9", "credits.at_risk[0].when", "There is no name 'kk' here. Did you mean k?"),
        ("missed(k, 3, 6)", "misst(k, 3, 6)", "credits.triggers[0].when", "Did you mean missed?"),
        ("missed(k, 3, 6)", "Amount > 3", "credits.triggers[0].when", "There is no name 'Amount' here"),
        (
            "reclassify: start, targets: [{when: Amount > 7",
            "targets: [{when: count(events) > 7",
            "clocks.c",
            "target 1 depends on events, which may change during a case",
        ),
    ],
)  # fmt: skip
def test_what_is_allowed_where(old: str, new: str, path: str, said: str) -> None:
    found = [message for at, message in faults(old, new) if at == path]
    assert any(said in message for message in found), found


def test_a_circle_of_clocks_is_shown() -> None:
    text = DOCUMENT.replace("Amount > 5", 'clock.b.state = "met"').replace("Amount > 6", "clock.c.due < time")
    text = text.replace("Amount > 7", "clock.a.started < time")
    messages = {fault.path: fault.message for fault in check_text(text) if fault.severity == "error"}
    assert "in a circle, a → b → c → a;" in messages["clocks.a.paused_while"]
    assert "in a circle, b → c → a → b;" in messages["clocks.b.stop"]
    assert "in a circle, c → a → b → c;" in messages["clocks.c.targets[0].when"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Amount > 5", 'event.activity = "Waiting"'),
        ("Amount > 6", "count(events) > 2"),
        ("Amount > 9", 'clock.b.state = "breached" and event.resource != null'),
        ("Amount > 10", 'clock.a.consumed > duration("PT1H") or clock.c.due < event.time'),
        ("Amount > 12", 'clock.a.state = "met" or clock.b.state = "not_started"'),
    ],
)  # fmt: skip
def test_names_that_fit(old: str, new: str) -> None:
    text = DOCUMENT.replace(old, new)
    assert check_text(text) == []


def test_silent_mistakes_are_warned_of() -> None:
    assert ("kpis.d.where", "has no effect: a KPI of kind duty is not about cases") in faults(
        "kind: duty,", "kind: duty, where: Amount > 3,", "warning"
    )
    (found,) = faults("Amount > 12", "Amuont > 12", "warning")
    assert found[0] == "kpis.s.good"
    assert "Did you mean Amount?" in found[1]
    assert "may be a field of the facts" in found[1]
    (found,) = faults("Amount > 9", "forecst > received", "warning")[:1]
    assert "Check against a log" in found[1]


# One case, by the fold


CLOCK = {
    "start": [{"activity": "open", "where": "event.number = 1"}],
    "stop": [{"where": 'count(events[activity = "work"]) >= 2'}],
    "paused_while": [{"when": 'event.resource = "client"'}],
    "reclassify": "start",
    "targets": [{"when": 'events[1].resource = "Lan"', "within": "5 hours"}, {"within": "9 hours"}],
}


def test_a_clock_of_events_is_the_same_for_one_case() -> None:
    rows: list[Row] = [
        ("one", 1 * HOUR, "open", {"resource": "Lan"}),
        ("one", 2 * HOUR, "ask", {"resource": "client"}),
        ("one", 4 * HOUR, "work", {}),
        ("one", 5 * HOUR, "open", {}),
        ("one", 8 * HOUR, "work", {"resource": "Lan"}),
        ("two", 1 * HOUR, "open", {"resource": "Minh"}),
        ("two", 3 * HOUR, "work", {}),
    ]
    made = world(rows, 20 * HOUR, clocks={"c": CLOCK}, work={"received": "open", "delivered": "close"})
    table = evaluate_clocks(made.inputs, made.matcher)["c"].frame
    assert table.select("started", "stopped").to_series(1).dt.hour().to_list() == [8, None]
    # eight hours less one and two in which the client had it
    assert table["consumed_us"].to_list() == [5 * HOUR, 19 * HOUR]
    assert table["target"].to_list() == [0, 1]
    assert table["state"].to_list() == ["met", "breached"]
    plan = compile_clocks(made.inputs, made.matcher.schema)["c"]
    assert plan.reads_events
    for case in (0, 1):
        (instance,) = fold_case(plan, case_events(made.inputs.log, case), 20 * HOUR)
        row = table.row(case, named=True)
        assert (instance.consumed_us, instance.target, instance.state) == (
            row["consumed_us"],
            row["target"],
            row["state"],
        )
    told = explain_clock(made.inputs, made.matcher, "c", "one").instances[0]
    assert told.trials[0].verdict == "matched"
    assert told.trials[0].values == {"events[1].resource": "Lan"}


def test_a_clock_that_reads_a_clock_cannot_be_computed() -> None:
    clock = CLOCK | {"paused_while": [{"when": 'clock.c.state = "running"'}]}
    made = world(EVENTS, 20 * HOUR, clocks={"c": clock}, work={"received": "open", "delivered": "close"})
    with pytest.raises(RuleError, match="clock cannot be read here"):
        evaluate_clocks(made.inputs, made.matcher)
    plan = compile_clocks(made.inputs, made.matcher.schema)["c"]
    with pytest.raises(RuleError, match="depend on itself"):
        fold_case(plan, case_events(made.inputs.log, 0), 20 * HOUR)


def test_an_empty_log_has_no_events_to_read() -> None:
    rows = log_of(EVENTS, TYPES)
    empty = rows.as_of(-1)
    assert empty.n_events == 0
    for text in LAW:
        assert Matcher(empty).condition(text).to_list() == []


def test_numbers_keep_their_digits() -> None:
    rows: list[Row] = [("one", 0, "open", {"n": 3})]
    assert read("n = 3.0 and event.number = 1.0", rows) == [True]
    context = contexts(log_of(rows, TYPES), 0)[0]
    assert context["@event"]["number"] == Decimal(1)
