"""Object-centric logs: read in three formats, kept whole, flattened honestly, written and read back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from giao.core.log import (
    ImportFailed,
    ImportNeeds,
    LogMapping,
    LogUnreadable,
    import_log,
    log_from_frame,
    open_log,
    read_log,
)
from giao.core.log.ocel import (
    ObjectLog,
    flatten,
    objects_of,
    open_objects,
    read_objects,
    save_objects,
    write_json,
    write_sqlite,
)
from giao.core.log.ocel.model import TABLES

DOCUMENT: dict[str, Any] = {
    "objectTypes": [
        {"name": "order", "attributes": [{"name": "value", "type": "float"}]},
        {"name": "parcel", "attributes": []},
        {"name": "người làm", "attributes": []},
    ],
    "eventTypes": [
        {"name": "Nhận đơn", "attributes": [{"name": "channel", "type": "string"}]},
        {"name": "Ship", "attributes": []},
        {"name": "Audit", "attributes": []},
    ],
    "objects": [
        {
            "id": "o1",
            "type": "order",
            "attributes": [
                {"name": "value", "time": "1970-01-01T00:00:00Z", "value": 10.5},
                {"name": "value", "time": "2024-03-02T00:00:00Z", "value": 12},
            ],
            "relationships": [{"objectId": "p1", "qualifier": "sent in"}],
        },
        {"id": "o2", "type": "order", "attributes": [{"name": "value", "time": "1970-01-01T00:00:00Z", "value": 7}]},
        {"id": "p1", "type": "parcel", "attributes": []},
        {"id": "Lan", "type": "người làm"},
    ],
    "events": [
        {
            "id": "e1",
            "type": "Nhận đơn",
            "time": "2024-03-01T08:00:00+07:00",
            "attributes": [{"name": "channel", "value": "web"}],
            "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "Lan", "qualifier": "by"}],
        },
        {
            "id": "e2",
            "type": "Nhận đơn",
            "time": "2024-03-01T09:00:00+07:00",
            "relationships": [{"objectId": "o2", "qualifier": "of"}],
        },
        {
            "id": "e3",
            "type": "Ship",
            "time": "2024-03-03T09:00:00+07:00",
            "relationships": [
                {"objectId": "o1", "qualifier": "of"},
                {"objectId": "o1", "qualifier": "also"},
                {"objectId": "o2", "qualifier": "of"},
                {"objectId": "p1", "qualifier": "as"},
            ],
        },
        {"id": "e4", "type": "Audit", "time": "2024-03-04T09:00:00+07:00", "relationships": []},
    ],
}  # fmt: skip


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(DOCUMENT, ensure_ascii=False), encoding="utf-8")
    return path


def changed(path: Path, change: dict[str, Any]) -> Path:
    path.write_text(json.dumps({**DOCUMENT, **change}), encoding="utf-8")
    return path


def same(one: ObjectLog, other: ObjectLog) -> None:
    for name, schema in TABLES.items():
        by = list(schema)
        assert_frame_equal(getattr(one, name).sort(by), getattr(other, name).sort(by))


def test_a_document_is_read_whole(document: Path) -> None:
    log = read_objects(document)
    assert log.types == {"order": 2, "parcel": 1, "người làm": 1}
    assert (log.events.height, log.event_object.height, log.object_object.height) == (4, 7, 1)
    assert log.events["time"][0] == datetime(2024, 3, 1, 1, tzinfo=UTC)
    assert not log.warnings


def test_an_event_of_two_orders_stands_in_both_cases_and_is_told(document: Path) -> None:
    flat = flatten(read_objects(document), "order", resource_type="người làm")
    rows = flat.frame.select("case", "activity", "value", "channel", "resource").rows()
    assert rows == [
        ("o1", "Nhận đơn", "10.5", "web", "Lan"),
        ("o2", "Nhận đơn", "7", None, None),
        ("o1", "Ship", "12", None, None),  # the object's value as it stood at the event
        ("o2", "Ship", "7", None, None),
    ]
    assert (flat.events, flat.shared, flat.outside) == (3, 1, 1)


def test_the_case_type_is_asked_for(document: Path) -> None:
    with pytest.raises(ImportNeeds) as caught:
        read_log(document)
    (need,) = caught.value.needs
    assert (need.field, need.choices) == ("object_type", ("order", "người làm", "parcel"))


def test_an_unknown_type_is_answered_with_the_known_ones(document: Path) -> None:
    with pytest.raises(ImportNeeds, match="it has order"):
        flatten(read_objects(document), "orders")
    with pytest.raises(ImportNeeds, match="no object type 'robot'"):
        flatten(read_objects(document), "order", resource_type="robot")


def test_an_import_keeps_the_whole_beside_the_flat_log(document: Path, tmp_path: Path) -> None:
    report = import_log(
        document, tmp_path / "log", LogMapping(object_type="order", resource_type="người làm")
    )
    assert (report.cases, report.events, report.ties) == (2, 4, 0)
    assert any("1 of 3 events belong to several order" in warning for warning in report.warnings)
    log = open_log(tmp_path / "log", verify=True)
    assert log.attributes["value"].type == "number"
    assert log.has("resource") if hasattr(log, "has") else "resource" in log.columns
    same(open_objects(tmp_path / "log/imports/0001/objects/0001"), read_objects(document))


def test_a_changed_table_is_refused(document: Path, tmp_path: Path) -> None:
    save_objects(read_objects(document), tmp_path / "kept")
    same(open_objects(tmp_path / "kept"), read_objects(document))
    (tmp_path / "kept/events.parquet").write_bytes(b"PAR1")
    with pytest.raises(LogUnreadable, match=r"events\.parquet was changed"):
        open_objects(tmp_path / "kept")


@pytest.mark.parametrize("suffix", ["json", "sqlite"])
def test_written_and_read_back_it_is_the_same(document: Path, tmp_path: Path, suffix: str) -> None:
    log = read_objects(document)
    path = tmp_path / f"again.{suffix}"
    (write_json if suffix == "json" else write_sqlite)(log, path)
    again = read_objects(path)
    same(again, log)
    assert again.object_types == log.object_types
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_table_names_of_types_that_differ_only_in_marks(tmp_path: Path) -> None:
    log = read_objects(
        changed(
            tmp_path / "x.json",
            {"objectTypes": [{"name": "đơn"}, {"name": "don"}, {"name": '"; drop table event; --'}]},
        )
    )
    write_sqlite(log, tmp_path / "x.sqlite")
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as database:
        names = [name for (name,) in database.execute("select ocel_type_map from object_map_type order by 1")]
    assert len({name.lower() for name in names}) == len(names)
    same(read_objects(tmp_path / "x.sqlite"), log)


XML = """<?xml version="1.0"?>
<log>
  <object-types><object-type name="order"><attributes><attribute name="value" type="float"/></attributes></object-type></object-types>
  <event-types><event-type name="Ship"><attributes/></event-type></event-types>
  <objects><object id="o1" type="order"><attributes><attribute name="value" time="1970-01-01T00:00:00Z">3.5</attribute></attributes></object></objects>
  <events><event id="e1" type="Ship" time="2024-03-01T08:00:00Z"><attributes/><objects><relationship object-id="o1" qualifier="of"/></objects></event></events>
