"""The rules themselves, without a server: what fires, what clears, how clocks move, what is projected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from giao.core.agreement.alarms.band import LEAST_WEEKS, band_at
from giao.core.agreement.alarms.clocks import EPOCH, moved_to, reached_us
from giao.core.agreement.alarms.names import KINDS, condition_of, durations_in
from giao.core.agreement.alarms.projecting import gap_to, project_share
from giao.core.agreement.alarms.verdicts import changes, judge
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.load import parse_agreement
from giao.core.calendars import compile_calendars
from giao.core.report.words.told import tell
from giao.core.rules import RuleError

HOUR = 3_600_000_000
AGREEMENT = """\
giao: 1
name: desk
parties: {client: {name: Acme, country: NL}, vendor: {name: BPO, country: VN}}
term: {start: 2016-01-01, end: 2017-12-31}
currency: EUR
calendars: {office: {zone: UTC, hours: {mon-fri: [["09:00", "17:00"]]}}}
work: {received: Opened, delivered: Resolved}
clocks:
  office: {start: Opened, stop: Resolved, calendar: office, targets: [{within: 8 business hours}]}
  wall: {start: Opened, stop: Resolved, targets: [{within: 8 hours}]}
"""


def test_a_condition_is_checked_against_the_names_of_its_kind() -> None:
    assert condition_of("kpi", "gap_to_minimum < 0 and n > 10").names == {"gap_to_minimum", "n"}
    with pytest.raises(RuleError, match="Did you mean remaining") as error:
        condition_of("case", "chance > 0.5 and remaning < 1")
    assert error.value.column == 17
    with pytest.raises(RuleError, match="cannot be compared"):
        condition_of("case", "remaining < 4")
    with pytest.raises(RuleError, match="true or false") as wrong:
        condition_of("volume", "count + 1")
    assert tell("vi", wrong.value.message).startswith("Điều kiện cảnh báo phải")
    with pytest.raises(AgreementError, match="no kind of alarm rule 'cases'"):
        condition_of("cases", "true")


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_of_a_kind_can_be_asked_for(kind: str) -> None:
    for name in KINDS[kind]:
        assert condition_of(kind, f"{name} = null").names == {name}


def test_lengths_written_in_a_condition() -> None:
    rule = condition_of("case", 'remaining <= duration("PT4H") or remaining < @"-PT1H"')
    assert durations_in(rule) >= {timedelta(hours=4)}


VALUES = st.dictionaries(
    st.sampled_from("abcdef"), st.one_of(st.none(), st.floats(0, 1, allow_nan=False)), max_size=6
)


def subjects(values: dict[str, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"key": list(values), "chance": list(values.values())},
        schema={"key": pl.String, "chance": pl.Float64},
    )


@given(st.lists(VALUES, max_size=8))
def test_what_fires_follows_from_what_is_known_not_from_how_often_one_looks(
    steps: list[dict[str, float | None]],
) -> None:
    """Looking at each state once or many times, the same fires; a null keeps what was, and never begins it."""
    rule = condition_of("case", "chance >= 0.5")

    def walk(times: int) -> frozenset[str]:
        held: frozenset[str] = frozenset()
        for state in steps:
            for _again in range(times):
                found = changes(held, judge(rule, subjects(state)))
                held = held - found.cleared | found.opened
        return held

    once = walk(1)
    assert walk(3) == once
    expected: set[str] = set()
    for state in steps:
        known = {key: value for key, value in state.items() if value is not None}
        expected = {key for key in expected if state.get(key, 0.0) is None} | {
            key for key, value in known.items() if value >= 0.5
        }
    assert once == expected


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.sets(st.integers(1, 19)))
def test_any_split_of_the_events_opens_the_same(opened: list[int], cuts: set[int]) -> None:
    """Events come in parts; where all numbers are known, the last look fires for what a single look would fire for."""
    rule = condition_of("case", "chance >= 0.5")

    def state_after(n: int) -> pl.DataFrame:
        chance = dict.fromkeys(range(10), 0.0)
        for case in opened[:n]:
            chance[case] = 1.0 - chance[case]  # each event of a case turns it
        return subjects({str(case): value for case, value in chance.items()})

    held: frozenset[str] = frozenset()
    for n in [*sorted(cut for cut in cuts if cut < len(opened)), len(opened)]:
        found = changes(held, judge(rule, state_after(n)))
        held = held - found.cleared | found.opened
    assert held == judge(rule, state_after(len(opened))).firing


def clock(name: str, left: int, state: str = "running") -> dict[str, object]:
    return {
        "clock": name,
        "case": "C",
        "instance": 0,
        "version": 0,
        "target": 0,
        "remaining_us": left,
        "state": state,
    }


def test_clocks_move_by_their_own_time_and_the_paused_stand() -> None:
    agreement = parse_agreement(AGREEMENT)[0]
    term = (agreement.term.start, agreement.term.end)
    calendars = [compile_calendars(agreement.calendars, *term)]
    friday = us(datetime(2016, 3, 18, 16, 0, tzinfo=UTC))
    monday = us(datetime(2016, 3, 21, 10, 0, tzinfo=UTC))
    rows = pl.DataFrame(
        [clock("office", 8 * HOUR), clock("wall", 8 * HOUR), clock("office", 5 * HOUR, "paused"), clock("office", -HOUR, "breached")]
    )  # fmt: skip
    moved = moved_to(rows, [agreement], calendars, friday, monday)
    assert moved["left_us"].to_list() == [6 * HOUR, 8 * HOUR - 66 * HOUR, 5 * HOUR, -3 * HOUR]
    assert (
        moved_to(rows, [agreement], calendars, monday, friday)["left_us"].to_list()
        == rows["remaining_us"].to_list()
    )
    # The office clock has 8 hours on Friday at four: 4 are left on Monday at noon.
    still = moved_to(rows[:1], [agreement], calendars, friday, friday)
    reached = reached_us(still, [agreement], calendars, friday, 4 * HOUR)
    assert reached == us(datetime(2016, 3, 21, 12, 0, tzinfo=UTC))
    assert moved_to(rows[:1], [agreement], calendars, friday, reached)["left_us"].to_list() == [4 * HOUR]
    assert reached_us(moved.filter(pl.col("state") == "paused"), [agreement], calendars, friday, 0) is None


@given(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(0, 200),
    st.floats(0.01, 1),
)
def test_a_projection_lies_in_its_interval_and_within_what_is_possible(
    counted: tuple[int, int], overdue: int, elapsed: float
) -> None:
    good, n = counted
    found = project_share(good, n, overdue, elapsed)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value <= found.high + 1e-12 <= 1 + 1e-9
    if elapsed == 1 and not overdue:
        assert (found.low, found.value, found.high) == (good / n,) * 3


def test_no_data_is_no_projection() -> None:
    assert project_share(0, 0, 3, 0.5) is None
    assert gap_to(None, 0.9, "higher") is None
    assert gap_to(0.9, None, "higher") is None
    assert gap_to(0.5, 0.25, "higher") == -0.25
    assert gap_to(0.5, 0.25, "lower") == 0.25


def test_open_and_overdue_work_pulls_a_projection_down() -> None:
    with_none, with_many = project_share(95, 100, 0, 0.9), project_share(95, 100, 20, 0.9)
    assert with_none is not None
    assert with_many is not None
    assert with_many.value < with_none.value


def test_a_band_is_of_the_same_local_hour_also_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    # Nine o'clock on eight Mondays; the clocks changed on 27 March 2016.
    mondays = [datetime(2016, 2, 22, 9, 10, tzinfo=zone) + timedelta(weeks=week) for week in range(8)]
    arrivals = pl.Series([monday.astimezone(UTC) for monday in mondays for _n in range(5)])
    found = band_at(arrivals, datetime(2016, 4, 11, 10, 5, tzinfo=zone), zone)
    assert found is not None
    assert (found.count, found.weeks, found.usual) == (5, 7, 5.0)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 5 < found.high
    short = band_at(arrivals, datetime(2016, 3, 7, 10, 5, tzinfo=zone), zone)
    assert short is not None
    assert (short.weeks < LEAST_WEEKS, short.low) == (True, None)
    assert band_at(pl.Series([], dtype=pl.Datetime("us", "UTC")), mondays[0], zone) is None


def us(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
