"""Filters: what each keeps, beside plain loops; that they join, commute, are stored and said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.mining.logs import START, mine, some_cases
from tests.core.mining.test_map import FEW
from tests.reference import mining as plain
from tests.reference.mining import Cases as PlainCases

from giao.core.mining import (
    Cases,
    EndsWith,
    EventsBetween,
    Explorer,
    Filter,
    Follows,
    Has,
    InWindow,
    Lasts,
    MiningError,
    OfVariants,
    OnlyActivities,
    StartsWith,
    TopVariants,
    Where,
    WithoutActivities,
    judged,
    read_filter,
    sequences_of,
)
from giao.core.report.words.told import tell

MICRO = timedelta(microseconds=1)
HOUR = 3_600_000_000
LETTERS = st.sets(st.sampled_from("ABCDX"), min_size=1, max_size=2).map(tuple)
OFFICE = {"zone": "UTC", "hours": {"mon-fri": [["09:00", "17:00"]]}}


def instant(microseconds: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + microseconds * MICRO).isoformat()


LENGTHS = st.one_of(st.none(), st.integers(0, 10**13))
CASE_FILTERS = st.deferred(
    lambda: st.one_of(
        st.builds(Has, LETTERS, st.sampled_from(["any", "all"]), st.integers(1, 3)),
        st.builds(StartsWith, LETTERS),
        st.builds(EndsWith, LETTERS),
        st.builds(Follows, LETTERS, LETTERS, st.booleans(), LENGTHS, LENGTHS),
        st.builds(Lasts, LENGTHS, LENGTHS),
        st.builds(Cases, st.sets(st.sampled_from(["c000", "c001", "c004", "zz"]), min_size=1).map(tuple)),
        st.builds(
            InWindow,
            st.integers(0, 10**13).map(lambda n: instant(START + n)),
            st.integers(0, 10**13).map(lambda n: instant(START + n)),
            st.sampled_from(["within", "touching", "started", "ended"]),
        ),
        st.builds(
            Where,
            st.sampled_from(['resource = "r1"', 'activity in ("A", "B")']),
            st.sampled_from(["end", "start", "ever", "always"]),
        ),
    )
)
EVENT_FILTERS = st.one_of(
    st.builds(OnlyActivities, LETTERS),
    st.builds(WithoutActivities, LETTERS),
    st.builds(EventsBetween, st.integers(0, 10**13).map(lambda n: instant(START + n))),
)


def letters(events: Any) -> str:
    return "".join(event[0] for event in events)


def passes(each: Filter, name: str, events: list[plain.Event]) -> bool:
    """A case filter by the book."""
    word = letters(events)
    begun, ended = plain.duration(events), events[-1][1]
    first = ended - begun
    if isinstance(each, Has):
        enough = [word.count(letter) >= each.times for letter in each.activities]
        return any(enough) if each.how == "any" else all(enough)
    if isinstance(each, StartsWith):
        return word[0] in each.activities
    if isinstance(each, EndsWith):
        return word[-1] in each.activities
    if isinstance(each, Cases):
        return name in each.ids
    if isinstance(each, Lasts):
        return (each.at_least is None or begun >= each.at_least) and (
            each.at_most is None or begun <= each.at_most
        )
    if isinstance(each, InWindow):
        low, high = (
            (datetime.fromisoformat(str(t)) - datetime(1970, 1, 1, tzinfo=UTC)) // MICRO
            for t in (each.since, each.until)
        )
        return {
            "within": first >= low and ended < high,
            "touching": ended >= low and first < high,
            "started": low <= first < high,
            "ended": low <= ended < high,
        }[each.rule]
    if isinstance(each, Follows):
        return any(
            a[0] in each.first
            and b[0] in each.then
            and (not each.directly or j == i + 1)
            and (each.at_least is None or b[1] - a[1] >= each.at_least)
            and (each.at_most is None or b[1] - a[1] <= each.at_most)
            for i, a in enumerate(events)
            for j, b in enumerate(events)
            if j > i
        )
    assert isinstance(each, Where)
    if each.text.startswith("resource"):
        found, latest = [], None
        for event in events:
            latest = event[3] or latest
            found.append(latest == "r1")
    else:
        found = [event[0] in "AB" for event in events]
    return {"end": found[-1], "start": found[0], "ever": any(found), "always": all(found)}[each.when]


@FEW
@given(some_cases(), CASE_FILTERS)
def test_a_case_filter_keeps_what_plain_loops_keep(cases: PlainCases, each: Filter) -> None:
    kept = [name for name, events in cases.items() if passes(each, name, events)]
    explorer = mine(cases)
    assert explorer.filter(each).case_ids() == kept
    assert explorer.filter(~each).case_ids() == [name for name in cases if name not in kept]
    assert ~~each == each


@FEW
@given(some_cases(), CASE_FILTERS, CASE_FILTERS, CASE_FILTERS)
def test_case_filters_join_and_commute(cases: PlainCases, one: Filter, two: Filter, three: Filter) -> None:
    explorer = mine(cases)

    def left(each: Filter) -> set[str]:
        return set(explorer.filter(each).case_ids())

    assert left(one & two) == left(one) & left(two) == left(two & one)
    assert left(one | two) == left(one) | left(two) == left(two | one)
    assert left(~(one & two)) == left(~one | ~two)
    assert one & two == two & one
    assert (one | two) | three == one | (three | two)
    assert (
        set(explorer.filter(one, two).case_ids())
        == set(explorer.filter(two, one).case_ids())
        == left(one & two)
    )
    assert explorer.filter(one, two).map().arcs.equals(explorer.filter(two & one).map().arcs)


@FEW
@given(some_cases(), EVENT_FILTERS, CASE_FILTERS)
def test_event_filters_cut_and_order_is_no_matter(cases: PlainCases, cut: Filter, other: Filter) -> None:
    explorer = mine(cases)

    def stays(event: plain.Event) -> bool:
        if isinstance(cut, EventsBetween):
            return (
                event[1]
                >= (datetime.fromisoformat(str(cut.since)) - datetime(1970, 1, 1, tzinfo=UTC)) // MICRO
            )
        assert isinstance(cut, OnlyActivities | WithoutActivities)
        return (event[0] in cut.activities) == isinstance(cut, OnlyActivities)

    wanted = {name: kept for name, events in cases.items() if (kept := [e for e in events if stays(e)])}
    found = explorer.filter(cut)
    assert found.case_ids() == list(wanted)
    assert found.n_events == sum(map(len, wanted.values()))
    rows = {tuple(row["activities"]): row["cases"] for row in found.variants(times=False).frame.to_dicts()}
    assert rows == dict(plain.variants(wanted))
    hands = {(r["source"], r["target"]): r["events"] for r in found.handover(times=False).frame.to_dicts()}
    assert hands == dict(plain.handovers(wanted))
    assert (cut & other) == (other & cut)
    those = [name for name in wanted if passes(other, name, cases[name])]
    assert explorer.filter(cut & other).case_ids() == those


@FEW
@given(
    st.recursive(
        CASE_FILTERS,
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            inner.map(lambda a: ~a),
        ),
        max_leaves=6,
    ),
    EVENT_FILTERS,
)
def test_a_filter_is_stored_shared_and_said(each: Filter, cut: Filter) -> None:
    for whole in (each, each & cut):
        assert read_filter(whole.to_json()) == whole
        assert read_filter(whole.link()) == whole
        assert read_filter(whole.link()).link() == whole.link()
        assert whole.link().replace("-", "").replace("_", "").replace(".", "").isalnum()
        assert tell("vi", whole.words()) != tell("en", whole.words())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("m1.!!", "This is not a filter"),
        ("[]", "A filter is an object"),
        ('{"kind":"nonsense"}', "no filter of kind nonsense"),
        ('{"kind":"has"}', "is not whole"),
        ('{"kind":"has","activities":[],"x":1}', "has no x"),
        ('{"kind":"has","activities":[]}', "give one name or several"),
        ('{"kind":"has","activities":["A"],"times":0}', "no whole number of 1"),
        ('{"kind":"lasts","at_least":"soon"}', "no length of time"),
        ('{"kind":"window","since":"2024-01-01"}', "no instant with a zone"),
        ('{"kind":"where","text":"1 +"}', "the condition"),
        ('{"kind":"not","part":{"kind":"only","activities":["A"]}}', "only filters of cases"),
        ('{"kind":"lasts","calendar":"{\\"zone\\":\\"Mars\\"}"}', "calendar is not right"),
        ('{"kind":"not","part":' * 60 + "1" + "}" * 60, "too deeply"),
        ('{"kind":"all","parts":[1]}', "only filters of cases"),
    ],
)
def test_what_is_no_filter_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(MiningError, match=why):
        read_filter(text)


def test_a_condition_on_a_name_that_is_not_there() -> None:
    with pytest.raises(MiningError, match="There is no name 'amout' here"):
        mine({"1": [("A", START, None, None)]}).filter(Where("amout > 3"))


def test_variants_as_a_filter_survive_other_logs() -> None:
    cases: PlainCases = {
        str(n): [(letter, START + i, None, None) for i, letter in enumerate(word)]
        for n, word in enumerate(["AB", "AB", "AC", "B"])
    }
    explorer = mine(cases)
    common = sequences_of(explorer.variants().frame, [0])
    assert common == OfVariants((("A", "B"),))
    assert explorer.filter(common).case_ids() == ["0", "1"]
    assert explorer.filter(OfVariants((("A", "Z"),))).n_cases == 0
    assert explorer.filter(TopVariants(1)).case_ids() == ["0", "1"]


def test_what_was_judged_elsewhere_is_a_filter() -> None:
    explorer = mine({name: [("A", START, None, None)] for name in "123"})
    frame = pl.DataFrame({"case": ["1", "2", "3"], "passed": [True, False, None]})
    late = judged(frame, "resolved in time", passed=False)
    assert explorer.filter(late).case_ids() == ["2"]
    assert explorer.filter(judged(frame, "resolved in time")).case_ids() == ["1"]
    with pytest.raises(MiningError, match="no column passed"):
        judged(frame.drop("passed"), "x")


def test_business_time_in_filters() -> None:
    friday = 1_709_308_800_000_000  # 2024-03-01 16:00 UTC
    cases: PlainCases = {
        "short": [("A", friday, None, None), ("B", friday + 66 * HOUR, None, None)],
        "long": [("A", friday, None, None), ("B", friday + 70 * HOUR, None, None)],
    }
    explorer = mine(cases)
    assert explorer.filter(Lasts(at_most=2 * HOUR, calendar=OFFICE)).case_ids() == ["short"]
    slow = Follows(("A",), ("B",), at_least=timedelta(hours=5), calendar=OFFICE)
    assert explorer.filter(slow).case_ids() == ["long"]
    assert read_filter(slow.link()) == slow


def test_filters_of_a_filtered_log_and_its_history() -> None:
    cases: PlainCases = {
        "1": [("A", START, None, None), ("B", START, None, None)],
        "2": [("B", START, None, None)],
    }
    explorer: Explorer = mine(cases).filter(OnlyActivities("B"), StartsWith("B"))
    assert explorer.case_ids() == ["1", "2"]
    assert explorer.filters == (OnlyActivities("B"), StartsWith("B"))
    assert mine(cases).filter(OnlyActivities("B") & StartsWith("B")).case_ids() == ["2"]
