"""The shared logs against the counts of their description; long, and only where they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from giao.core.log import LogMapping, append, import_log, open_log

LOGS = Path(__file__).resolve().parents[4] / "shared" / "logs"
pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(not LOGS.is_dir(), reason=f"the shared logs are not at {LOGS}"),
]

KNOWN = [
    # file, zone, cases, events, activities, ties (None: not described)
    ("noncommercial/bpi2020-domestic-declarations.xes.gz", None, 10_357, 55_628, 14, 10),
    ("noncommercial/bpi2020-international-declarations.xes.gz", None, 6_323, 70_727, 33, None),
    ("noncommercial/bpi2020-request-for-payment.xes.gz", None, 6_760, 36_072, 16, None),
    ("noncommercial/bpi2012-loan-applications.xes.gz", None, 13_087, 262_200, 24, 13_995),
    ("noncommercial/bpi2013-incidents.xes.gz", None, 7_554, 65_533, 4, None),
    ("noncommercial/bpi2013-closed-problems.xes.gz", None, 1_487, 6_660, 4, None),
    ("noncommercial/wabo-receipt-phase.xes.gz", None, 1_434, 8_577, 27, None),
    ("open/servicenow-incidents.csv.zip", "Europe/Lisbon", 20_769, 119_998, 9, None),
    ("open/loanapp.csv.gz", "Asia/Ho_Chi_Minh", 1_000, 7_492, 12, None),
    ("open/loanapp-costs.csv.gz", "UTC", 500, 3_620, 10, None),
    ("open/purchasing-example.csv.gz", None, 608, 9_119, 21, None),
    ("open/insurance-claims-call-centre.csv", None, 1_000, 5_443, 7, None),
    ("open/procure-to-pay-simulated.csv.gz", None, 1_000, 13_290, 24, None),
]


@pytest.mark.parametrize(("name", "zone", "cases", "events", "activities", "ties"), KNOWN)
def test_counts(
    name: str, zone: str | None, cases: int, events: int, activities: int, ties: int | None, tmp_path: Path
) -> None:
    report = import_log(LOGS / name, tmp_path / "log", LogMapping(zone=zone))
    assert (report.cases, report.events, report.activities, dict(report.rejected)) == (
        cases,
        events,
        activities,
        {},
    )
    assert ties in (None, report.ties)
    log = open_log(tmp_path / "log", verify=True)
    assert log.events().height == events


def test_the_service_desk_log_as_described(tmp_path: Path) -> None:
    mapping = LogMapping(
        zone="Europe/Lisbon", hindsight=["resolved_at", "closed_at", "closed_code", "resolved_by"]
    )
    import_log(LOGS / "open/servicenow-incidents.csv.zip", tmp_path / "log", mapping)
    log = open_log(tmp_path / "log")
    frame = log.events(["case", "activity", "resource", "made_sla", "sys_created_at", "assigned_to", "group"])
    assert frame["sys_created_at"].null_count() == 42_354
    assert frame["assigned_to"].null_count() == 23_030
    assert frame["group"].null_count() == 14_213
    assert frame["resource"].n_unique() == 714
    assert frame.filter(pl.col("activity") == "-100").height == 2
    last = frame.group_by("case", maintain_order=True).last()
    closed = last.filter(pl.col("activity") == "Closed")
    assert closed["made_sla"].sum() == 12_594
    assert (~closed["made_sla"]).sum() == 8_174
    assert log.events(["resolved_at"])["resolved_at"].is_not_null().sum() <= log.n_cases


def test_a_split_log_equals_the_whole(tmp_path: Path) -> None:
    """The loan log cut in time into three files with an overlap, appended in another order."""
    whole = pl.read_csv(LOGS / "open/loanapp.csv.gz", infer_schema=False).with_row_index("n")
    mapping = LogMapping(zone="Asia/Ho_Chi_Minh", sequence="n")
    for name, part in {
        "whole": whole,
        "b": whole[2_000:5_000],
        "c": whole[4_500:],
        "a": whole[:2_100],
    }.items():
        part.write_csv(tmp_path / f"{name}.csv")
    import_log(tmp_path / "whole.csv", tmp_path / "one", mapping)
    import_log(tmp_path / "b.csv", tmp_path / "three", mapping)
    append(tmp_path / "three", tmp_path / "c.csv")
    report = append(tmp_path / "three", tmp_path / "a.csv")
    assert report.rejected == {"duplicate": 100}
    left, right = open_log(tmp_path / "one"), open_log(tmp_path / "three")
    assert left.hash == right.hash
    assert left.events().equals(right.events())
