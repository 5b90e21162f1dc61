from __future__ import annotations

import csv
import io

import pytest

from giao.core.report.table import (
    Cell,
    render_csv,
    render_html,
    render_text,
    safe_for_sheet,
    table,
    terminal_text,
    width_of,
)


def test_columns_are_aligned_whatever_the_script() -> None:
    text = render_text(table(["Tên", ">n"], [["Nguyễn", "1"], ["é", "1,000"], ["漢字", "22"]]))
    lines = text.split("\n")
    assert {width_of(line) for line in lines[2:]} == {13}
    assert lines[2].endswith("      1")


def test_a_terminal_is_never_steered_by_data() -> None:
    text = render_text(table(["a"], [["\x1b[31mred\x07\u202e"]]))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert terminal_text("a\nb") == "a\ufffdb"


def test_html_escapes_and_marks_state() -> None:
    html = render_html(table(["<h>"], [[Cell("<script>", "met", href='x" onclick="1', title="<t>")]])).text
    assert "<script>" not in html
    assert 'onclick="1"' not in html
    assert "state-met" in html
    assert "&lt;h&gt;" in html


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_never_runs_a_cell(text: str) -> None:
    assert safe_for_sheet(text) == f"'{text}"


def test_numbers_and_words_stay_as_they_are() -> None:
    assert safe_for_sheet("-5.2") == "-5.2"
    assert safe_for_sheet("plain") == "plain"


def test_csv_reads_back() -> None:
    found = table(["a", "b"], [['say "x", y', "=1"], ["line\nend", "2"]])
    rows = list(csv.reader(io.StringIO(render_csv(found))))
    assert rows == [["a", "b"], ['say "x", y', "'=1"], ["line\nend", "2"]]
