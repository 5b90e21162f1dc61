"""Statements as page, PDF and Excel: the same figures, in both languages, for those who may."""

import io
from pathlib import Path
from typing import Any

from tests.steps.ground_of_steps import person, small_engagement

# February 2016: C14 to C28 stop (15 cases), 5 of them late. 5 × 100 + 10 × 80 + 5000 = 6300; 12% × 6300 × 60/100 × 1.5.


def page(client: Any, made: Any, address: str, role: str = "client_manager", organisation: Any = None) -> Any:
    client.force_login(person("Lan", organisation or made.client, role))
    return client.get(f"/e/{made.engagement.slug}/{address}")


def test_a_month_reads_like_an_invoice(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    text = page(client, made, "statements/2016-02").content.decode().replace("\xa0", " ")
    for words in (
        "Statement Feb 2016",
        "1 to 5",
        "€6,300.00",
        "Resolved in time",
        "closed",
        "12% at risk",
        "of €756",
    ):
        assert words in text, words
    assert "kpi=in_time" in text
    assert "window=2016-02" in text
    assert "role=missed" in text
    assert "line=resolved" in text
    assert "month=2016-02" in text
    assert "line=platform" not in text


def test_the_list_and_a_month_that_is_not_there(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    text = page(client, made, "statements").content.decode().replace("\xa0", " ")
    assert text.index("Mar 2016") < text.index("Feb 2016") < text.index("Jan 2016")
    assert "provisional" in text
    assert page(client, made, "statements/2019-02").status_code == 404


def test_pdf_and_excel_say_the_same(client: Any, tmp_path: Path) -> None:
    import openpyxl
    import pypdf

    made = small_engagement(tmp_path)
    pdf = page(client, made, "statements/2016-02?file=pdf")
    assert pdf["Content-Type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().replace("\xa0", " ")
    assert "€6,300.00" in text
    assert "Resolved in time" in text
    assert "=1+1 resolved" in text
    book = openpyxl.load_workbook(io.BytesIO(page(client, made, "statements/2016-02?file=xlsx").content))
    rows = {row[0].value: row for row in book.active.iter_rows()}
    assert rows["Fees"][3].value == 6300
    assert rows["=1+1 resolved"][0].data_type == "s"
    assert rows["=1+1 resolved"][1].value == 15


def test_vietnamese_pdf_has_its_marks(client: Any, tmp_path: Path) -> None:
    import pypdf

    made = small_engagement(tmp_path)
    client.force_login(person("Lan", made.client, "client_manager"))
    answer = client.get(
        f"/e/{made.engagement.slug}/statements/2016-02?file=pdf", headers={"accept-language": "vi"}
    )
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().replace("\xa0", " ")
    assert "Khắc phục đúng hạn" in text
    assert "Bảng kê tháng 2/2016" in text


def test_strangers_see_nothing(client: Any, tmp_path: Path) -> None:
    from giao.kernel.parties.actions.create_organisation import create_organisation

    made = small_engagement(tmp_path)
    other = create_organisation("Stranger", "FR")
    assert page(client, made, "statements/2016-02", organisation=other).status_code == 404


def test_as_of_an_earlier_instant(client: Any, tmp_path: Path) -> None:
    made = small_engagement(tmp_path)
    text = page(client, made, "statements?as_of=2016-02-10").content.decode().replace("\xa0", " ")
    assert "statements/2016-03" not in text
    assert "statements/2016-02" in text
