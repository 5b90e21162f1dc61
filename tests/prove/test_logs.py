"""Every shared log imports with the cases, events and activities that its description tells; nothing is set aside."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from tests.prove.commands import giao
from tests.prove.shared import PLACE, shared

from giao.core.log import open_log
from giao.core.log.ocel import open_objects

pytestmark = pytest.mark.prove

ZONES = {
    "open/servicenow-incidents.csv.zip": "America/Sao_Paulo",
    "open/loanapp.csv.gz": "Asia/Ho_Chi_Minh",
    "open/loanapp-costs.csv.gz": "UTC",
}
"""The logs without offsets; the others carry them."""

OTHER_KINDS = ("ocel2-",)
"""Object-centric logs: no log of cases."""


def described() -> dict[str, tuple[int, int, int]]:
    """File to (cases, events, activities) as the table of the logs' README tells."""
    place = PLACE / "logs" / "README.md"
    if not place.exists():
        return {}
    found = {}
    for line in place.read_text(encoding="utf-8").split("\n"):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 6 and cells[1].startswith("`") and "ocel2" not in cells[1]:
            numbers = [re.match(r"[\d,]+", cells[at]) for at in (4, 5, 6)]
            assert all(numbers), line
            found[cells[1].strip("`")] = tuple(int(each.group().replace(",", "")) for each in numbers if each)
    return found  # type: ignore[return-value]


KNOWN = described()


def test_the_description_is_there() -> None:
    assert shared("logs", "README.md").is_file()
    assert len(KNOWN) == 13
    files = {
        str(path.relative_to(shared("logs")))
        for kind in ("open", "noncommercial")
        for path in shared("logs", kind).iterdir()
    }
    assert {name for name in files if not any(other in name for other in OTHER_KINDS)} == set(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_a_log_imports_as_described(name: str, tmp_path: Path) -> None:
    zone = ["--zone", ZONES[name]] if name in ZONES else []
    told = giao("import", shared("logs", name), tmp_path / "log", *zone, "--json", "-q").json
    assert (told["cases"], told["events"], told["activities"]) == KNOWN[name]
    assert told["rejected"] == {}
    log = open_log(tmp_path / "log", verify=True)
    assert log.hash == told["hash"]
    assert log.events(["case"]).height == told["events"]


@pytest.mark.parametrize("name", [name for name in ZONES if name.startswith("open/")])
def test_a_zone_is_asked_for_and_never_guessed(name: str, tmp_path: Path) -> None:
    answer = giao("import", shared("logs", name), tmp_path / "log", "-q")
    assert answer.code == 2
    assert "zone" in answer.err
    assert not (tmp_path / "log").exists()


def test_the_example_of_the_ocel_specification_is_the_same_in_three_formats(tmp_path: Path) -> None:
    """13 events, 9 objects; JSON says 14:00+00:00 where the others say 15:00 without a zone."""
    found = {}
    for suffix in ("json", "xml", "sqlite"):
        place = shared("logs", "open", f"ocel2-spec-example.{suffix}")
        told = giao("import", place, tmp_path / suffix, "--object-type", "Invoice", "--zone", "Europe/Berlin", "--json", "-q")  # fmt: skip
        assert told.code == 0, told.err
        found[suffix] = (told.json["cases"], told.json["events"], told.json["activities"])
        objects = open_objects(tmp_path / suffix / "imports/0001/objects/0001")
        assert (objects.events.height, objects.objects.height, objects.event_object.height) == (13, 9, 20)
    assert found["json"] == found["xml"] == found["sqlite"]
    logs = [open_log(tmp_path / suffix) for suffix in ("json", "xml", "sqlite")]
    assert logs[0].events(["case", "time", "activity"]).equals(logs[1].events(["case", "time", "activity"]))


def test_the_order_management_log(tmp_path: Path) -> None:
    """2,000 orders; every one stays open, because payment and delivery never happen."""
    place = shared("logs", "open", "ocel2-order-management.sqlite")
    asked = giao("import", place, tmp_path / "log", "--zone", "Europe/Berlin", "-q")
    assert asked.code == 2
    assert "items: 7,670" in asked.err
    told = giao("import", place, tmp_path / "log", "--zone", "Europe/Berlin", "--object-type", "orders", "--resource-type", "employees", "--json", "-q")  # fmt: skip
    assert told.json["cases"] == 2000
    log = open_log(tmp_path / "log")
    assert set(log.activities).isdisjoint({"pay order", "package delivered", "reorder item"})


def test_ties_of_the_declarations(tmp_path: Path) -> None:
    """10 events have the same time as the one before."""
    name = "noncommercial/bpi2020-domestic-declarations.xes.gz"
    assert giao("import", shared("logs", name), tmp_path / "log", "--json", "-q").json["ties"] == 10


def test_the_desks_own_verdict_on_each_incidents_last_row(tmp_path: Path) -> None:
    """12,594 met and 8,174 missed of the closed incidents, in giao's log as in the file itself."""
    place = shared("logs", "open", "servicenow-incidents.csv.zip")
    told = giao("import", place, tmp_path / "log", "--zone", "America/Sao_Paulo", "--shape", "snapshot", "--case", "number",
         "--state", "incident_state", "--time", "sys_updated_at", "--sequence", "sys_mod_count", "--null", "?",
         "--date-format", "%d/%m/%Y %H:%M", "--json", "-q")  # fmt: skip
    assert told.code == 0, told.err
    log = open_log(tmp_path / "log")
    last = log.events(["case", "activity", "made_sla"]).group_by("case", maintain_order=True).last()
    closed = last.filter(pl.col("activity") == "Closed")["made_sla"]
    assert (int(closed.sum()), int((~closed).sum())) == (12_594, 8_174)
    assert [log.case_ids[code] for code in last.filter(pl.col("activity") != "Closed")["case"]] == [
        rows_of_the_file(place)[-1]
    ]


def rows_of_the_file(place: Path) -> list[str]:
    """The incidents in the file's order, read without giao."""
    import csv
    import io
    import zipfile

    with zipfile.ZipFile(place) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    by_case: dict[str, dict[str, str]] = {}
    for row in rows:
        kept = by_case.get(row["number"])
        if kept is None or int(row["sys_mod_count"]) >= int(kept["sys_mod_count"]):
            by_case[row["number"]] = row
    closed = [row["made_sla"] for row in by_case.values() if row["incident_state"] == "Closed"]
    assert (closed.count("true"), closed.count("false")) == (12_594, 8_174)
    return list(by_case)
