"""Facts of one type, in order of time, whatever else the ledger holds."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.agreement.facts import Facts, parse_facts

UTC = ZoneInfo("UTC")

rows = st.lists(
    st.one_of(
        st.builds(
            lambda day, value: {"type": "giao.fact.measure", "time": f"2026-01-{day:02d}", "name": "a", "value": value},
            st.integers(1, 28),
            st.integers(0, 9),
        ),
        st.builds(
            lambda day, value: {"type": "giao.fact.score", "time": f"2026-01-{day:02d}", "name": "b", "value": value},
            st.integers(1, 28),
            st.integers(0, 9),
        ),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(rows, st.integers(1, 28))
def test_facts_of_a_type_are_those_facts_in_order(found: list[dict[str, object]], day: int) -> None:
    ledger = parse_facts([(None, row) for row in found], UTC)
    for facts in (ledger, ledger.as_of(day * 86_400_000_000)):
        for kind in ("giao.fact.measure", "fact.score", "fact.rate"):
            assert facts.of(kind) == [fact for fact in facts if fact.type.endswith(kind)]
        assert sum(len(facts.of(kind)) for kind in ("fact.measure", "fact.score")) == len(facts)


def test_what_is_handed_out_is_the_readers_own() -> None:
    row = {"type": "giao.fact.measure", "time": "2026-01-01", "name": "a", "value": 1}
    facts = parse_facts([(None, row)], UTC)
    facts.of("fact.measure").clear()
    assert len(facts.of("fact.measure")) == 1
    assert facts.fields("giao.fact.measure") == {"name", "value"}
    assert Facts().of("fact.measure") == []
