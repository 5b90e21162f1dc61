"""Write OCEL 2.0 as JSON or SQLite, as its specification lays the tables out. Times are UTC."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl

from giao.core.log.ocel.model import ObjectLog, OcelType, Types

SQL_TYPES: Mapping[OcelType, str] = {
    "string": "TEXT",
    "time": "TIMESTAMP",
    "integer": "INTEGER",
    "float": "REAL",
    "boolean": "BOOLEAN",
}


def write_json(log: ObjectLog, path: Path | str) -> None:
    """One JSON document. Whole or not at all."""
    values: dict[str, list[dict[str, Any]]] = {}
    for event, name, value in log.event_values.iter_rows():
        values.setdefault(event, []).append(
            {"name": name, "value": _typed(value, _declared(log.event_types, name))}
        )
    histories: dict[str, list[dict[str, Any]]] = {}
    for thing, name, time, value in _iso(log.object_values).iter_rows():
        typed = _typed(value, _declared(log.object_types, name))
        histories.setdefault(thing, []).append({"name": name, "time": time, "value": typed})
    whose = _relations(log.event_object.iter_rows())
    pairs = _relations(log.object_object.iter_rows())
    document = {
        "objectTypes": _types(log.object_types),
        "eventTypes": _types(log.event_types),
        "objects": [
            {
                "id": name,
                "type": kind,
                "attributes": histories.get(name, []),
                "relationships": pairs.get(name, []),
            }
            for name, kind in log.objects.iter_rows()
        ],
        "events": [
            {
                "id": name,
                "type": kind,
                "time": time,
                "attributes": values.get(name, []),
                "relationships": whose.get(name, []),
            }
            for name, kind, time in _iso(log.events).iter_rows()
        ],
    }
    path = Path(path)
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def write_sqlite(log: ObjectLog, path: Path | str) -> None:
    """One SQLite database; replaces what stands at `path`. Whole or not at all."""
    path = Path(path)
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as database, database:
        _fill(database, log)
    draft.replace(path)


def _fill(database: sqlite3.Connection, log: ObjectLog) -> None:
    event_names, object_names = _mapped(log.event_types), _mapped(log.object_types)
    for table, names in (("event_map_type", event_names), ("object_map_type", object_names)):
        database.execute(f"create table {table} (ocel_type text primary key, ocel_type_map text)")
        database.executemany(f"insert into {table} values (?, ?)", names.items())
    database.execute(
        "create table event (ocel_id text primary key, ocel_type text references event_map_type)"
    )
    database.execute(
        "create table object (ocel_id text primary key, ocel_type text references object_map_type)"
    )
    database.execute(
        "create table event_object (ocel_event_id text references event, ocel_object_id text references object, "
        "ocel_qualifier text, primary key (ocel_event_id, ocel_object_id, ocel_qualifier))"
    )
    database.execute(
        "create table object_object (ocel_source_id text references object, ocel_target_id text references object, "
        "ocel_qualifier text, primary key (ocel_source_id, ocel_target_id, ocel_qualifier))"
    )
    database.executemany("insert into event values (?, ?)", log.events.select("event", "type").iter_rows())
    database.executemany("insert into object values (?, ?)", log.objects.iter_rows())
    database.executemany("insert into event_object values (?, ?, ?)", log.event_object.iter_rows())
    database.executemany("insert into object_object values (?, ?, ?)", log.object_object.iter_rows())
    _event_tables(database, log, event_names)
    _object_tables(database, log, object_names)


def _event_tables(database: sqlite3.Connection, log: ObjectLog, names: Mapping[str, str]) -> None:
    values: dict[str, dict[str, str]] = {}
    for event, name, value in log.event_values.iter_rows():
        values.setdefault(event, {})[name] = value
    for kind, mapped in names.items():
        own = log.event_types[kind]
        columns = "".join(f", {_quoted(name)} {SQL_TYPES[of]}" for name, of in own.items())
        table = _quoted(f"event_{mapped}")
        database.execute(
            f"create table {table} (ocel_id text primary key references event, ocel_time timestamp{columns})"
        )
        rows = _sql(log.events.filter(pl.col("type") == kind))
        marks = ", ".join("?" * (2 + len(own)))
        database.executemany(
            f"insert into {table} values ({marks})",
            (
                (event, time, *(_typed(values.get(event, {}).get(name), of) for name, of in own.items()))
                for event, _kind, time in rows.iter_rows()
            ),
        )


def _object_tables(database: sqlite3.Connection, log: ObjectLog, names: Mapping[str, str]) -> None:
    kinds = dict(log.objects.iter_rows())
    by_kind: dict[str, list[tuple[str, str, str, str]]] = {}
    for thing, name, time, value in _sql(log.object_values).iter_rows():
        by_kind.setdefault(kinds[thing], []).append((thing, name, time, value))
    for kind, mapped in names.items():
        own = log.object_types[kind]
        columns = "".join(f", {_quoted(name)} {SQL_TYPES[of]}" for name, of in own.items())
        table = _quoted(f"object_{mapped}")
        database.execute(
            f"create table {table} (ocel_id text references object, ocel_time timestamp, ocel_changed_field text{columns})"
        )
        places = {name: place for place, name in enumerate(own)}
        for thing, name, time, value in by_kind.get(kind, ()):
            if name in places:
                row: list[object] = [None] * len(own)
                row[places[name]] = _typed(value, own[name])
                marks = ", ".join("?" * (3 + len(own)))
                database.execute(f"insert into {table} values ({marks})", (thing, time, name, *row))


def _mapped(types: Types) -> dict[str, str]:
    """A table name of letters and digits for each type, each once."""
    found: dict[str, str] = {}
    for name in types:
        plain = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
        words = re.findall(r"[A-Za-z0-9]+", "".join(ch for ch in plain if not unicodedata.combining(ch)))
        base = "".join(word[:1].upper() + word[1:] for word in words) or "Type"
        mapped, number = base, 2
        while mapped.lower() in {other.lower() for other in found.values()}:
            mapped, number = f"{base}{number}", number + 1
        found[name] = mapped
    return found


def _types(types: Types) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in attributes.items()]}
        for name, attributes in types.items()
    ]


def _declared(types: Types, name: str) -> OcelType:
    found = {attributes[name] for attributes in types.values() if name in attributes}
    return found.pop() if len(found) == 1 else "string"


def _typed(value: str | None, kind: OcelType) -> object:
    """A value as its declared type, else as the text it is."""
    if value is None:
        return None
    try:
        if kind == "integer":
            return int(value)
        if kind == "float":
            return float(value)
    except ValueError:
        return value
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def _relations(rows: Iterable[tuple[str, str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for source, target, qualifier in rows:
        found.setdefault(source, []).append({"objectId": target, "qualifier": qualifier})
    return found


def _iso(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))


def _sql(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as the text that SQLite's own functions read, with the offset: nobody has to guess a zone."""
    return frame.with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M:%S%.6f+00:00"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
