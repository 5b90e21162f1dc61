"""The two examples: real and simulated logs under the agreements written for them."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from giao.core.agreement.check import check
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import to_us
from giao.core.log.model import EventLog
from giao.core.report.html import html_report
from giao.core.report.open_work import open_work
from giao.core.report.plain_words import agreement_words, version_diffs
from giao.core.report.reported import reported_figures, reported_table
from giao.core.report.words import LANGS
from giao.demo.examples import DATA, EXAMPLES, LOAN_APPLICATIONS, SERVICE_DESK, Example
from giao.demo.reported import KPIS, fact_lines


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def read(example: Example, folder: Path) -> Evaluation:
    return evaluate(example.log(folder), example.versions(), facts=example.facts(), as_of=example.as_of_us())


@pytest.fixture(scope="session")
def desk(folder: Path) -> Evaluation:
    return read(SERVICE_DESK, folder)


@pytest.fixture(scope="session")
def loans(folder: Path) -> Evaluation:
    return read(LOAN_APPLICATIONS, folder)


@pytest.mark.parametrize("name", ["servicenow-incidents.csv.zip", "loanapp.csv.gz"])
def test_the_logs_are_the_published_ones_with_their_licence(name: str) -> None:
    digest = hashlib.sha256((DATA / name).read_bytes()).hexdigest()
    sources = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    (row,) = [line for line in sources.split("\n") if line.startswith(f"| `{name}`")]
    assert digest in row
    assert "CC BY 4.0" in row or "MIT" in row


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: item.name)
def test_the_agreements_are_without_fault_against_their_logs(example: Example, folder: Path) -> None:
    assert check(example.versions(), example.log(folder)) == []


def test_the_service_desk_has_what_a_demonstration_must_show() -> None:
    first, second = SERVICE_DESK.versions()
    assert len(first.clocks) >= 3
    assert any(clock.paused_while for clock in first.clocks.values())
    assert any(clock.reopen == "each" for clock in first.clocks.values())
    assert len({kpi.kind for kpi in first.kpis.values()}) >= 6
    assert len({type(line).__name__ for line in first.pricing}) >= 4
    assert first.credits is not None
    assert first.credits.triggers
    (diff,) = version_diffs([first, second])
    assert 'priority = "1 - Critical"' in diff.changes[0].what
    assert (diff.changes[0].old, diff.changes[0].new) == ("12 hours", "8 hours")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: item.name)
def test_titles_stand_in_both_languages(example: Example) -> None:
    for version in example.versions():
        parts = [
            version,
            *version.clocks.values(),
            *version.kpis.values(),
            *version.pricing,
            *version.obligations,
        ]
        assert all(set(part.title or {}) == set(LANGS) for part in parts)
        assert agreement_words(version, "vi") != agreement_words(version, "en")


def test_invented_facts_say_that_they_are() -> None:
    for example in EXAMPLES:
        for fact in example.facts():
            assert fact.type == "giao.fact.reported" or fact.data["note"] == "invented"


def test_the_openings_change_nothing_but_the_receipt(folder: Path) -> None:
    log = SERVICE_DESK.log(folder)
    assert (log.n_cases, log.n_events) == (20_769, 119_998 + 20_769)
    events = log.events(["case", "activity", "time", "assigned_to"])
    opened = events.filter(pl.col("activity") == "Opened")
    assert opened.height == 20_769
    assert opened["assigned_to"].null_count() == opened.height
    firsts = events.group_by("case", maintain_order=True).first()
    assert (firsts["activity"] == "Opened").all()


def test_1185_incidents_are_open_at_the_demonstrations_instant(desk: Evaluation, folder: Path) -> None:
    """By first Resolved or Closed; Thursday 12 May 2016 18:00. At the log's end none is."""
    assert open_work(desk, limit=1).open_cases == 1_185
    resolution = desk.clocks["resolution"].frame
    assert resolution.filter(pl.col("stopped").is_null()).height == 1_185
    assert by_hand(SERVICE_DESK.log(folder).as_of(SERVICE_DESK.as_of_us())) == 1_185
    assert (
        by_hand(SERVICE_DESK.log(folder)) == 1
    )  # the last incident has only its first row: the file is cut there


def by_hand(log: EventLog) -> int:
    done = pl.col("activity").cast(pl.String).is_in(["Resolved", "Closed"]).any()
    return log.events(["case", "activity"]).group_by("case").agg(done)["activity"].not_().sum()


def test_months_are_closed_and_the_last_one_is_provisional(desk: Evaluation) -> None:
    assert [(item.month, item.closed, item.provisional) for item in desk.statements] == [
        ("2016-03", True, False),
        ("2016-04", True, False),
        ("2016-05", False, True),
    ]
    march, april, _may = desk.statements
    assert march.credit_total > 0
    assert april.earned_back > 0
    assert {line.kind for line in (*april.lines, *april.extras)} >= {
        "fixed",
        "per_unit",
        "arc_rrc",
        "fte",
        "pass_through",
        "one_off",
    }


def test_every_state_can_be_seen(desk: Evaluation) -> None:
    states = {result.state for result in desk.kpis.results}
    assert states == {"met", "expected_default", "minimum_default", "no_data"}


def test_the_desks_own_verdict_is_the_one_of_the_last_row(folder: Path) -> None:
    written = (DATA / "service-desk.facts.yaml").read_text(encoding="utf-8")
    lines = fact_lines(SERVICE_DESK.log(folder))
    assert len(lines) == 2 * len(set(KPIS.values()))
    assert all(line in written for line in lines)


def test_what_was_reported_stands_beside_what_we_measure(desk: Evaluation) -> None:
    found = {(item.kpi, item.window): item for item in reported_figures(desk)}
    march = found["standard_resolved", "2016-03"]
    assert march.value == Fraction("0.4818")
    assert march.measured is not None
    assert march.measured.value is not None
    assert march.difference == march.value - march.measured.value
    assert len(reported_table(desk, "vi").rows) == 6


def test_holidays_do_not_count_in_the_loan_example(loans: Evaluation) -> None:
    calendar = loans.inputs.calendars[0]["office"]
    zone = loans.inputs.zone
    assert calendar.between(to_us("2023-04-29", zone), to_us("2023-05-04", zone)) == 0
    assert calendar.between(to_us("2023-05-04", zone), to_us("2023-05-05", zone)) == 8 * 3_600_000_000
    assert open_work(loans, limit=1).open_cases == 5


def test_the_law_caps_a_penalty_in_the_loan_example(loans: Evaluation) -> None:
    april = next(item for item in loans.statements if item.month == "2023-04")
    assert april.currency == "VND"
    assert april.credit_total == (april.fees * 8 / 100).quantize(april.fees)
    caps = [
        dict(step.numbers)["cap"]
        for credit in april.credits
        for step in credit.trace
        if step.what == "credit.cap"
    ]
    assert "law" in caps


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_of_the_real_log_stands_alone(desk: Evaluation, lang: str) -> None:
    document = html_report(desk, lang)  # type: ignore[arg-type]
    assert len(document) < 400_000
    assert "http" not in document.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
