"""The data table: what the address asks for is what is shown, in files too."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

ROWS = 100_000


@pytest.fixture(scope="module")
def frame() -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "case": [f"INC{number:06d}" for number in range(ROWS)],
            "priority": [str(number % 4 + 1) for number in range(ROWS)],
            "used": [None if number % 10 == 0 else number * 7919 % 1000 for number in range(ROWS)],
        }
    )


def columns() -> Any:
    from giao.ui.table import Column

    return [
        Column("case", "Case", link=lambda row: f"/case/{row['case']}"),
        Column("priority", "Priority"),
        Column("used", "Used", kind="number"),
        Column("hidden", "Hidden", shown=False, sortable=False, text=lambda row: "x"),
    ]


def table(frame: pl.LazyFrame, query: str, **more: Any) -> Any:
    from django.test import RequestFactory

    from giao.ui.table import Filter, build_table

    filters = (Filter("priority", "Priority", [("1", "high"), ("2", "low")]),)
    return build_table(
        RequestFactory().get("/?" + query), frame, columns(), search=("case",), filters=filters, **more
    )


pytestmark = pytest.mark.usefixtures("django_ready")


def test_a_page_of_a_hundred_thousand(frame: pl.LazyFrame) -> None:
    shown = table(frame, "size=25&page=4000")
    assert (shown.total, shown.count, shown.pages, shown.first, shown.last) == (
        ROWS,
        ROWS,
        4000,
        99_976,
        ROWS,
    )
    assert shown.rows[-1]["case"] == "INC099999"


def test_search_is_no_pattern_and_ignores_capitals(frame: pl.LazyFrame) -> None:
    assert [row["case"] for row in table(frame, "q=inc01234").rows] == [f"INC01234{n}" for n in range(10)]
    assert table(frame, "q=INC.*").rows == []


def test_filters_and_search_together_and_each_can_be_taken_away(frame: pl.LazyFrame) -> None:
    shown = table(frame, "f_priority=2&q=INC0000")
    assert {row["priority"] for row in shown.rows} == {"2"}
    assert shown.count == 25
    assert [(chip.label, chip.without) for chip in shown.chips] == [("Priority: low", "f_priority")]


@pytest.mark.parametrize("sort", ["used", "-used"])
def test_pages_in_any_order_hold_every_row_once_and_empty_ones_last(frame: pl.LazyFrame, sort: str) -> None:
    small = frame.head(1000)
    rows = [row for page in range(1, 5) for row in table(small, f"sort={sort}&size=250&page={page}").rows]
    assert len({row["case"] for row in rows}) == 1000
    values = [row["used"] for row in rows if row["used"] is not None]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert all(row["used"] is None for row in rows[900:])


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-3",
        "page=x",
        "size=7",
        "sort=nothing",
        "sort=hidden",
        "cols=nothing",
        "f_priority=9",
        "f_other=1",
        "export=exe",
    ],
)
def test_a_choice_that_makes_no_sense_is_ignored(frame: pl.LazyFrame, query: str) -> None:
    shown, plain = table(frame, query), table(frame, "")
    assert (shown.rows, shown.export, shown.chips) == (plain.rows, "", ())
    assert [column.name for column in shown.columns] == [column.name for column in plain.columns]


def test_a_page_beyond_the_end_is_the_last(frame: pl.LazyFrame) -> None:
    assert table(frame.head(30), "size=25&page=99").page == 2
    assert table(frame.head(0), "page=99").page == 1


def test_columns_are_chosen_in_the_address(frame: pl.LazyFrame) -> None:
    assert [column.name for column in table(frame, "").columns] == ["case", "priority", "used"]
    assert [column.name for column in table(frame, "cols=case&cols=hidden").columns] == ["case", "hidden"]


HOSTILE = ["=1+1", "+1", "@SUM(A1)", "-2+3", "\t=1", "-5.2", "<script>alert(1)</script>", "plain", None]


def hostile_table(export: str) -> Any:
    from django.test import RequestFactory

    from giao.ui.table import Column, build_table

    frame = pl.LazyFrame(
        {
            "text": HOSTILE,
            "at": [datetime(2016, 5, 12, 16, 0, tzinfo=UTC)] * len(HOSTILE),
            "used_us": [90_000_000] * len(HOSTILE),
        }
    ).with_row_index("n")
    columns = [
        Column("text", "=Head"),
        Column("at", "At", kind="instant"),
        Column("used_us", "Used", kind="duration"),
        Column("n", "N", kind="number"),
    ]
    return build_table(RequestFactory().get(f"/?export={export}"), frame, columns, key="n", sort="n")


def test_csv_runs_nothing_in_a_spreadsheet_and_holds_every_row() -> None:
    from zoneinfo import ZoneInfo

    from giao.ui.export import export_table

    answer = export_table(hostile_table("csv"), "cases", ZoneInfo("Europe/Amsterdam"))
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "'=Head"
    assert [row[0] for row in rows[1:]] == [
        "'=1+1", "+1", "'@SUM(A1)", "'-2+3", "'\t=1", "-5.2", "<script>alert(1)</script>", "plain", "",
    ]  # fmt: skip
    assert rows[1][1] == "2016-05-12 18:00:00+02:00"
    assert rows[1][2] == "90.0"


def test_excel_holds_texts_as_texts_and_times_as_times() -> None:
    from zoneinfo import ZoneInfo

    import openpyxl

    from giao.ui.export import export_table

    answer = export_table(hostile_table("xlsx"), "cases", ZoneInfo("Europe/Amsterdam"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active  # type: ignore[attr-defined]
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == HOSTILE
    assert {row[0].data_type for row in rows[:-1]} == {"s"}
    assert rows[0][1].value == datetime(2016, 5, 12, 18, 0)
    assert rows[0][3].value == 0


def test_the_page_escapes_data_and_keeps_the_rest_of_the_address(frame: pl.LazyFrame) -> None:
    from django.template import Context, Template
    from django.test import RequestFactory

    request = RequestFactory().get("/?sort=text&as_of=2016-05-12T18:00&q=x")
    html = Template("{% data_table table %}").render(
        Context({"table": hostile_table(""), "request": request})
    )
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'name="as_of" value="2016-05-12T18:00"' in html
    assert 'name="q" value="x"' not in html.split("table-form")[1].split("</form>")[0]


def test_two_tables_of_a_page_have_names_of_their_own_in_the_address(frame: pl.LazyFrame) -> None:
    from django.test import RequestFactory

    from giao.ui.table import build_table

    request = RequestFactory().get("/?sort=-used&m_sort=-case&m_size=25&size=100&m_f_priority=2&m_cols=case")
    columns = list(table(frame, "").all_columns)
    first = build_table(request, frame, columns, key="case")
    second = build_table(request, frame, columns, key="case", prefix="m_")
    assert (first.sort, first.size, len(first.columns)) == ("used", 100, 3)
    assert (second.sort, second.descending, second.size) == ("case", True, 25)
    assert [column.name for column in second.columns] == ["case"]


def test_a_file_holds_the_value_where_the_page_draws_a_picture(frame: pl.LazyFrame) -> None:
    from django.test import RequestFactory
    from django.utils.safestring import mark_safe

    from giao.ui.export import export_table
    from giao.ui.table import Column, build_table

    drawn = Column(
        "used", "Used", "markup", text=lambda row: mark_safe("<b>x</b>"), file=lambda row: row["used"]
    )
    found = build_table(RequestFactory().get("/?export=csv"), frame.head(2), [Column("case", "Case"), drawn])
    answer = export_table(found, "x")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "<b>" not in text
    assert len(text.splitlines()) == 3


def test_the_head_cell_and_the_sum_are_marked_as_such() -> None:
    from django.template import Context, Template
    from django.test import RequestFactory

    from giao.ui.table import Column, build_table

    request = RequestFactory().get("/")
    columns = [Column("month", "Month", head=True), Column("fee", "Fee", "number")]
    found = build_table(
        request,
        pl.DataFrame({"month": ["a", "b"], "fee": [1, 2]}),
        columns,
        foot={"month": "Sum", "fee": 3},
        css="months",
    )
    html = Template("{% data_table table %}").render(Context({"table": found, "request": request}))
    assert html.count('<th scope="row">') == 3
    assert "<tfoot><tr>" in html
    assert "months" in html
