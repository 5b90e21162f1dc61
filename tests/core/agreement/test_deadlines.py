"""Duties, controls, the exit, notice and the term's end: when each is due, what was done, what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.agreement.check import check_text
from giao.core.agreement.deadlines import Deadline, next_deadline
from giao.core.agreement.document.work import Term
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import parse_facts, to_us
from giao.core.agreement.load import parse_agreement
from giao.core.agreement.output import to_json
from giao.core.agreement.quantity import Period
from giao.core.agreement.renewing import last_day_of_notice
from giao.core.log import LogMapping, log_from_frame
from giao.core.report.deadlines import deadline_lines, deadlines_table

TEXT = """\
giao: 1
name: Small
parties: {client: {name: A}, vendor: {name: B}}
term: {start: 2026-01-01, end: 2026-12-31, notice: P90D, auto_renew: true}
currency: EUR
zone: UTC
calendars: {office: {zone: UTC, hours: {mon-fri: [["08:00", "17:00"]]}}}
work: {received: In, delivered: Out}
obligations:
  - {name: report, every: month, due: day 5}
risk_controls:
  - {name: access-review, family: data, every: quarter, evidence: Signed list}
  - {name: drill, family: dependence, by: client, every: quarter, due: 3 business days}
exit:
  - {name: return, within: P30D, evidence: Receipt}
kpis:
  controls: {kind: duty, obligations: [access-review, drill], window: quarter, expected: 100%}