</log>"""


def test_xml(tmp_path: Path) -> None:
    (tmp_path / "o.xml").write_text(XML, encoding="utf-8")
    log = read_log(tmp_path / "o.xml")  # one type only: nothing to ask
    assert (log.n_cases, log.n_events, log.attributes["value"].type) == (1, 1, "number")


def test_entities_in_xml_are_refused(tmp_path: Path) -> None:
    bomb = XML.replace("<log>", '<!DOCTYPE log [<!ENTITY a "aaaa">]><log>').replace("3.5", "&a;")
    (tmp_path / "o.xml").write_text(bomb, encoding="utf-8")
    with pytest.raises(ImportFailed, match="entities are not read"):
        read_objects(tmp_path / "o.xml")


def test_times_without_offset_ask_for_the_zone(tmp_path: Path) -> None:
    events = [{**each, "time": each["time"][:19].replace("T", " ")} for each in DOCUMENT["events"]]
    path = changed(tmp_path / "x.json", {"events": events})
    with pytest.raises(ImportNeeds, match="zone"):
        read_objects(path)
    assert read_objects(path, zone="Asia/Ho_Chi_Minh").events["time"][0] == datetime(
        2024, 3, 1, 1, tzinfo=UTC
    )


def test_what_does_not_fit_together_is_left_out_and_said(tmp_path: Path) -> None:
    events = [
        *DOCUMENT["events"],
        {**DOCUMENT["events"][0], "relationships": [{"objectId": "nobody", "qualifier": "of"}]},
        {"id": "e9", "type": "Ship", "time": "soon", "relationships": []},
    ]
    log = read_objects(changed(tmp_path / "x.json", {"events": events}))
    assert log.events.height == 4
    said = " ".join(log.warnings)
    assert "1 rows without a readable time were left out (such as 'soon')" in said
    assert "1 identifiers stand twice" in said
    assert "1 relations name an event or object that is not in the file" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"objectTypes": [], "eventTypes": [], "objects": []}', "missing 'events'"),
        ('{"objectTypes": [], "eventTypes": [], "objects": [], "events": []}', "has no events"),
        ('{"objectTypes": [], "eventTypes": [], "objects": 7, "events": []}', "cannot be read as OCEL 2.0"),
        ('{"objectTypes": [', "cannot be read as OCEL 2.0"),
        ("<log><object-types/><event-types/><events><event id='e' type='t'/></events></log>", "has no time"),
    ],
)
def test_damaged_documents_end_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(ImportFailed, match=sentence):
        import_log(tmp_path / "x.json", tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_views_of_a_foreign_database_are_not_read(document: Path, tmp_path: Path) -> None:
    write_sqlite(read_objects(document), tmp_path / "x.sqlite")
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as database, database:
        database.execute("alter table event rename to real_event")
        database.execute("create view event as select * from real_event")
    with pytest.raises(ImportFailed, match="it has no table event"):
        read_objects(tmp_path / "x.sqlite")


cells = st.one_of(st.none(), st.text(st.characters(categories=("L", "N")), min_size=1, max_size=5))
rows = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["A", "B"]), st.integers(0, 5), cells, st.sampled_from(["x", None])),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(rows)
def test_a_log_as_objects_and_flattened_again_is_the_log(found: list[tuple[Any, ...]]) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "case": [row[0] for row in found],
            "activity": [row[1] for row in found],
            "time": [start + timedelta(seconds=row[2]) for row in found],
            "seq": range(len(found)),
            "note": pl.Series([row[3] for row in found], dtype=pl.String),
            "resource": pl.Series([row[4] for row in found], dtype=pl.String),
        }
    )
    log = log_from_frame(frame, LogMapping(sequence="seq", types={"note": "string"}, null_values=[]))
    flat = flatten(objects_of(log, "order", resource_type="person"), "order", resource_type="person")
    for name in ("note", "resource"):
        if name not in flat.frame.columns:
            flat.frame.insert_column(0, pl.lit(None, dtype=pl.String).alias(name))
    again = log_from_frame(flat.frame, LogMapping(sequence="seq", types={"note": "string"}, null_values=[]))
    columns = ["case", "activity", "time", "note", "resource"]
    one, other = (
        each.events([name for name in columns if name in each.columns]).with_columns(
            pl.col(pl.Enum).cast(pl.String)
        )
        for each in (log, again)
    )
    shared = [name for name in one.columns if name in other.columns]
    assert_frame_equal(one.select(shared), other.select(shared))
    for name in set(columns) - set(shared):
        assert all(
            name not in each.columns or each[name].null_count() == each.height for each in (one, other)
        )
