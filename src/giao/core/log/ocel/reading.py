"""Read OCEL 2.0 from JSON, SQLite or XML. The file is somebody else's: nothing in it is run, entities are refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from lxml import etree

from giao.core.log.errors import ImportFailed
from giao.core.log.ocel.assemble import Assembly
from giao.core.log.ocel.model import ObjectLog
from giao.core.log.stream import ByteSource
from giao.core.told import told

MOST_BYTES = 1 << 31


def is_object_log(path: Path) -> bool:
    """Whether a file looks like OCEL 2.0, by its first bytes."""
    return _kind(path) is not None


def read_objects(path: Path | str, *, zone: str | None = None) -> ObjectLog:
    """The whole object-centric log. `zone`: IANA zone of times that carry no offset.

    Raises ImportFailed (not such a file, damaged) and ImportNeeds (the zone, where times have no offset).
    """
    path = Path(path)
    kind = _kind(path)
    if kind is None:
        raise ImportFailed(
            told(
                "ocel.not_one",
                "{path} is not an object-centric log (OCEL 2.0 as JSON, SQLite or XML)",
                path=path,
            )
        )
    readers: dict[str, Callable[[Path, Assembly], None]] = {"json": _json, "sqlite": _sqlite, "xml": _xml}
    found = Assembly(path, zone)
    readers[kind](path, found)
    return found.finish()


def _kind(path: Path) -> str | None:
    with path.open("rb") as file:
        if file.read(6) == b"SQLite":
            return "sqlite"
    with ByteSource(path) as source:
        start = source.read(65_536)
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t")
    if text.startswith(b"{") and (b'"objectTypes"' in text or b'"eventTypes"' in text):
        return "json"
    if text.startswith(b"<") and (b"<object-types" in text or b"<event-types" in text):
        return "xml"
    if text.startswith(b"{") and path.name.lower().endswith((".jsonocel", ".ocel.json")):
        return "json"
    return None


def _damaged(path: Path, error: object) -> ImportFailed:
    return ImportFailed(
        told("ocel.damaged", "{path} cannot be read as OCEL 2.0: {error}", path=path, error=str(error)[:200])
    )


def _json(path: Path, into: Assembly) -> None:
    try:
        with ByteSource(path) as source:
            data = json.loads(source.read(MOST_BYTES))
        for declared, declare in (
            (data["eventTypes"], into.event_type),
            (data["objectTypes"], into.object_type),
        ):
            for each in declared:
                declare(each["name"], ((item["name"], item["type"]) for item in each.get("attributes") or ()))
        for each in data["objects"]:
            into.thing(each["id"], each["type"])
            for item in each.get("attributes") or ():
                into.object_value(each["id"], item["name"], item.get("time"), item.get("value"))
            for item in each.get("relationships") or ():
                into.object_relation(each["id"], item["objectId"], item.get("qualifier"))
        for each in data["events"]:
            into.event(each["id"], each["type"], each["time"])
            for item in each.get("attributes") or ():
                into.event_value(each["id"], item["name"], item.get("value"))
            for item in each.get("relationships") or ():
                into.event_relation(each["id"], item["objectId"], item.get("qualifier"))
    except KeyError as error:
        raise _damaged(path, f"missing {error}") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, error) from error


def _xml(path: Path, into: Assembly) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with ByteSource(path) as source:
            root = etree.fromstring(source.read(MOST_BYTES), parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(path, error) from error
    if root.getroottree().docinfo.doctype:
        raise _damaged(path, "it has a document type; entities are not read")
    for kind, declare in (("event-type", into.event_type), ("object-type", into.object_type)):
        for each in root.iterfind(f"{kind}s/{kind}"):
            declare(
                _said(each, "name", path),
                ((_said(a, "name", path), a.get("type")) for a in each.iter("attribute")),
            )
    for each in root.iterfind("objects/object"):
        name = _said(each, "id", path)
        into.thing(name, _said(each, "type", path))
        for item in each.iterfind("attributes/attribute"):
            into.object_value(name, _said(item, "name", path), item.get("time"), item.text)
        for item in _relations(each):
            into.object_relation(name, _said(item, "object-id", path), item.get("qualifier"))
    for each in root.iterfind("events/event"):
        name = _said(each, "id", path)
        into.event(name, _said(each, "type", path), _said(each, "time", path))
        for item in each.iterfind("attributes/attribute"):
            into.event_value(name, _said(item, "name", path), item.text)
        for item in _relations(each):
            into.event_relation(name, _said(item, "object-id", path), item.get("qualifier"))


def _relations(of: Any) -> Iterable[Any]:
    """The specification says `relationship` inside `objects`; writers also use `relobj`, `object`."""
    return (item for item in of.iterfind("objects/*") if item.get("object-id") is not None)


def _said(element: Any, name: str, path: Path) -> str:
    value = element.get(name)
    if value is None:
        raise _damaged(path, f"line {element.sourceline}: <{element.tag}> has no {name}")
    return str(value)


def _sqlite(path: Path, into: Assembly) -> None:
    uri = f"file:{path.absolute().as_posix().replace('?', '%3f').replace('#', '%23')}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.execute("pragma trusted_schema = off")
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            _tables(database, path, into)
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error


def _tables(database: sqlite3.Connection, path: Path, into: Assembly) -> None:
    stored = database.execute("select name from sqlite_master where type = 'table'")  # views are not read
    names = {name for (name,) in stored}
    for needed in ("event", "object", "event_object", "event_map_type", "object_map_type"):
        if needed not in names:
            raise _damaged(path, f"it has no table {needed}")
    event_types = dict(database.execute("select ocel_type, ocel_type_map from event_map_type"))
    object_types = dict(database.execute("select ocel_type, ocel_type_map from object_map_type"))
    for name, kind in database.execute("select ocel_id, ocel_type from object"):
        into.thing(name, kind)
    for name, mapped in object_types.items():
        table = f"object_{mapped}"
        columns = _columns(database, table) if table in names else {}
        own = {column: kind for column, kind in columns.items() if not column.startswith("ocel_")}
        into.object_type(name, own.items())
        if not {"ocel_id", "ocel_time"} <= columns.keys():
            continue
        changed = "ocel_changed_field" if "ocel_changed_field" in columns else "null"
        chosen = ", ".join(["ocel_id", "ocel_time", changed, *(_quoted(column) for column in own)])
        for identifier, time, field, *values in database.execute(f"select {chosen} from {_quoted(table)}"):
            for column, value in zip(own, values, strict=True):
                if value is not None and (field is None or field == column):
                    into.object_value(identifier, column, time, value)
    kinds = dict(database.execute("select ocel_id, ocel_type from event"))
    times: dict[Any, Any] = {}
    for name, mapped in event_types.items():
        table = f"event_{mapped}"
        columns = _columns(database, table) if table in names else {}
        own = {column: kind for column, kind in columns.items() if not column.startswith("ocel_")}
        into.event_type(name, own.items())
        if not {"ocel_id", "ocel_time"} <= columns.keys():
            continue
        chosen = ", ".join(["ocel_id", "ocel_time", *(_quoted(column) for column in own)])
        for identifier, time, *values in database.execute(f"select {chosen} from {_quoted(table)}"):
            times[identifier] = time
            for column, value in zip(own, values, strict=True):
                if value is not None:
                    into.event_value(identifier, column, value)
    for identifier, kind in kinds.items():
        into.event(identifier, kind, times.get(identifier))
    for event, thing, qualifier in database.execute(
        "select ocel_event_id, ocel_object_id, ocel_qualifier from event_object"
    ):
        into.event_relation(event, thing, qualifier)
    if "object_object" in names:
        for source, target, qualifier in database.execute(
            "select ocel_source_id, ocel_target_id, ocel_qualifier from object_object"
        ):
            into.object_relation(source, target, qualifier)


def _columns(database: sqlite3.Connection, table: str) -> dict[str, str]:
    declared = {
        "REAL": "float",
        "FLOAT": "float",
        "INTEGER": "integer",
        "BOOLEAN": "boolean",
        "TIMESTAMP": "time",
    }
    return {
        row[1]: declared.get(str(row[2]).upper(), "string")
        for row in database.execute(f"pragma table_info({_quoted(table)})")
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