"""


def read(text: str, at: str, facts: Sequence[dict[str, Any]] = ()) -> Evaluation:
    zone = UTC
    frame = pl.DataFrame({"case": ["a"], "activity": ["In"], "time": [datetime(2026, 1, 2, tzinfo=zone)]})
    versions = parse_agreement(text)
    from zoneinfo import ZoneInfo

    utc = ZoneInfo("UTC")
    return evaluate(
        log_from_frame(frame, LogMapping()),
        versions,
        facts=parse_facts([(None, fact) for fact in facts], utc),
        as_of=to_us(at, utc),
    )


def of(reading: Evaluation, name: str) -> list[tuple[str, str, str, str]]:
    return [
        (one.period, one.due.isoformat(), one.state, one.done.isoformat() if one.done else "")
        for one in reading.deadlines
        if one.name == name
    ]


def done(name: str, due: str, day: str, **more: str) -> dict[str, Any]:
    return {"type": "giao.fact.duty", "obligation": name, "due": due, "done": day, **more}


def test_every_duty_falls_due_and_is_met_missed_or_open() -> None:
    reading = read(TEXT, "2026-03-20", [done("report", "2026-02-05", "2026-02-05")])
    assert of(reading, "report") == [
        ("2026-01", "2026-02-05", "met", "2026-02-05"),
        ("2026-02", "2026-03-05", "missed", ""),
        ("2026-03", "2026-04-05", "open", ""),
    ]
    assert of(reading, "access-review") == [("2026-Q1", "2026-03-31", "open", "")]
    assert of(reading, "drill") == [("2026-Q1", "2026-04-03", "open", "")]
    assert of(reading, "return") == [("once", "2027-01-30", "open", "")]
    coming = next_deadline(reading.deadlines)
    assert coming is not None
    assert coming.name == "access-review"


def test_a_control_with_evidence_is_done_only_with_it() -> None:
    bare = read(TEXT, "2026-04-10", [done("access-review", "2026-03-31", "2026-03-30")])
    (one,) = [one for one in bare.deadlines if one.name == "access-review" and one.period == "2026-Q1"]
    assert (one.state, one.unproved) == ("missed", True)
    proved = read(
        TEXT,
        "2026-04-10",
        [
            done("access-review", "2026-03-31", "2026-03-30", evidence="list-17"),
            done("drill", "2026-04-03", "2026-04-06"),
        ],
    )
    assert of(proved, "access-review")[0][2:] == ("met", "2026-03-30")
    assert of(proved, "drill")[0][2:] == ("missed", "2026-04-06")
    # due on 31 March (Q1) and 3 April (Q2): each counts in the window of its due day
    values = {result.window.id: (result.n, result.value) for result in proved.kpis.results}
    assert values["2026-Q1"] == (1, Fraction(1))
    assert values["2026-Q2"] == (1, Fraction(0))
    assert {r.window.id: r.value for r in bare.kpis.results}["2026-Q1"] == 0


def test_what_is_recorded_later_is_not_known_yet() -> None:
    late = done("report", "2026-02-05", "2026-02-05") | {"recorded": "2026-03-01"}
    assert of(read(TEXT, "2026-02-20", [late]), "report")[0][2] == "missed"
    assert of(read(TEXT, "2026-03-20", [late]), "report")[0][2] == "met"


def test_the_exit_begins_with_its_phase() -> None:
    text = TEXT.replace(
        "work:", "phases: [{name: out, kind: exit, from: 2026-11-01, until: 2026-12-31}]\nwork:"
    )
    assert of(read(text, "2026-03-20"), "return") == [("once", "2026-11-30", "open", "")]
    endless = text.replace("{name: return, within: P30D, evidence: Receipt}", "{name: return}")
    assert of(read(endless, "2026-03-20"), "return") == [("once", "2026-12-31", "open", "")]


def test_a_new_version_judges_the_periods_that_begin_under_it() -> None:
    second = TEXT.replace("name: Small", "name: Small\nversion: 2\neffective: 2026-02-10").replace("day 5", "day 9")  # fmt: skip
    reading = read(f"{TEXT}---\n{second}", "2026-04-20")
    assert [(row[0], row[1]) for row in of(reading, "report")] == [
        ("2026-01", "2026-02-05"),
        ("2026-02", "2026-03-05"),  # began under version 1
        ("2026-03", "2026-04-09"),
        ("2026-04", "2026-05-09"),
    ]
    assert [one.version for one in reading.deadlines if one.name == "report"] == [1, 1, 2, 2]


def kinds(reading: Evaluation) -> dict[str, Deadline]:
    return {one.kind: one for one in reading.deadlines if one.kind in ("notice", "end", "renewal")}


def test_notice_and_renewal() -> None:
    open_ = kinds(read(TEXT, "2026-10-02"))
    assert (open_["notice"].due, open_["notice"].state) == (date(2026, 10, 2), "open")
    assert open_["renewal"].due == date(2026, 12, 31)
    passed = kinds(read(TEXT, "2026-10-03"))
    assert (passed["notice"].state, passed["renewal"].state) == ("passed", "open")
    notice = {"type": "giao.decision.notice", "time": "2026-10-02T16:00", "by": "client"}
    given_ = kinds(read(TEXT, "2026-10-03", [notice]))
    assert (given_["notice"].state, given_["notice"].proof) == ("met", "client")
    assert "renewal" not in given_
    assert given_["end"].due == date(2026, 12, 31)
    too_late = kinds(read(TEXT, "2026-10-04", [notice | {"time": "2026-10-03T00:00"}]))
    assert "renewal" in too_late
    fixed = kinds(read(TEXT.replace("auto_renew: true", "auto_renew: false"), "2026-10-03"))
    assert "end" in fixed


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 12),
    st.integers(0, 200),
)
def test_the_last_day_of_notice_is_the_last_that_is_long_enough(end: date, months: int, days: int) -> None:
    notice = Period.parse(f"P{months}M{days}D")
    term = Term(start=date(2019, 1, 1), end=end, notice=notice)
    last = last_day_of_notice(term)
    assert last is not None
    assert notice.after(last) <= end
    assert notice.after(date.fromordinal(last.toordinal() + 1)) > end


def test_they_are_told_and_kept() -> None:
    reading = read(TEXT, "2026-03-20", [done("access-review", "2026-03-31", "2026-03-10")])
    rows = [[cell.text.replace("\u00a0", " ") for cell in row] for row in deadlines_table(reading, "vi").rows]
    control = next(row for row in rows if "access-review" in row[1])
    assert "kiểm soát" in control[1]
    assert "Signed list" in control[5]
    (line,) = deadline_lines(reading, "en")
    assert line.replace("\u00a0", " ").endswith(
        "Next deadline: control “access-review” (data loss), Q1 2026, 31 Mar 2026."
    )
    kept = to_json(reading)["deadlines"]
    assert {each["kind"] for each in kept} == {"obligation", "control", "exit", "notice", "renewal"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: drill", "name: report", "two duties are called 'report'"),
        ("due: 3 business days", "due: some day", "risk_controls.drill: due 'some day' is not understood"),
        ("notice: P90D", "notice: P24M", "before the term starts"),
        ("notice: P90D, ", "", "nobody knows until when"),
        ("work: {", "work: {holder: [{after: In, by: subcontractor}], ", "parties names none"),
        (
            "obligations:\n",
            "credits: {at_risk: 10%, sole_remedy: true, triggers: [{name: bad, when: 'missed(controls, 1, 1)', right: terminate}]}\nobligations:\n",
            "only remedy",
        ),
    ],
)
def test_check_says_what_contradicts(old: str, new: str, said: str) -> None:
    assert old in TEXT
    assert not [fault for fault in check_text(TEXT) if fault.severity == "error"]
    assert any(said in str(fault) for fault in check_text(TEXT.replace(old, new)))
