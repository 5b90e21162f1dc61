"""Laws: the columns say what the plain reference says; groups add up; order does not matter; a carry judges once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.agreement.kpis.building import Event, event, read
from tests.reference import kpis as plain

from giao.core.agreement.kpis import KpiOutcome
from giao.core.agreement.results import KpiResult

START = datetime(2026, 1, 1, tzinfo=UTC)
AS_OF = "2026-04-10T00:00:00"

KPIS = """
kpis:
  at_stop: {kind: share_in_target, clock: c, by: site}
  at_due: {kind: share_in_target, clock: c, count_at: due, by: site}
  at_start: {kind: share_in_target, clock: c, count_at: start}
  weekly: {kind: share_in_target, clock: c, window: week}
  rolling: {kind: share_in_target, clock: c, window: {rolling: {last: 2, of: month}}}
  carried: {kind: share_in_target, clock: c, minimum_volume: 5, low_volume: carry}
  mean: {kind: mean, clock: c}
  p80: {kind: percentile, clock: c, p: 80%}
  good: {kind: rate, good: ok}
  volume: {kind: volume, by: site}
  backlog: {kind: backlog}
  old: {kind: backlog, older_than: 3 days, by: site}
  old_working: {kind: backlog, older_than: 2 business days, calendar: office}
