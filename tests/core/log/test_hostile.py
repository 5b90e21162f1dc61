"""Input as it comes: cut off, mixed, wide, empty, odd. Every answer says what, where and how to mend."""

from __future__ import annotations

import contextlib
import csv
import gzip
import zipfile
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from giao.core.log import (
    EventLog,
    ImportFailed,
    ImportNeeds,
    ImportReport,
    LogError,
    LogMapping,
    csv_source,
    import_log,
    load_mapping,
    open_log,
)

HEAD = "case_id,activity,timestamp,note\n"
ROW = "a,Start,2024-01-01T08:00:00Z,x\n"


def sealed(path: Path, mapping: LogMapping | None = None, **more: bytes) -> tuple[ImportReport, EventLog]:
    folder = path.with_suffix(".log")
    report = import_log(path, folder, mapping, **more)  # type: ignore[arg-type]
    return report, open_log(folder, verify=True)


def write(path: Path, data: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def rejected(report: ImportReport) -> dict[tuple[str, int], str]:
    assert report.rejected_path is not None
    with report.rejected_path.open(newline="", encoding="utf-8") as file:
        return {(row["reason"], int(row["line"])): row["raw"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty; a log needs a header line"),
        (b"\n\n  \n", "is empty; a log needs a header line"),
        (HEAD.encode(), "no usable event: it has no rows"),
        (
            gzip.compress((HEAD + ROW * 20_000).encode())[:-400],
            "cut off or damaged: after [\\d,]+ unpacked bytes",
        ),
        (b"PK\x03\x04broken", "broken zip"),
        (b"SQLite format 3\0" + b"\0" * 100, "cannot be read as OCEL 2.0"),
        (b"PAR1" + b"\0" * 50, "damaged Parquet"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "cannot be read as Excel"),
        (b'{"case": 1, "activity": }\n', "not JSON lines"),
    ],
)
def test_files_that_are_no_log_end_in_a_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = write(tmp_path / "bad.csv", data)
    with pytest.raises(ImportFailed, match=sentence):
        import_log(path, tmp_path / "log")
    assert [each.name for each in tmp_path.iterdir()] == ["bad.csv"]


def test_one_event_is_a_log(tmp_path: Path) -> None:
    report, log = sealed(write(tmp_path / "one.csv", HEAD + ROW.strip()))
    assert (report.cases, report.events, report.ties) == (1, 1, 0)
    assert log.case_events("a").height == 1


def test_duplicate_headers_are_renamed_and_said(tmp_path: Path) -> None:
    text = "case_id,activity,timestamp,note,note,,note\na,Start,2024-01-01T08:00:00Z,1,2,3,4\n"
    report, log = sealed(write(tmp_path / "twice.csv", text))
    row = log.events().row(0, named=True)
    assert [row[name] for name in ("note", "note_2", "column_6", "note_3")] == [1, 2, 3, 4]
    assert log.attributes["note_2"].label == "note (2)"
    assert sum("more than once" in warning for warning in report.warnings) == 2


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = ",".join(f"col {n}" for n in range(10_000))
    row = ",".join(str(n) for n in range(10_000))
    text = f"case_id,activity,timestamp,{names}\n" + "".join(
        f"c{n},Start,2024-01-01T08:00:0{n}Z,{row}\n" for n in range(3)
    )
    report, log = sealed(write(tmp_path / "wide.csv", text))
    assert report.events == 3
    assert len(log.attributes) == 10_000
    assert log.events(["col_9999"])["col_9999"].to_list() == [9999] * 3


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_unicode_encodings_are_found(tmp_path: Path, encoding: str, found: str) -> None:
    text = HEAD + "hồ sơ 1,Đã duyệt,2024-01-01T08:00:00Z,Nguyễn Thị Ánh\n" * 1 + ROW
    report, log = sealed(write(tmp_path / "v.csv", text, encoding))
    assert report.detected["encoding"] == found
    assert log.case_events("hồ sơ 1")["activity"].to_list() == ["Đã duyệt"]


def test_windows_code_pages_are_told_apart(tmp_path: Path) -> None:
    vietnamese = "Đã duyệt hồ sơ vay vốn của khách hàng"
    decomposed = "".join(ch if ch.encode("cp1258", "ignore") else _pieces(ch) for ch in vietnamese)
    text = HEAD + f"a,{decomposed},2024-01-01T08:00:00Z,x\n" * 1 + f"b,{decomposed},2024-01-01T08:00:00Z,x\n"
    report, log = sealed(write(tmp_path / "vn.csv", text, "cp1258"))
    assert report.detected["encoding"] == "cp1258"
    assert log.activities == [vietnamese]
    text = HEAD + "a,Prüfung läuft – müßig,2024-01-01T08:00:00Z,größer\n"
    report, log = sealed(write(tmp_path / "de.csv", text, "cp1252"))
    assert report.detected["encoding"] == "cp1252"
    assert log.activities == ["Prüfung läuft – müßig"]


def _pieces(letter: str) -> str:
    """A Vietnamese letter as Windows-1258 writes it: the base that the page has, and the tone."""
    import unicodedata

    parts = unicodedata.normalize("NFD", letter)
    tone = next(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone


def test_mixed_encodings_set_the_odd_rows_aside(tmp_path: Path) -> None:
    good = "".join(f"a,Geprüft,2024-01-01T08:00:0{n}Z,ü\n" for n in range(5))
    bad = "a,Geprüft,2024-01-01T09:00:00Z,ü\n".encode("cp1252")
    report, log = sealed(write(tmp_path / "mix.csv", (HEAD + good).encode() + bad + ROW.encode()))
    assert dict(report.rejected) == {"bad_encoding": 1}
    assert rejected(report)["bad_encoding", 7] == "a,Gepr\\xfcft,2024-01-01T09:00:00Z,\\xfc"
    assert log.n_events == 6


def test_nul_bytes_huge_fields_and_quoted_newlines(tmp_path: Path) -> None:
    huge = "x" * 3_000_000
    text = (
        HEAD
        + ROW
        + "a,Nul,2024-01-01T09:00:00Z,a\0b\n"
        + f'a,Huge,2024-01-01T10:00:00Z,"{huge}\nsecond ""line"""\n'
        + ROW.replace("08", "11")
    )
    report, log = sealed(write(tmp_path / "odd.csv", text))
    assert dict(report.rejected) == {"nul_byte": 1}
    assert ("nul_byte", 3) in rejected(report)
    assert log.events()["note"].to_list() == ["x", huge + '\nsecond "line"', "x"]


def test_stray_quotes_do_not_swallow_rows(tmp_path: Path) -> None:
    text = (
        HEAD
        + 'a,Start,2024-01-01T08:00:00Z,5" pipe\n'
        + 'a,Stop,2024-01-01T09:00:00Z,6" pipe\n'
        + ROW.replace("08", "10")
    )
    report, log = sealed(write(tmp_path / "inch.csv", text))
    assert report.events == 3
    assert log.events()["note"].to_list() == ['5" pipe', '6" pipe', "x"]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    text = HEAD + 'a,Start,2024-01-01T08:00:00Z,"never closed\n' + ROW + ROW.replace("08", "09")
    report, log = sealed(write(tmp_path / "open.csv", text))
    assert rejected(report) == {("open_quote", 2): 'a,Start,2024-01-01T08:00:00Z,"never closed'}
    assert log.n_events == 2


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system(tmp_path: Path, ending: str) -> None:
    text = HEAD + ROW + "a,,2024-01-01T08:00:00Z,x\n" + ROW.replace("08", "09").rstrip("\n")
    report, log = sealed(write(tmp_path / "ends.csv", text.replace("\n", ending)))
    assert log.events()["note"].to_list() == ["x", "x"]
    assert rejected(report) == {("no_activity", 3): "a,,2024-01-01T08:00:00Z,x"}


@pytest.mark.parametrize("careful", [False, True])
def test_a_carriage_return_alone_is_a_character(tmp_path: Path, careful: bool) -> None:
    """In a header, in a field, between quotes; with `careful` a stray quote sends the batch to the slower parser."""
    stray = '4,A "b,2024-01-01T00:00:00Z,x\n' if careful else ""
    path = tmp_path / "log.csv"
    path.write_bytes(
        f'case,activity,time,no\rte\n1,A,2024-01-01T00:00:00Z,a\rb\n2,"A",2024-01-01T00:00:00Z,"c\rd"\n{stray}'.encode()
    )
    import_log(path, tmp_path / "log")
    log = open_log(tmp_path / "log")
    [note] = log.attributes
    assert log.attributes[note].label == "no\rte"
    assert log.events([note])[note].to_list()[:2] == ["a\rb", "c\rd"]


def test_bytes_that_are_no_text_in_xes_are_said_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    event = b'<event><string key="concept:name" value="A%s"/><date key="time:timestamp" value="2024-01-01T00:00:00Z"/></event>'
    trace = b'<trace><string key="concept:name" value="1"/>' + event + b"</trace>\n"
    path.write_bytes(b"<log>\n" + trace % b"" + trace % b"\xcd" + b"</log>")
    with pytest.raises(ImportFailed, match=r"not well-formed|invalid"):
        import_log(path, tmp_path / "log")


def test_a_stray_quote_in_the_header_is_said(tmp_path: Path) -> None:
    """Two of them hide the line end between: the row after the header would be taken for a part of it."""
    path = tmp_path / "log.csv"
    path.write_bytes(b'ca"se,activity,time\n1,A"b,2024-01-01T00:00:00Z\n2,A,2024-01-01T00:00:00Z\n')
    with pytest.raises(ImportFailed, match="quote inside"):
        import_log(path, tmp_path / "log")


def test_a_workbook_without_a_sheet_is_empty(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "whole.xlsx") as book:
        book.add_worksheet("log")
    with (
        zipfile.ZipFile(tmp_path / "whole.xlsx") as whole,
        zipfile.ZipFile(tmp_path / "log.xlsx", "w") as damaged,
    ):
        for name in whole.namelist():
            text = whole.read(name)
            if name == "xl/workbook.xml":
                text = text[: text.index(b"<sheets>")] + b"<sheets/>" + text[text.index(b"</sheets>") + 9 :]
            damaged.writestr(name, text)
    with pytest.raises(ImportFailed, match="is empty"):
        import_log(tmp_path / "log.xlsx", tmp_path / "log")


def test_a_parquet_that_makes_the_reader_panic_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of damage: bytes turned over one after the other; and the panic itself, which is no `Exception`."""
    path = tmp_path / "log.parquet"
    rows = {
        "case": ["1"] * 30,
        "activity": list("ABC") * 10,
        "time": [f"2024-01-01T00:00:{n:02d}Z" for n in range(30)],
    }
    pl.DataFrame(rows).write_parquet(path)
    whole = path.read_bytes()
    for at in range(4, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(LogError):
            import_log(path, tmp_path / "log", LogMapping(zone="UTC"), replace=True)

    def panic(*_: object, **__: object) -> None:
        raise pl.exceptions.PanicException("index out of bounds")

    path.write_bytes(whole)
    monkeypatch.setattr(pl, "read_parquet", panic)
    with pytest.raises(ImportFailed, match="damaged Parquet"):
        import_log(path, tmp_path / "other")


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = "case_id,activity,timestamp,amount\na,Start,2024-01-01T08:00:00Z,7\n".replace(",", delimiter)
    report, log = sealed(write(tmp_path / "d.csv", text))
    assert report.detected["delimiter"] == delimiter
    assert log.events()["amount"].to_list() == [7]


def test_german_excel_csv(tmp_path: Path) -> None:
    text = (
        "sep=;\nFall;Schritt;Zeit;Betrag\n1;Prüfen;31.12.2023 08:15;1234,50\n1;Zahlen;02.01.2024 09:00;0,5\n"
    )
    mapping = LogMapping(case="Fall", activity="Schritt", time="Zeit", zone="Europe/Berlin", decimal=",")
    _, log = sealed(write(tmp_path / "de.csv", text), mapping)
    assert [str(value) for value in log.events()["Betrag"]] == ["1234.50", "0.50"]
    assert log.events()["time"][0].isoformat() == "2023-12-31T07:15:00+00:00"


def test_ragged_rows_deep_in_a_file_are_found_in_every_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_source, "CHUNK", 2_000)
    lines = [f"c{n},Start,2024-01-01T08:00:00Z,{n}\n" for n in range(500)]
    lines[100], lines[300], lines[400] = (
        "c100,Start,2024-01-01T08:00:00Z\n",
        "c300,Start,2024-01-01T08:00:00Z,1,2\n",
        "\n",
    )
    report, log = sealed(write(tmp_path / "ragged.csv", HEAD + "".join(lines)))
    assert dict(report.rejected) == {"bad_fields": 2}
    assert set(rejected(report)) == {("bad_fields", 102), ("bad_fields", 302)}
    assert log.n_events == 497


def test_set_aside_rows_run_no_formula(tmp_path: Path) -> None:
    report, _ = sealed(write(tmp_path / "f.csv", HEAD + ROW + "=cmd|' /C calc'!A0,Start,never,x\n"))
    assert rejected(report)["bad_time", 3].startswith("'=cmd")


def test_missing_columns_are_asked_for_all_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", "one,two\n1,2\n")
    with pytest.raises(ImportNeeds) as error:
        import_log(path, tmp_path / "log")
    assert [need.field for need in error.value.needs] == ["case", "activity", "time"]
    assert "columns: one, two" in str(error.value)
    with pytest.raises(ImportNeeds, match="no column `Case_ID` for `case`; did you mean case_id"):
        import_log(write(tmp_path / "y.csv", HEAD + ROW), tmp_path / "log", LogMapping(case="Case_ID"))


def test_personal_columns_are_hashed_with_a_key_and_appear_nowhere(tmp_path: Path) -> None:
    text = "case_id,activity,timestamp,resource\nc1,Start,2024-01-01T08:00:00Z,Nguyen Van An\nc1,Stop,2024-01-01T09:00:00Z,Nguyen Van An\nc2,Start,bad,Tran Binh\n"
    path = write(tmp_path / "p.csv", text)
    mapping = LogMapping(pseudonymise=["resource", "case_id"], personal=["resource"])
    with pytest.raises(ImportNeeds, match="pass a secret key"):
        import_log(path, tmp_path / "log", mapping)
    report, log = sealed(path, mapping, key=b"secret")
    words = log.events()["resource"].cast(pl.String).unique().to_list()
    assert len(words) == 1
    assert len(words[0]) == 32
    assert log.case_ids[0] != "c1"
    assert log.personal == log.as_of(0).personal == {"resource"}
    everything = b"".join(each.read_bytes() for each in path.with_suffix(".log").rglob("*") if each.is_file())
    assert b"Nguyen" not in everything
    assert b"Tran" not in everything
    assert report.rejected == {"bad_time": 1}
    import_log(path, tmp_path / "again", mapping, key=b"secret")
    import_log(path, tmp_path / "other", mapping, key=b"another")
    assert open_log(tmp_path / "again").hash == log.hash != open_log(tmp_path / "other").hash


def test_zips_with_more_than_one_file_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", HEAD + ROW)
        archive.writestr("b.csv", HEAD + ROW)
    with pytest.raises(ImportFailed, match=r"holds 2 \(a.csv, b.csv\)"):
        import_log(tmp_path / "two.zip", tmp_path / "log")


def test_a_zip_whose_member_is_damaged_ends_in_a_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "one.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", HEAD + ROW * 50)
    whole = (tmp_path / "one.zip").read_bytes()
    listed = whole.rindex(b"PK\x01\x02")
    for at in (listed + 42, 40, 60):  # where the member is said to begin, its first bytes, a later one
        (tmp_path / "one.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(ImportFailed, match=r"broken zip|cut off or damaged"):
            import_log(tmp_path / "one.zip", tmp_path / "log")


def test_excel_with_dates_numbers_and_formulas(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    with xlsxwriter.Workbook(path) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = book.add_worksheet("Events")
        sheet.write_row(0, 0, ["Case ID", "Activity", "Timestamp", "Amount", "Note"])
        for at, (case, activity, amount) in enumerate(
            [(1, "Open", 10), (1, "Close", 12.5), (None, "Lost", 1)], 1
        ):
            sheet.write_row(at, 0, [case, activity])
            sheet.write_datetime(at, 2, datetime(2024, 1, 1, 8 + at), dates)
            sheet.write_number(at, 3, amount)
        sheet.write_formula(1, 4, '="a"&"b"', None, "ab")
        book.add_worksheet("Other")
    with pytest.raises(ImportNeeds, match="times in column Timestamp carry no zone"):
        import_log(path, tmp_path / "x")
    report, log = sealed(path, LogMapping(zone="Asia/Ho_Chi_Minh"))
    assert (report.events, dict(report.rejected)) == (2, {"no_case": 1})
    assert log.case_events("1")["time"][0].isoformat() == "2024-01-01T02:00:00+00:00"
    assert log.events()["Amount"].to_list() == [10.0, 12.5]
    assert any("sheets Events, Other" in warning for warning in report.warnings)
    with pytest.raises(ImportNeeds, match="no sheet `Nope`; it has Events, Other"):
        import_log(path, tmp_path / "x", LogMapping(sheet="Nope", zone="UTC"))


def test_json_lines(tmp_path: Path) -> None:
    lines = '{"case": "a", "activity": "x", "time": "2024-01-01T08:00:00Z", "tags": ["p", "q"], "at": {"k": 1}}\n{"case": "a", "activity": "y", "time": "2024-01-01T09:00:00Z", "n": 5}\n'
    _, log = sealed(write(tmp_path / "l.jsonl", lines))
    assert log.events(["tags", "n"]).with_columns(pl.col("tags").cast(pl.String)).rows() == [
        ("p; q", None),
        (None, 5),
    ]


def test_mappings_are_loaded_from_yaml_with_precise_errors(tmp_path: Path) -> None:
    path = write(tmp_path / "m.yaml", "case: case_id\nzone: Asia/Ho_Chi_Minh\nhindsight: [note]\n")
    assert load_mapping(path) == LogMapping(case="case_id", zone="Asia/Ho_Chi_Minh", hindsight=["note"])
    with pytest.raises(LogError, match="wrong at `cas`"):
        load_mapping(write(tmp_path / "n.yaml", "cas: x\n"))
    with pytest.raises(LogError, match="neither JSON nor YAML"):
        load_mapping(write(tmp_path / "o.yaml", "a: [1\n"))
    with pytest.raises(LogError, match="cannot be read"):
        load_mapping(tmp_path / "none.yaml")
