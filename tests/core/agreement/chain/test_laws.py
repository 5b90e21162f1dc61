"""The law of the chain: the whole log = the slow reference of each case, to the microsecond; every whole is the sum of its parts."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.agreement.clocks.plain import Told, told
from tests.core.agreement.clocks.worlds import agreement
from tests.reference.chain import NOT_SAID, PlainCase, PlainClock, PlainEvent, PlainRule, verdict

from giao.core.agreement.chain import ChainReading, Support, case_of, months_of, read_chain
from giao.core.agreement.chain.months import party_cases
from giao.core.agreement.chain.segments import measure_of
from giao.core.agreement.clocks import case_events, compile_clocks, fold_case
from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import Facts
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.relief import find_reliefs

slow = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

some = st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=3)
sides = st.sampled_from(["client", "vendor", "subcontractor", "third_party"])


@st.composite
def rules(draw: st.DrawFn) -> list[PlainRule]:
    """Who holds a case after which event: by side, by name, or named by the attribute A."""
    return draw(
        st.lists(
            st.builds(PlainRule, some, sides, st.sampled_from(["", "Team", "u"]), st.booleans()), max_size=3
        )
    )


@st.composite
def behind(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A clock of a supporting agreement: its name and what the document says."""
    unit = draw(st.sampled_from(["hours", "business hours", "business days"]))
    document = {
        "start": sorted(draw(some)),
        "stop": sorted(draw(some)),
        "reopen": draw(st.sampled_from(["first", "sum", "last", "each"])),
        "calendar": "office",
        "targets": [{"within": f"{draw(st.integers(0, 20))} {unit}"}],
    }
    if draw(st.booleans()):
        document["paused_while"] = {"from": sorted(draw(some)), "until": sorted(draw(some))}
    if draw(st.booleans()):
        document["stands_behind"] = draw(st.sampled_from([["c"], ["another"], []]))
    return draw(st.sampled_from(["c", "own"])), document


@st.composite
def chains(draw: st.DrawFn) -> tuple[Told, list[PlainRule], list[Agreement], list[Support]]:
    tale = draw(told())
    spoken = draw(rules())
    holder = [
        {"after": sorted(rule.after), "by": rule.side}
        | ({"party": rule.party} if rule.party else {})
        | ({"named_by": "A"} if rule.named else {})
        for rule in spoken
    ]
    versions = []
    for version in tale.world.inputs.versions:
        document = version.document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        document["work"] |= {"received": ["a", "c"], "delivered": ["b", "f"], "holder": holder}
        versions.append(Agreement.model_validate(document))
    first = versions[0]
    supports = []
    for number in range(draw(st.integers(0, 2))):
        name, document = draw(behind())
        calendars = first.model_dump(mode="json", by_alias=True, exclude_defaults=True)["calendars"]
        made = agreement(
            name=f"support {number}",
            zone="UTC",
            term={"start": str(first.term.start), "end": str(first.term.end)},
            parties={
                "client": {"name": "V"},
                "vendor": {"name": draw(st.sampled_from(["Team", "u", "Nobody"]))},
            },
            calendars=calendars,
            work={
                "received": ["a"],
                "delivered": ["b"],
                "attributes": {"A": {"type": "string", "changes": True}},
            },
            clocks={name: document},
        )
        supports.append(Support(draw(st.sampled_from(["ola", "underpinning"])), (made,)))
    return tale, spoken, versions, supports


def plain_case(inputs: Inputs, case: int, spoken: list[PlainRule]) -> PlainCase:
    name: str | None = None
    events = []
    for event in case_events(inputs.log, case):
        name = event.values.get("A", name)
        events.append(PlainEvent(event.time_us, event.activity, name))
    work = inputs.agreement.work
    ends = {text for pattern in work.delivered for text in pattern.activity or ()}
    ends |= {text for pattern in work.cancelled or () for text in pattern.activity or ()}
    happened = [event for event in events if event.time <= inputs.as_of_us]
    return PlainCase(happened, spoken, frozenset("ac"), frozenset(ends), inputs.as_of_us)


def plain_supports(
    supports: list[Support], log: Any, as_of: int, case: int, parties: set[tuple[str, str]]
) -> list[PlainClock]:
    """Every clock behind the SLA in a case, by the fold of that case; its party is found by name among the holders."""
    found = []
    for support in supports:
        inputs = make_inputs(support.versions, log, Facts(), as_of)
        matcher = Matcher(inputs.log, inputs.agreement.work)
        clocks = support.versions[0].clocks
        party = next(((side, name) for side, name in sorted(parties) if name == support.party), None)
        for name, plan in compile_clocks(inputs, matcher.schema).items():
            explicit = clocks[name].stands_behind
            ahead = frozenset({"c"} & set(explicit)) if explicit is not None else frozenset({"c"})
            for one in fold_case(plan, case_events(inputs.log, case), as_of):
                if one.started_us < inputs.effective_us[0]:
                    continue
                broke = one.breaches_after_us if one.state == "breached" else None
                found.append(
                    PlainClock(
                        name,
                        one.started_us,
                        one.ended_us,
                        broke,
                        one.state,
                        party or ("?", support.party),
                        ahead,
                    )
                )
    return found