"""
OFFICE = 'calendars: {office: {zone: UTC, hours: {mon-fri: [["09:00", "17:00"]]}}}\n'

hours = st.integers(-50, 24 * 105)
"""Of receipt after 1 January 2026: some before the term, some after the reading's instant, some at a window's edge."""

a_case = st.tuples(
    hours | st.sampled_from([0, 31 * 24, 59 * 24, 90 * 24]),
    st.none() | st.integers(0, 150) | st.sampled_from([48, 49]),
    st.sampled_from(["Out", "Out", "Out", "Cancel"]),
    st.sampled_from(["a", "b"]),
    st.booleans(),
)
logs = st.lists(a_case, min_size=1, max_size=25)
common = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def events_of(drawn: Sequence[tuple[int, int | None, str, str, bool]]) -> list[Event]:
    events: list[Event] = []
    for at, (begin, length, end, site, ok) in enumerate(drawn):
        began = START + timedelta(hours=begin)
        events.append(event(f"c{at:02d}", "In", began.isoformat(), site=site, ok=ok))
        if length is not None:
            events.append(event(f"c{at:02d}", end, (began + timedelta(hours=length)).isoformat()))
    return events


def reading(drawn: Sequence[tuple[int, int | None, str, str, bool]]) -> KpiOutcome:
    return read(OFFICE + KPIS, events_of(drawn), AS_OF)


def instances_of(outcome: KpiOutcome) -> list[plain.Instance]:
    frame = outcome.ground.clocks["c"].frame
    sites = outcome.ground.current("site")
    found = []
    for row in frame.with_columns(pl.col("started", "stopped", "due").dt.epoch("us")).iter_rows(named=True):
        site = sites[row["start_event"]]
        found.append(
            plain.Instance(
                str(row["case"]),
                row["started"],
                row["stopped"],
                row["due"],
                row["consumed_us"],
                row["state"],
                site,
            )
        )
    return found


def cases_of(
    drawn: Sequence[tuple[int, int | None, str, str, bool]], outcome: KpiOutcome
) -> list[plain.Case]:
    now = outcome.ground.inputs.as_of_us
    found = []
    for at, (begin, length, end, site, ok) in enumerate(drawn):
        came = _us(START + timedelta(hours=begin))
        went = None if length is None else came + length * 3_600_000_000
        if came > now:
            continue
        went = went if went is not None and went <= now else None
        found.append(
            plain.Case(
                f"c{at:02d}",
                came,
                went if end == "Out" else None,
                went if end == "Cancel" else None,
                {"site": site, "ok": ok},
            )
        )
    return found


def _us(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def bounds(results: Sequence[KpiResult]) -> list[plain.Bounds]:
    return [(result.window.start_us, result.window.end_us) for result in results]


def answers(results: Sequence[KpiResult]) -> list[plain.Answer]:
    return [plain.Answer(r.value, r.n, r.misses, r.overdue_open, r.carried) for r in results]


@common
@given(logs)
def test_columns_say_what_the_plain_reference_says(
    drawn: list[tuple[int, int | None, str, str, bool]],
) -> None:
    outcome = reading(drawn)
    instances, cases = instances_of(outcome), cases_of(drawn, outcome)
    now = outcome.ground.inputs.as_of_us
    for name, count_at in (("at_stop", "stop"), ("at_due", "due"), ("at_start", "start")):
        results = outcome.of(name)
        assert answers(results) == plain.share(instances, bounds(results), count_at, now), name
    for name in ("weekly", "rolling"):
        results = outcome.of(name)
        assert answers(results) == plain.share(instances, bounds(results), "stop", now), name
    carried = [replace(answer, overdue_open=0) for answer in answers(outcome.of("carried"))]
    assert carried == plain.share_with_carry(instances, bounds(outcome.of("carried")), "stop", 5)
    months = bounds(outcome.of("mean"))
    assert answers(outcome.of("mean")) == plain.mean_seconds(instances, months)
    assert answers(outcome.of("p80")) == plain.percentile_seconds(instances, months, Fraction("0.8"))
    assert answers(outcome.of("good")) == plain.rate(cases, months, lambda case: case.facts["ok"])
    assert _counts(outcome.of("volume"), outcome) == plain.received(cases, months)
    calendar = outcome.ground.calendar(0, "office")
    for name, too_old in (
        ("backlog", lambda came, then: True),
        ("old", lambda came, then: then - came > 3 * 86_400_000_000),
        (
            "old_working",
            lambda came, then: (
                calendar.between(came, then)
                > calendar.between(came, max(came, calendar.business_day_due(came, 2)))
            ),
        ),
    ):
        assert _counts(outcome.of(name), outcome) == plain.backlog(cases, months, now, too_old), name


def _counts(results: Sequence[KpiResult], outcome: KpiOutcome) -> list[int]:
    """Values as counts; a window before the log begins has none, and nothing in it."""
    first = int(outcome.ground.times.min()) if len(outcome.ground.times) else None
    for result in results:
        assert (result.value is None) == (first is None or result.window.end_us <= first)
    return [int(result.value or 0) for result in results]


@common
@given(logs)
def test_every_number_recomputes_from_exactly_its_members(
    drawn: list[tuple[int, int | None, str, str, bool]],
) -> None:
    outcome = reading(drawn)
    for result in outcome.results:
        members = outcome.members(result.kpi, result.window.id)
        roles = dict(members["role"].cast(pl.String).value_counts().iter_rows())
        counted = sum(roles.get(role, 0) for role in ("met", "missed", "counted"))
        assert (counted, roles.get("missed", 0)) == (result.n, result.misses)
        assert roles.get("open_overdue", 0) == result.overdue_open
        assert roles.get("excluded", 0) == sum(count for _, count in result.excluded)
        assert roles.get("carried", 0) == result.carried_out
        assert set(members["window"]) <= {result.window.id}
        if result.kpi in ("at_stop", "at_due", "weekly", "carried", "good") and result.value is not None:
            assert result.value == Fraction(roles.get("met", 0), counted)
        if result.kpi == "mean" and result.value is not None:
            spent = members.filter(pl.col("role") == "counted")["value"]
            assert sum((Fraction(value) for value in spent), Fraction(0)) / result.n == result.value
    assert outcome.members("at_stop").height == sum(
        outcome.members("at_stop", result.window.id).height for result in outcome.of("at_stop")
    )


@common
@given(logs)
def test_pooled_groups_add_up_to_the_whole(drawn: list[tuple[int, int | None, str, str, bool]]) -> None:
    outcome = reading(drawn)
    for name in ("at_stop", "at_due", "volume", "old"):
        for result in outcome.of(name):
            assert sum(group.n for group in result.groups) == result.n
            assert sum(group.misses for group in result.groups) == result.misses
            assert sum(group.overdue_open for group in result.groups) == result.overdue_open
            if result.n and name.startswith("at"):
                met = sum((group.value or 0) * group.n for group in result.groups)
                assert met / result.n == result.value


@common
@given(logs, st.randoms(use_true_random=False))
def test_permuting_the_cases_changes_nothing(
    drawn: list[tuple[int, int | None, str, str, bool]],
    random: object,
) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reading(drawn).results == reading(shuffled).results


@common
@given(logs)
def test_a_carry_judges_each_case_once_and_loses_none(
    drawn: list[tuple[int, int | None, str, str, bool]],
) -> None:
    outcome = reading(drawn)
    members = outcome.members("carried").filter(pl.col("role") != "open_overdue")
    judged = members.filter(pl.col("role").is_in(["met", "missed"]))
    assert judged.select("case", "instance").n_unique() == judged.height
    plain_members = outcome.members("at_stop").filter(pl.col("role").is_in(["met", "missed"]))
    still_waiting = outcome.of("carried")[-1].carried_out
    assert judged.height + still_waiting == plain_members.height
