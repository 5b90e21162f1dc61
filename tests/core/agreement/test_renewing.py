"""A term that renews itself runs on, is measured and paid, until somebody gives notice in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.agreement.live.following import check_same

from giao.core.agreement.document.work import Term
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import Facts, parse_facts, to_us
from giao.core.agreement.live import LiveReading
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.quantity import Period
from giao.core.agreement.renewing import last_day_of_notice, run_on
from giao.core.log import EventLog, LogMapping, log_from_frame
from giao.core.log.tail import Tail

UTC_ZONE = ZoneInfo("UTC")
TEXT = """\
giao: 1
name: Small
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2026-01-01, end: 2026-06-30, notice: P60D, auto_renew: true, renews_for: P6M}
currency: EUR
zone: UTC
work: {received: In, delivered: Out}
clocks: {c: {start: In, stop: Out, targets: [{within: 2 days}]}}
kpis: {prompt: {kind: share_in_target, clock: c, expected: 90%}}
pricing: [{name: flat, fixed: 100}]
"""
FOREVER = "term: {start: 2026-01-01, end: 2026-06-30, notice: P60D, auto_renew: true, renews_for: P6M}"


def log() -> EventLog:
    rows = [
        (f"{month:02}", activity, datetime(2026, month, day, 9, tzinfo=UTC))
        for month in range(1, 13)
        for activity, day in (("In", 3), ("Out", 4))
    ]
    return log_from_frame(pl.DataFrame(rows, schema=["case", "activity", "time"], orient="row"), LogMapping())


def facts_of(*given_: dict[str, Any]) -> Facts:
    return parse_facts([(None, fact) for fact in given_], UTC_ZONE)


def notice(day: str) -> dict[str, Any]:
    return {"type": "giao.decision.notice", "time": f"{day}T12:00", "by": "client"}


def read(at: str, *given_: dict[str, Any], text: str = TEXT) -> Evaluation:
    return evaluate(log(), parse_agreement(text), facts=facts_of(*given_), as_of=to_us(at, UTC_ZONE))


def windows(reading: Evaluation) -> list[str]:
    return [result.window.id for result in reading.kpis.of("prompt")]


def months(reading: Evaluation) -> list[str]:
    return [statement.month for statement in reading.statements]


@pytest.mark.parametrize(
    ("notices", "today", "end"),
    [
        ([], "2026-06-30", "2026-06-30"),  # its last day: not over yet
        ([], "2026-07-01", "2026-12-31"),
        ([], "2027-01-01", "2027-06-30"),
        (["2026-05-01"], "2026-09-01", "2026-06-30"),  # the last day for notice
        (["2026-05-02"], "2026-09-01", "2026-12-31"),  # a day late: it ends the renewed term
        (["2026-05-02"], "2027-03-01", "2026-12-31"),
        (["2026-11-01"], "2027-03-01", "2026-12-31"),
        (["2026-11-02"], "2027-03-01", "2027-06-30"),
    ],
)
def test_until_when_it_runs(notices: Sequence[str], today: str, end: str) -> None:
    term = parse_agreement(TEXT)[0].term
    days = [date.fromisoformat(day) for day in notices]
    assert run_on(term, days, date.fromisoformat(today)).end == date.fromisoformat(end)


def test_a_year_at_a_time_where_nothing_is_said_and_to_the_ends_of_months() -> None:
    year = Term(start=date(2024, 3, 1), end=date(2025, 2, 28), auto_renew=True)
    assert run_on(year, [], date(2028, 2, 29)).end == date(2028, 2, 29)
    fixed = Term(start=date(2024, 3, 1), end=date(2025, 2, 28))
    assert run_on(fixed, [], date(2028, 2, 29)) == fixed


@given(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.integers(0, 4),
    st.integers(1, 40),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.lists(st.dates(date(2024, 1, 1), date(2031, 12, 31)), max_size=3),
)
def test_it_ends_after_today_or_by_a_notice_in_time(
    end: date, months: int, days: int, today: date, notices: list[date]
) -> None:
    period = Period.parse(f"P{months}M{days}D")
    term = Term(start=date(2023, 1, 1), end=end, auto_renew=True, renews_for=period, notice=Period.parse("P30D"))  # fmt: skip
    found = run_on(term, notices, today)
    last = last_day_of_notice(found)
    assert last is not None
    assert found.end >= today or (notices and min(notices) <= last)
    assert run_on(found, notices, today) == found
    later = [day for day in notices if day > last]
    assert found.end >= today or len(later) < len(notices)


def test_the_renewed_term_is_measured_and_paid() -> None:
    before, after = read("2026-06-30T23:00"), read("2026-09-15")
    assert windows(before)[-1] == "2026-06"
    assert windows(after)[-1] == "2026-09"
    assert months(after)[:6] == [f"2026-{month:02}" for month in range(1, 7)]
    assert "2026-08" in months(after)
    assert {line.amount for s in after.statements for line in s.lines} == {100}
    renewal = {one.kind: one for one in after.deadlines}["renewal"]
    assert (renewal.due, renewal.state) == (date(2026, 12, 31), "open")
    assert {one.kind: one for one in after.deadlines}["notice"].due == date(2026, 11, 1)


def test_notice_in_time_ends_it_and_changes_no_hash_of_the_agreement() -> None:
    ended = read("2026-09-15", notice("2026-05-01"))
    assert windows(ended)[-1] == "2026-06"
    assert months(ended)[-1] == "2026-06"
    assert {one.kind for one in ended.deadlines} >= {"end", "notice"}
    assert read("2026-09-15").inputs.versions[0].hash == parse_agreement(TEXT)[0].hash


def test_a_notice_that_was_recorded_later_is_not_known_before() -> None:
    late = notice("2026-05-01") | {"recorded": "2026-08-10T00:00"}
    assert windows(read("2026-08-09", late))[-1] == "2026-08"
    assert windows(read("2026-08-11", late))[-1] == "2026-06"


@pytest.mark.parametrize("given_", [(), (notice("2026-05-01"),), (notice("2026-05-20"),)])
def test_a_live_reading_passes_the_end_as_a_whole_one_does(given_: tuple[dict[str, Any], ...]) -> None:
    versions = parse_agreement(TEXT)
    live = LiveReading(Tail(log(), declared={}), versions, facts=facts_of(*given_), as_of=to_us("2026-06-20", UTC_ZONE))  # fmt: skip
    for at in ("2026-06-29T12:00", "2026-07-01T00:00", "2026-07-05T12:00", "2026-12-31T12:00", "2027-01-02"):
        live.advance(to_us(at, UTC_ZONE))
        check_same(live, versions)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("{start: 2026-01-01, end: 2026-06-30, renews_for: P6M}", "auto_renew: true"),
        ("{start: 2026-01-01, end: 2026-06-30, auto_renew: true, renews_for: PT4H}", "at least a day"),
    ],
)
def test_what_cannot_be_meant_is_refused(term: str, said: str) -> None:
    with pytest.raises(AgreementError, match=said):
        parse_agreement(TEXT.replace(FOREVER, f"term: {term}"))