def check(drawn: tuple[Told, list[PlainRule], list[Agreement], list[Support]]) -> None:
    tale, spoken, versions, supports = drawn
    made = tale.world.inputs
    facts = made.facts
    chain = read_chain(made.log, versions, supports, facts=facts, as_of=made.as_of_us)
    inputs = chain.inputs
    matcher = Matcher(inputs.log, inputs.agreement.work)
    plan = compile_clocks(inputs, matcher.schema).get("c")
    reliefs = find_reliefs(inputs, matcher)
    named = [(party.side, party.name) for party in chain.parties]
    for case, case_id in enumerate(inputs.log.case_ids):
        plain = plain_case(inputs, case, spoken)
        held = chain.held.filter(pl.col("case") == case).to_dicts()
        assert [(named[row["party"]], row["start"], row["end"]) for row in held] == plain.held()
        assert [row["elapsed_us"] for row in held] == [row["end"] - row["start"] for row in held]
        folded = (
            []
            if plan is None
            else fold_case(plan, case_events(inputs.log, case), inputs.as_of_us, reliefs.of_case(case))
        )
        rows = chain.instances.filter(pl.col("case") == case).to_dicts()
        assert len(rows) == len(folded)
        met = {plain.party_of(event) or NOT_SAID for event in plain.events} | set(named)
        others = plain_supports(supports, made.log, made.as_of_us, case, {item for item in met if item[1]})
        for row, one in zip(rows, folded, strict=True):
            assert plan is not None
            measure = measure_of(plan, one.version, one.target)
            counted = [(max(low, one.origin_us), high) for low, high in one.counted if high > one.origin_us]
            parts = chain.counted.filter(
                (pl.col("case") == case) & (pl.col("number") == one.number)
            ).to_dicts()
            spent = {named[part["party"]]: part["counted_us"] for part in parts if part["counted_us"]}
            assert spent == plain.counted(counted, measure.between)
            assert sum(spent.values()) == one.consumed_us
            assert sum(part["held_us"] for part in parts) == one.ended_us - one.started_us
            broke = one.breaches_after_us if one.state == "breached" else None
            assert row["broke"] == broke
            sla = PlainClock("c", one.started_us, one.ended_us, broke, one.state)
            expected = verdict(sla, others)
            shown = {name: row[name] for name in ("first", "first_at", "gap", "behind", "broken_behind")}
            assert shown == {name: expected[name] for name in shown}
            if row["first"] == "support":
                party = expected["first_party"]
                assert isinstance(party, tuple)
                assert named[row["first_party"]][1] == party[1]
            holder = None if broke is None else plain.holder_at(broke)
            assert (None if row["holder_at_break"] is None else named[row["holder_at_break"]]) == holder
        _sums(chain, str(case_id))
    _months_sum(chain)


def _sums(chain: ChainReading, case_id: str) -> None:
    """The parts of a case sum to its wholes; what is told of one case is what the frames hold."""
    case = case_of(chain, case_id)
    assert case is not None
    assert sum(share.elapsed_us for share in case.shares) == sum(item.elapsed_us for item in case.stretches)
    assert sum(share.counted_us for share in case.shares) == sum(item.business_us for item in case.stretches)
    for clock in case.clocks:
        assert sum(share.counted_us for share in clock.shares) == clock.consumed_us
        if clock.first == "support":
            assert clock.first_clock is not None
            assert clock.first_clock.broke_us == clock.first_at_us


def _months_sum(chain: ChainReading) -> None:
    """Every month sums to the instances behind it, and every number of a party is so many rows."""
    months = months_of(chain)
    rows = chain.instances.filter(pl.col("clock") == months[0].clock) if months else chain.instances
    assert sum(month.counted_us for month in months) == rows["consumed_us"].sum()
    for month in months:
        assert sum(party.counted_us for party in month.parties) == month.counted_us
        behind = party_cases(chain, month.clock, month.month)
        for party in month.parties:
            mine = behind.filter(pl.col("party") == party.number)
            for name in ("first", "broken", "own_met", "at_break"):
                assert getattr(party, name) == mine.filter(pl.col(name))["case"].n_unique()


@slow
@given(chains())
def test_the_whole_log_is_the_reference(
    drawn: tuple[Told, list[PlainRule], list[Agreement], list[Support]],
) -> None:
    check(drawn)


@pytest.mark.prove
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(chains())
def test_over_many_worlds(drawn: tuple[Told, list[PlainRule], list[Agreement], list[Support]]) -> None:
    check(drawn)
