"""The statement pack: complete in both languages, tagged, within its margins, the same bytes from the same source."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pypdf
import pytest

from giao.core.agreement.evaluate import Evaluation
from giao.core.agreement.results import Adjustment, Claim
from giao.core.report.pack import PackSource, pack_document, pack_pdf
from giao.core.report.pack.assemble import SECTIONS
from giao.core.report.pack.pdf import pack_pictures
from giao.core.report.pack.source import (
    MOST_BREACHES,
    Decided,
    DisputeHeld,
    ExclusionAsked,
    InvoiceItem,
    InvoiceMatched,
    Signature,
    month_over,
    source_of,
)
from giao.core.report.words import LANGS, Lang

D = Decimal
AT = datetime(2024, 5, 2, 9, 30, tzinfo=UTC)
LONG = (
    "Bên thuê không bàn giao tệp đối chiếu đúng hạn nên các hồ sơ nghiệm thu phải chờ xác nhận "
    "thêm một lần nữa trước khi được xử lý tiếp; "
) * 4


@pytest.fixture
def source(desk: Evaluation) -> PackSource:
    return source_of(desk, "2024-04")


def decided(**changes: object) -> Decided:
    plain = Decided(
        "Bàn hỗ trợ", "Acme", "BPO", "Lan", "f" * 64,
        reviews=(Signature("client", "Lan", AT), Signature("vendor", "Minh", AT)),
        exclusions=(ExclusionAsked("client_caused", 3, "vendor", LONG, "refused", "không đủ bằng chứng", AT),),
        disputes=(DisputeHeld("Base", D("1000"), D("-50"), D("-20"), "settled", "client", AT, ("Lan: too much",)),),
        invoice=InvoiceMatched(
            "invoice.csv", "a" * 64, "Minh", AT,
            (InvoiceItem("Base", D("1000"), D("1010"), "differs"), InvoiceItem("Taxi", None, D("7"), "not_in_statement")),
            D("3000"), D("3017"),
        ),
    )  # fmt: skip
    return replace(plain, **changes)


def texts(source: PackSource, lang: Lang) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pack_pdf(source, lang))).pages
    found = " ".join(page.extract_text() for page in pages)
    return " ".join(found.replace("\xa0", " ").split())


@pytest.mark.parametrize("lang", LANGS)
def test_every_section_is_there_and_no_word_is_missing(source: PackSource, lang: Lang) -> None:
    document = pack_document(replace(source, decided=decided()), lang)
    assert len(document.sections) == len(SECTIONS)
    read = texts(replace(source, decided=decided()), lang)
    for section in document.sections:
        assert section.title in read
        assert section.parts
    for part in (part for section in document.sections for part in section.parts):
        for line in part.rows if part.kind == "table" else ():
            assert len(line.cells) == len(part.columns)
    assert "pack." not in read.replace("pack.pdf", "")


def test_the_promises_say_value_levels_n_interval_state_and_trend(source: PackSource) -> None:
    rows = pack_document(source, "en").sections[0].parts[0].rows
    first = [cell.text for cell in rows[0].cells]
    assert first[0] == "Repaired in time"
    assert first[1].startswith("0%")
    assert first[2:5] == ["95.0%", "70.0%", "2"]
    assert "65.8%" in first[5]
    assert first[6] == "minimum missed"
    assert first[7] == "worse, was 66.7%"
    assert [bar.state for bar in rows[0].cells[7].bars] == ["minimum_default", "minimum_default"]
    assert "Mar" in rows[0].cells[7].told


def test_no_data_is_no_data_and_never_green(source: PackSource) -> None:
    blank = [
        replace(result, value=None, n=0, state="no_data", low=None, high=None) for result in source.results
    ]
    rows = pack_document(replace(source, results=blank), "vi").sections[0].parts[0].rows
    for line in rows:
        assert line.cells[1].text.startswith("chưa có dữ liệu")
        assert line.cells[6].text == "chưa có dữ liệu"
        assert line.cells[6].state in ("", "no_data")
        assert all(bar.height is None for bar in line.cells[7].bars)


def test_money_stands_as_in_the_statement_in_the_readers_numbers(source: PackSource) -> None:
    statement = source.statement
    english, vietnamese = texts(source, "en"), texts(source, "vi")
    assert f"€{statement.total:,.2f}" in english
    swapped = f"{statement.total:,.2f}".translate(str.maketrans(",.", ".,"))
    assert f"{swapped} €" in vietnamese
    assert "10% at risk" in english
    assert "miss 2 in a row: × 2" in english


def test_credits_say_their_rule_and_earn_back_is_followed(source: PackSource) -> None:
    read = texts(source, "en")
    assert "below minimum" in read
    assert "lost: missed again in Apr 2024" in read
    assert "returned in Apr 2024" in read
    assert "0 of 1 good windows; returns after 1 more" in read


def test_breaches_are_case_ids_of_the_windows_and_what_is_not_printed_is_counted(source: PackSource) -> None:
    found = [result for result in source.windows() if result.group is None]
    assert source.n_breaches == sum(result.misses for result in found)
    assert set(source.breaches["window"]) <= {result.window.id for result in found}
    one = source.breaches.head(1)
    many = replace(source, breaches=one, n_breaches=MOST_BREACHES + 7)
    assert "The first 1 of 1,007 are printed" in texts(many, "en")


def test_the_state_follows_from_reviews_and_close(source: PackSource) -> None:
    assert source.state == "draft"
    assert replace(source, decided=decided()).state == "reviewed"
    one = decided(reviews=(Signature("client", "Lan", AT),))
    assert replace(source, decided=one).state == "draft"
    stale = decided(reviews=(Signature("client", "Lan", AT), Signature("vendor", "Minh", AT, stale=True)))
    assert replace(source, decided=stale).state == "draft"
    assert "figures have changed since" in texts(replace(source, decided=stale), "en")
    closed = [replace(item, closed=True) for item in source.statements]
    after = replace(source, statements=closed, decided=decided(closed=Signature("client", "Lan", AT)))
    assert after.state == "closed"
    read = texts(after, "en")
    assert "Lan, 2 May 2024 11:30" in read
    assert "f" * 64 in read.replace("\u200b", "").replace(" ", "")


def test_what_people_decided_is_told_and_masked_groups_are_not(source: PackSource) -> None:
    read = texts(replace(source, decided=decided()), "en")
    for words in (
        "refused",
        "Answer: không đủ bằng chứng",
        "settled",
        "Lan: too much",
        "not in the statement",
        "€17.00",
    ):
        assert words in read, words
    assert "Not in this document" in texts(source, "en")
    people = [replace(result, group="Nguyễn Thị Mai") for result in source.results]
    shown = texts(replace(source, results=people), "en")
    assert "Nguyễn Thị Mai" in shown
    masked = frozenset(result.kpi for result in people)
    assert "Nguyễn Thị Mai" not in texts(replace(source, results=people, personal=masked), "en")


def test_adjustments_and_claims_are_told(source: PackSource) -> None:
    late = Adjustment("2024-03", "credit in_time 2024-03", D("-170.49"), D("-100.00"), None)
    claim = Claim("c1", "client_caused", "client_caused", 2, Fraction(1, 2), ("vendor",))
    statements = [replace(item, adjustments=(late,)) for item in source.statements]
    results = [replace(source.results[0], claims=(claim,))]
    results += [result for result in source.results if result.window.id == "2024-04"]
    results = [
        replace(result, claims=(claim,), excluded=(("relief:client_caused", 2),)) for result in results
    ]
    read = texts(replace(source, statements=statements, results=results), "en")
    assert "Credit: Repaired in time, Mar 2024" in read
    assert "€70.49" in read
    assert "would be 50.0% with it" in read
    assert "excused by relief “client_caused”" in read


def test_it_is_tagged_titled_and_the_same_twice(source: PackSource) -> None:
    made = pack_pdf(source, "vi")
    assert made == pack_pdf(source, "vi")
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert reader.metadata is not None
    title = str(reader.metadata.title).replace("\xa0", " ")
    assert title == "Bộ hồ sơ bảng kê tháng 4/2024 · Bàn hỗ trợ nhỏ"
    assert reader.metadata.author == source.agreement.parties.vendor.name
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert "Danh sách vi phạm" in str([item.title for item in reader.outline if not isinstance(item, list)])


def test_a_long_table_breaks_with_its_heads_repeated_and_long_words_stay_inside(source: PackSource) -> None:
    held = tuple(replace(decided().disputes[0], item=f"{n}. {LONG}"[:200]) for n in range(40))
    many = replace(source, decided=decided(disputes=held))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pack_pdf(many, "vi"))).pages]
    assert sum("Yêu cầu thay đổi" in text for text in pages) >= 3
    for picture in pack_pictures(pack_document(many, "vi"), 24):
        assert ink_beyond_margin(picture) == 0


def ink_beyond_margin(png: bytes) -> int:
    """Pixels that are not white in the outer 12 mm of the right margin (16 mm): text that ran over."""
    pixels = decoded(png)
    width = pixels.shape[1]
    return int((pixels[:, round(width * (1 - 12 / 210)) :, :3] < 250).sum())


def decoded(png: bytes) -> np.ndarray:
    """RGBA of a PNG without interlacing, eight bits a channel."""
    place, data, size = 8, b"", (0, 0)
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IHDR":
            size = struct.unpack(">II", png[place + 8 : place + 16])
            assert png[place + 16 : place + 21] == bytes([8, 6, 0, 0, 0])
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    width, height = size
    rows = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(height, 1 + 4 * width)
    found = np.zeros((height, width, 4), dtype=np.uint8)
    above = np.zeros((width, 4), dtype=np.int64)
    for at in range(height):
        above = _unfiltered(int(rows[at, 0]), rows[at, 1:].reshape(width, 4).astype(np.int64), above)
        found[at] = above
    return found


def _unfiltered(kind: int, line: np.ndarray, above: np.ndarray) -> np.ndarray:
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line, axis=0) % 256
    if kind == 2:
        return (line + above) % 256
    left, corner, found = np.zeros(4, np.int64), np.zeros(4, np.int64), line.copy()
    for at in range(len(line)):
        up = above[at]
        if kind == 3:
            guess = (left + up) // 2
        else:
            far = left + up - corner
            a, b, c = abs(far - left), abs(far - up), abs(far - corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
        left, corner = (line[at] + guess) % 256, up
        found[at] = left
    return found


def test_the_month_without_choice_is_the_last_one_that_is_over(desk: Evaluation) -> None:
    assert month_over(desk) == "2024-04"
