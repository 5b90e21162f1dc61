"""Variants, throughput and rework beside plain loops."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.mining.logs import START, mine, some_cases
from tests.core.mining.test_map import FEW, us
from tests.reference import mining as plain
from tests.reference.mining import Cases

from giao.core.mining import MiningError
from giao.core.mining.variant_diff import difference


@FEW
@given(some_cases())
def test_variants_are_what_plain_loops_find(cases: Cases) -> None:
    found = mine(cases).variants(percentiles=(0.9,))
    wanted = plain.variants(cases)
    assert {tuple(row["activities"]): row["cases"] for row in found.frame.to_dicts()} == dict(wanted)
    assert found.frame["cases"].sum() == len(cases)
    assert found.frame["cases"].to_list() == sorted(wanted.values(), reverse=True)
    for row, values in enumerate(found.frame.to_dicts()):
        members = [name for name, events in cases.items() if [e[0] for e in events] == values["activities"]]
        assert found.cases(row) == members
        lasting = [plain.duration(cases[name]) for name in members]
        assert us(values["mean"]) == plain.mean(lasting)
        assert us(values["median"]) == plain.quantile(lasting, Fraction(1, 2))
        assert us(values["p90"]) == plain.quantile(lasting, Fraction(9, 10))


@FEW
@given(some_cases())
def test_throughput_is_what_plain_loops_find(cases: Cases) -> None:
    found = mine(cases).throughput()
    lasting = [plain.duration(events) for events in cases.values()]
    for row in found.frame.to_dicts():
        assert us(row["duration"]) == plain.quantile(lasting, Fraction(str(row["quantile"])))
    assert found.mean_us == plain.mean(lasting)
    assert found.histogram["cases"].sum() == len(cases)
    limit = sorted(lasting)[0]
    assert found.slower_than(limit) == [
        name for name, events in cases.items() if plain.duration(events) > limit
    ]
    assert len(found.cases(found.frame.height - 1)) == len(cases)


@FEW
@given(some_cases())
def test_rework_is_what_plain_loops_find(cases: Cases) -> None:
    found = mine(cases).rework()
    columns = ("rework_cases", "repeats", "self_loops", "self_loop_cases")
    assert {
        row["activity"]: tuple(row[c] for c in columns) for row in found.frame.to_dicts()
    } == plain.rework(cases)
    for row, activity in enumerate(found.frame["activity"]):
        again = [name for name, events in cases.items() if [e[0] for e in events].count(activity) > 1]
        assert found.cases(row) == again
        assert len(found.loop_cases(row)) == found.frame["self_loop_cases"][row]


@FEW
@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_a_difference_leads_from_one_to_the_other(left: str, right: str) -> None:
    found = difference(left, right)
    assert "".join(s.activity for s in found.steps if s.side != "right") == left
    assert "".join(s.activity for s in found.steps if s.side != "left") == right
    assert found.distance <= len(left) + len(right)
    assert (found.distance == 0) == (left == right)
    assert found.distance == difference(right, left).distance


def test_a_known_difference() -> None:
    found = difference(["New", "Check", "Pay"], ["New", "Pay", "Check"])
    assert found.distance == 2
    assert found.moved == ("Check",)


def test_a_variant_that_is_not_there() -> None:
    found = mine({"1": [("A", START, None, None)]}).variants()
    with pytest.raises(MiningError, match="there is no variant 3; there are 1"):
        found.compare(0, 3)


def test_two_sequences_of_the_same_hash_stay_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that sees no difference in hashes still compares the codes."""
    from giao.core.mining import ways

    def blind(cases: object, offsets: object, codes: object, hashes: object) -> None:
        hashes[:] = 7

    monkeypatch.setattr(ways, "hash_cases", blind)
    cases: Cases = {str(n): [(letter, START, None, None)] for n, letter in enumerate("ABCABA")}
    assert mine(cases).variants().frame["cases"].to_list() == [3, 2, 1]
