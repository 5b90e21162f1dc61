"""CSV in: known logs, what is asked for, what is set aside."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from giao.core.log import (
    EventLog,
    ImportNeeds,
    ImportReport,
    LogMapping,
    import_log,
    open_log,
    propose_mapping,
)

DATA = Path(__file__).parents[2] / "data" / "logs"
FINAL = ["resolved_at", "closed_at", "closed_code", "resolved_by"]


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def sealed(path: Path, tmp_path: Path, mapping: LogMapping | None = None) -> tuple[ImportReport, EventLog]:
    folder = tmp_path / f"log-{len(list(tmp_path.iterdir()))}"
    report = import_log(path, folder, mapping)
    return report, open_log(folder, verify=True)


def test_loan_applications_have_their_known_counts(tmp_path: Path) -> None:
    report, log = sealed(DATA / "loanapp.csv.gz", tmp_path, LogMapping(zone="Asia/Ho_Chi_Minh"))
    assert (report.cases, report.events, report.activities, dict(report.rejected)) == (1000, 7492, 12, {})
    assert log.columns == ["case", "activity", "time", "seq", "start", "resource"]
    assert log.n_events == 7492
    assert log.events(["resource"])["resource"].n_unique() == 19
    first = log.case_events("0").row(0, named=True)
    assert first["start"] == datetime(2023, 2, 9, 1, 0, tzinfo=UTC)
    assert first["time"] == datetime(2023, 2, 9, 1, 28, 27, 808000, tzinfo=UTC)


def test_a_missing_zone_is_asked_for_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImportNeeds) as error:
        import_log(DATA / "loanapp.csv.gz", tmp_path / "log")
    assert (
        str(error.value)
        == "times in columns start_time, end_time carry no zone: pass --zone, e.g. --zone Europe/Paris"
    )
    assert [need.field for need in error.value.needs] == ["zone"]
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("Asia/Hanoi", "Asia/"),
        ("europe/paris", "Europe/Paris"),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
        ("Saigon", "Asia/Saigon"),
    ],
)
def test_a_wrong_zone_gets_a_near_miss(tmp_path: Path, wrong: str, near: str) -> None:
    with pytest.raises(ImportNeeds, match=near):
        import_log(DATA / "loanapp.csv.gz", tmp_path / "log", LogMapping(zone=wrong))


def test_service_desk_snapshots(tmp_path: Path) -> None:
    mapping = LogMapping(zone="Europe/London", hindsight=FINAL)
    report, log = sealed(DATA / "servicenow-300.csv.gz", tmp_path, mapping)
    assert report.events == 2040
    assert report.cases == 300
    assert report.mapping.shape == "snapshot"
    assert report.mapping.state == "incident_state"
    assert report.mapping.time == "sys_updated_at"
    assert report.mapping.null_values == ["?"]
    first = log.case_events("INC0000045")
    assert first["activity"].to_list() == ["New", "Resolved", "Resolved", "Closed"]
    assert first["time"][0] == datetime(2016, 2, 29, 1, 23, tzinfo=UTC)
    assert first["made_sla"].to_list() == [True] * 4
    # A final value stands on the last event only, and nowhere once the log is cut before it.
    assert first["resolved_at"].to_list() == [None, None, None, datetime(2016, 2, 29, 11, 29, tzinfo=UTC)]
    before = log.as_of(int(datetime(2016, 3, 1, tzinfo=UTC).timestamp() * 1e6)).case_events("INC0000045")
    assert before["resolved_at"].null_count() == before.height == 3
    assert log.attributes["resolved_at"].hindsight
    assert not log.attributes["priority"].hindsight


def test_snapshots_can_keep_only_changes_of_state(tmp_path: Path) -> None:
    mapping = LogMapping(zone="UTC", shape="snapshot", keep_unchanged=False)
    report, log = sealed(DATA / "servicenow-300.csv.gz", tmp_path, mapping)
    assert report.events + report.unchanged == 2040
    assert log.case_events("INC0000045")["activity"].to_list() == ["New", "Resolved", "Closed"]
    codes = pl.DataFrame({"case": log.case_codes(), "activity": log.activity_codes()})
    repeated = codes.select((pl.col("activity") == pl.col("activity").shift(1).over("case")).sum()).item()
    assert repeated == 0


def test_bad_rows_are_set_aside_with_line_and_reason(tmp_path: Path) -> None:
    text = (
        "case_id,activity,timestamp,note\n"
        "a,Start,2024-01-01T08:00:00Z,one\n"
        ",Start,2024-01-01T08:00:00Z,no case\n"
        "a,,2024-01-01T08:00:00Z,no activity\n"
        'b,Start,,"no\ntime"\n'
        "b,Start,yesterday,bad time\n"
        "a,Stop,2024-01-01T09:00:00Z,two\n"
        "a,Stop,2024-01-01T09:00:00Z,two\n"
        "a,Stop,2024-01-01T09:00:00Z,three\n"
        "a,Stop\n"
        "a,Stop,2024-01-01T10:00:00Z,four,five\n"
        "\n"
        "b,Start,2024-01-02T08:00:00Z,\n"
    )
    report, log = sealed(write(tmp_path / "bad.csv", text), tmp_path)
    assert dict(report.rejected) == {
        "bad_fields": 2,
        "bad_time": 1,
        "duplicate": 1,
        "no_activity": 1,
        "no_case": 1,
        "no_time": 1,
    }
    assert report.events == 4
    assert report.ties == 1
    assert report.rejected_path is not None
    with report.rejected_path.open(newline="", encoding="utf-8") as file:
        rows = {(row["reason"], int(row["line"])): row["raw"] for row in csv.DictReader(file)}
    assert rows["no_case", 3] == ",Start,2024-01-01T08:00:00Z,no case"
    assert rows["no_time", 5] == 'b,Start,,"no\ntime"'
    assert rows["bad_time", 7] == "b,Start,yesterday,bad time"
    assert rows["duplicate", 9] == "a,Stop,2024-01-01T09:00:00Z,two"
    assert rows["bad_fields", 11] == "a,Stop"
    assert log.case_events("a")["note"].to_list() == ["one", "two", "three"]


def test_types_are_only_given_when_every_value_bears_them(tmp_path: Path) -> None:
    text = (
        "case,activity,time,Amount,code,share,ok,due,span,Số tiền\n"
        "1,a,2024-01-01T00:00:00Z,10.50,007,1e3,true,2024-02-01,PT1H30M,5\n"
        "1,b,2024-01-01T01:00:00Z,3.1,8,0.25,FALSE,2024-02-02,P1D,\n"
        "1,c,2024-01-01T02:00:00Z,,9,2,,,,7\n"
    )
    _, log = sealed(write(tmp_path / "types.csv", text), tmp_path)
    frame = log.events()
    assert {name: each.type for name, each in log.attributes.items()} == {
        "Amount": "number",
        "code": "string",
        "share": "number",
        "ok": "boolean",
        "due": "date",
        "span": "days and time duration",
        "Số_tiền": "number",
    }
    assert log.attributes["Số_tiền"].label == "Số tiền"
    assert frame["Amount"].to_list() == [Decimal("10.50"), Decimal("3.10"), None]
    assert frame["code"].to_list() == ["007", "8", "9"]
    assert frame["share"].to_list() == [1000.0, 0.25, 2.0]
    assert frame["span"].dt.total_microseconds().to_list() == [5_400_000_000, 86_400_000_000, None]
    assert frame["ok"].to_list() == [True, False, None]
    assert log.current(["Số_tiền", "ok"]).rows() == [(5, True), (5, False), (7, False)]


def test_a_type_that_fails_late_in_the_file_loses_no_value(tmp_path: Path) -> None:
    rows = [f"{n % 50},a,2024-01-01T00:00:{n % 60:02d}Z,{n},{n}.5,2024-01-01" for n in range(30_000)]
    rows[29_000] = "7,a,2024-01-01T00:00:00Z,00123,1.123456789,soon"
    path = write(tmp_path / "late.csv", "case,activity,time,n,x,d\n" + "\n".join(rows) + "\n")
    report, log = sealed(path, tmp_path)
    assert report.events == 30_000
    types = {name: each.type for name, each in log.attributes.items()}
    assert types == {"n": "string", "x": "number", "d": "string"}
    odd = log.events().filter(pl.col("n") == "00123")
    assert odd.select("x", pl.col("d").cast(pl.String)).rows() == [(1.123456789, "soon")]


def test_day_first_dates_are_found_by_evidence_and_asked_for_otherwise(tmp_path: Path) -> None:
    head = "case,activity,time\n"
    clear = write(tmp_path / "clear.csv", head + "1,a,29/2/2016 01:16\n1,b,1/3/2016 9:05\n")
    _, log = sealed(clear, tmp_path, LogMapping(zone="UTC"))
    assert log.events()["time"].to_list() == [
        datetime(2016, 2, 29, 1, 16, tzinfo=UTC),
        datetime(2016, 3, 1, 9, 5, tzinfo=UTC),
    ]
    american = write(tmp_path / "us.csv", head + "1,a,2/29/2016 1:16:00 PM\n1,b,3/1/2016 9:05:00 AM\n")
    _, log = sealed(american, tmp_path, LogMapping(zone="UTC"))
    assert log.events()["time"].to_list() == [
        datetime(2016, 2, 29, 13, 16, tzinfo=UTC),
        datetime(2016, 3, 1, 9, 5, tzinfo=UTC),
    ]
    open_order = write(tmp_path / "open.csv", head + "1,a,1/2/2016 01:16\n1,b,3/4/2016 9:05\n")
    with pytest.raises(ImportNeeds, match="day first or month first") as error:
        import_log(open_order, tmp_path / "x", LogMapping(zone="UTC"))
    assert error.value.needs[0].choices == ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")
    _, log = sealed(open_order, tmp_path, LogMapping(zone="UTC", date_format="%m/%d/%Y %H:%M"))
    assert log.events()["time"][0] == datetime(2016, 1, 2, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(("ticks", "digits"), [(1, 10), (1_000, 13), (1_000_000, 16)])
def test_epoch_numbers_need_no_zone(tmp_path: Path, ticks: int, digits: int) -> None:
    number = 1_700_000_000 * ticks
    assert len(str(number)) == digits
    path = write(tmp_path / "epoch.csv", f"case,activity,timestamp\n1,a,{number}\n")
    _, log = sealed(path, tmp_path, LogMapping(time="timestamp"))
    assert log.times_us().tolist() == [1_700_000_000_000_000]


def test_clock_changes_are_counted(tmp_path: Path) -> None:
    text = "case,activity,time\n1,a,2023-03-26 02:30:00\n1,b,2023-10-29 02:30:00\n1,c,2023-06-01 12:00:00\n"
    report, log = sealed(write(tmp_path / "dst.csv", text), tmp_path, LogMapping(zone="Europe/Paris"))
    assert [t.isoformat() for t in log.events()["time"]] == [
        "2023-03-26T01:30:00+00:00",  # 02:30 does not exist: an hour later, 03:30 summer time
        "2023-06-01T10:00:00+00:00",
        "2023-10-29T00:30:00+00:00",  # 02:30 twice: the earlier one
    ]
    assert any("1 local times are shown twice" in warning for warning in report.warnings)
    assert any("1 local times do not exist" in warning for warning in report.warnings)


def test_a_row_a_case_with_several_time_columns(tmp_path: Path) -> None:
    text = (
        "order,received,shipped,paid,amount\n"
        "A,2024-01-01 08:00,2024-01-03 08:00,2024-01-02 08:00,10\n"
        "B,2024-01-05 08:00,,,20\n"
        "C,,,,30\n"
        "D,2024-01-05 08:00,late,,40\n"
    )
    times = {"received": "Receive", "shipped": "Ship", "paid": "Pay"}
    mapping = LogMapping(shape="case", case="order", times=times, zone="UTC")
    path = write(tmp_path / "cases.csv", text)
    report, log = sealed(path, tmp_path, mapping)
    assert log.case_events("A").select(pl.col("activity").cast(pl.String), "amount").rows() == [
        ("Receive", 10),
        ("Pay", None),
        ("Ship", None),
    ]
    assert dict(report.rejected) == {"bad_time": 1, "no_time": 1}
    assert log.case_ids.to_list() == ["A", "B"]


def test_a_proposal_shows_mapping_preview_and_questions() -> None:
    proposal = propose_mapping(DATA / "servicenow-300.csv.gz")
    assert (proposal.mapping.case, proposal.mapping.state) == ("number", "incident_state")
    assert [need.field for need in proposal.questions] == ["zone"]
    assert proposal.preview.height == 20
    assert any("resolved_at" in hint for hint in proposal.hints)


def test_names_are_safe_and_labels_kept(tmp_path: Path) -> None:
    text = (
        "case:concept:name,concept:name,time:timestamp,org:resource,(case)_Amount,case:Amount,lifecycle,2nd step,time,if\n"
        "1,a,2024-01-01T00:00:00Z,Ann,1,2,complete,x,y,z\n"
    )
    _, log = sealed(write(tmp_path / "names.csv", text), tmp_path)
    assert log.columns == [
        *("case", "activity", "time", "seq", "lifecycle", "resource"),
        *("Amount", "Amount_2", "_2nd_step", "time_2", "if_2"),
    ]
    assert log.attributes["Amount_2"].label == "case:Amount"


def test_gzip_zip_and_plain_give_the_same_hash(tmp_path: Path) -> None:
    plain = gzip.decompress((DATA / "loanapp.csv.gz").read_bytes())
    import zipfile

    with zipfile.ZipFile(tmp_path / "l.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("loan.csv", plain)
    mapping = LogMapping(zone="UTC")
    paths = [DATA / "loanapp.csv.gz", tmp_path / "l.zip", write(tmp_path / "l.csv", plain)]
    assert len({sealed(path, tmp_path, mapping)[0].hash for path in paths}) == 1


def test_a_column_that_numbers_the_events_is_not_taken_for_the_case(tmp_path: Path) -> None:
    rows = "".join(f"{n},order {n % 3},Step,2024-01-01T00:00:{n:02d}Z\n" for n in range(30))
    path = write(tmp_path / "ids.csv", "id,my order,activity,timestamp\n" + rows)
    with pytest.raises(ImportNeeds, match="which column holds the case"):
        import_log(path, tmp_path / "log")
    assert sealed(path, tmp_path, LogMapping(case="my order"))[0].cases == 3
