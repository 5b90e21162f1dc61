"""The report over a log that is hostile on purpose: figures right, text escaped, nothing from elsewhere."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from lxml import html as lxml_html

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.explain import explain_case, explain_kpi, why_not
from giao.core.report.clock_words import case_story
from giao.core.report.html import html_report
from giao.core.report.invoice import arithmetic, statement_table
from giao.core.report.kpi_words import kpi_words, why_words
from giao.core.report.members import members_table
from giao.core.report.notebook import Report, explain
from giao.core.report.open_work import open_bars, open_table, open_work
from giao.core.report.summary import summary_lines
from giao.core.report.tables import clock_counts_table, kpi_matrix, kpi_table, statements_table
from giao.core.report.words import LANGS, Lang

HOSTILE = "<img src=x onerror=alert(1)>"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="session", params=LANGS)
def document(desk: Evaluation, request: pytest.FixtureRequest) -> str:
    return html_report(desk, request.param)


def test_the_file_needs_nothing_from_elsewhere_and_runs_nothing(document: str) -> None:
    tree = lxml_html.document_fromstring(document)
    assert {node.tag for node in tree.iter() if isinstance(node.tag, str)}.isdisjoint(
        {"script", "link", "iframe", "object", "embed", "img", "form", "base"}
    )
    addresses = [
        value
        for node in tree.iter()
        for name, value in node.attrib.items()
        if name in ("src", "href", "xlink:href")
    ]
    assert all(address.startswith("#") for address in addresses)
    assert not [name for node in tree.iter() for name in node.attrib if name.lower().startswith("on")]
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", document)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy
    assert "default-src 'none'" in policy[0]


def test_hostile_names_are_shown_as_they_are_written(document: str) -> None:
    assert "<script>" not in document
    assert "<img" not in document
    tree = lxml_html.document_fromstring(document)
    text = tree.text_content()
    assert "Client </title><script>alert(2)</script>" in text
    assert "Repair <i>" in text or "Sửa chữa" in text
    assert tree.xpath("//h1")[0].text_content() in ("Small desk <b>&", "Bàn hỗ trợ nhỏ")
    assert "\x1b" not in document


def test_every_section_is_there_and_linked(document: str) -> None:
    tree = lxml_html.document_fromstring(document)
    links = {address.removeprefix("#") for address in tree.xpath("//nav//a/@href")}
    assert links == set(tree.xpath("//section/@id"))
    assert len(tree.xpath("//svg")) >= 8
    assert tree.xpath("//html/@lang")[0] in LANGS


def test_the_same_reading_gives_the_same_bytes(desk: Evaluation) -> None:
    assert html_report(desk, "vi") == html_report(desk, "vi")


def test_the_hashes_of_the_inputs_stand_in_it(desk: Evaluation, document: str) -> None:
    for digest in (
        desk.hash,
        desk.inputs.log.hash,
        desk.inputs.facts.hash,
        *(v.hash for v in desk.inputs.versions),
    ):
        assert digest in document


def test_a_matrix_shows_value_sign_and_missing_data(desk: Evaluation) -> None:
    matrix = kpi_matrix(desk, "en")
    rows = {row[0].text: [plain(cell.text) for cell in row[1:]] for row in matrix.rows}
    assert rows["Repaired in time"][:4] == ["95.0%", "70.0%", "✕ 66.7%", "✕ 0%*"]
    assert rows["Repaired in time"][4] == "no data"
    assert rows["received"][2:5] == ["3", "3*", "0*"]


def test_one_level_shows_its_count_interval_and_misses(desk: Evaluation) -> None:
    march = [cell.text for cell in kpi_table(desk.kpis.of("in_time"), "en").rows[0]]
    assert plain(march[0]) == "Mar 2024"
    assert march[2:4] == ["3", "1"]
    assert march[4] == "20.8% – 93.9%"


def test_an_invoice_adds_up(desk: Evaluation) -> None:
    statement = desk.statements[0]
    shown = statement_table(statement, desk.agreement, "en")
    amounts = {plain(row[0].text): plain(row[3].text) for row in shown.rows}
    assert amounts["Fees"] == "€2,841.50"
    assert amounts["Repairs: shortfall to the minimum"] == "€161.00"
    assert amounts["Credit: Repaired in time, Mar 2024"] == "−€170.49"
    assert amounts["Total"] == "€3,068.82"
    lines = [row for index, row in enumerate(shown.rows) if index not in shown.strong]
    assert lines
    fees = sum((line.amount for line in statement.lines), Decimal(0))
    assert fees == statement.fees


def test_the_arithmetic_of_every_line_is_told(desk: Evaluation) -> None:
    told = {
        plain(title): [plain(text) for text in steps]
        for title, steps in arithmetic(desk.statements[0], desk.agreement, "en")
    }
    assert told["Repairs"] == ["2 × €100.00 = €200.00", "1 × €80.50 = €80.50"]
    assert told["engineers"] == ["engineer: 3.5 days × €400.00 = €1,400.00"]
    assert told["Credit: Repaired in time, Mar 2024"] == [
        "Mar 2024: 66.7% against expected 90.0%, minimum 70.0%: minimum missed",
        "10% at risk × €2,841.50 = €284.15; × 60/100 × 1 = €170.49",
    ]


def test_open_work_counts_what_the_clocks_count(desk: Evaluation) -> None:
    work = open_work(desk)
    assert work.open_cases == 2
    assert work.late_cases == 1
    assert {clock.case_id for clock in work.clocks} == {"5", "6 ]]>&amp;"}
    assert work.clocks[0].state == "breached"
    counts = {bar.label: bar.value for bar in open_bars(work, "en")}
    assert sum(counts.values()) == len(work.clocks)
    assert counts["already late"] == work.late_cases
    assert len(open_table(desk, work, "vi").rows) == 2


def test_the_summary_says_what_was_missed_and_owed(desk: Evaluation) -> None:
    lines = [plain(line) for line in summary_lines(desk, "en")]
    assert lines[1] == "As of 2 May 2024 18:00 (Europe/Paris)"
    assert lines[2] == "Mar 2024: 0 of 2 service levels met. Missed: Repaired in time and mean_time."
    assert lines[3] == "Mar 2024: fees €2,841.50, credits €284.15, to pay €3,068.82 with tax."
    assert lines[-1].startswith("2 cases are open: 1 already late")


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_is_left_without_its_values(desk: Evaluation, lang: Lang) -> None:
    text = lxml_html.document_fromstring(html_report(desk, lang)).xpath("//main")[0].text_content()
    assert not re.search(r"\{\w+\??", text)
    assert "None" not in text


def test_a_case_tells_each_interval_and_the_lane_shows_it(desk: Evaluation) -> None:
    inputs = desk.inputs
    found = explain_case(inputs, "1")
    story = case_story(found.clocks, inputs.versions, inputs.zone, "en")
    (repair,) = story.clocks
    assert plain(repair.verdict) == "Repair <i>: met, 3 h 30 min of 4 h used."
    why = [row[4].text for row in repair.intervals.rows]
    assert why == ["running", "paused: from “Wait” to “Go”", "running"]
    assert [span.kind for span in repair.lane.spans] == ["open", "paused", "open"]
    assert story.axis is not None
    vietnamese = case_story(found.clocks, inputs.versions, inputs.zone, "vi")
    assert [row[4].text for row in vietnamese.clocks[0].intervals.rows][1] == "tạm dừng: từ “Wait” đến “Go”"


def test_a_number_tells_its_steps_and_its_cases(desk: Evaluation) -> None:
    found = explain_kpi(desk, "in_time", "2024-03")
    texts = [plain(text) for text in kpi_words(found, desk.agreement, "en")]
    assert "3 counted, 1 of them a miss." in texts
    assert "2 met ÷ 3 counted." in texts
    assert texts[-1] == "66.7%: minimum missed."
    rows = members_table(desk, "in_time", found.members, "en").rows
    assert [row[0].text for row in rows] == ["2", "1", HOSTILE]
    assert [row[1].text for row in rows] == ["missed", "met", "met"]
    assert len(members_table(desk, "in_time", found.members, "en", limit=1).rows) == 1


def test_a_case_that_is_missing_from_a_number_says_why(desk: Evaluation) -> None:
    zone = desk.inputs.zone
    (why,) = why_words(why_not(desk, "in_time", "2024-03", "4"), desk.agreement, zone, "en")
    assert plain(why).startswith("It belongs to window Apr 2024 (2 Apr 2024")
    (open_,) = why_words(why_not(desk, "in_time", "2024-03", "5"), desk.agreement, zone, "vi")
    assert open_ == "Còn mở và chưa đến hạn."
    assert why_words(why_not(desk, "in_time", "2024-03", "1"), desk.agreement, zone, "vi") == [
        "Được tính là đạt."
    ]


def test_a_notebook_shows_report_and_explanations(desk: Evaluation) -> None:
    report = Report(desk, "vi")
    assert "<section" in report._repr_html_()
    assert "<script" not in report._repr_html_()
    assert "body{" not in report._repr_html_()
    assert "Sửa đúng hạn" in str(report)
    shown = explain(desk, case=HOSTILE)
    assert "<img" not in shown._repr_html_()
    assert "met" in str(shown)
    assert "170.49" in str(explain(desk, month="2024-03", credit="in_time"))
    assert "engineer" in str(explain(desk, month="2024-03", line="engineers"))
    assert "2 met" in str(explain(desk, kpi="in_time", window="2024-03"))
    assert "Counts as met" in str(explain(desk, kpi="in_time", window="2024-03", case="1"))


def test_tables_of_months_and_clocks(desk: Evaluation) -> None:
    months = [[plain(cell.text) for cell in row] for row in statements_table(desk, "en").rows]
    assert months[0] == ["Mar 2024", "€2,841.50", "−€284.15", "€2,557.35", "€511.47", "€3,068.82", "closed"]
    clocks = [[cell.text for cell in row] for row in clock_counts_table(desk, "en").rows]
    assert clocks == [["Repair <i>", "6", "1", "0", "2", "3", "1", "0"]]
