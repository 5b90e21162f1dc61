"""Gather the rows of an object-centric file, then fit them together: times to instants, relations to what exists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from giao.core.log.errors import ImportFailed
from giao.core.log.ocel.model import (
    EVENT_OBJECT,
    EVENT_VALUES,
    INSTANT,
    OBJECT_OBJECT,
    OBJECT_VALUES,
    OBJECTS,
    OCEL_TYPES,
    ObjectLog,
    OcelType,
    table,
)
from giao.core.log.times import Ambiguous, detect_format, parse_times
from giao.core.told import told

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Assembly:
    """Rows as the reader of a format finds them; `finish` makes the log of them."""

    def __init__(self, path: Path, zone: str | None) -> None:
        self.path, self.zone = path, zone
        self._event_types: dict[str, dict[str, OcelType]] = {}
        self._object_types: dict[str, dict[str, OcelType]] = {}
        self._events: list[tuple[object, ...]] = []
        self._objects: list[tuple[object, ...]] = []
        self._event_object: list[tuple[object, ...]] = []
        self._object_object: list[tuple[object, ...]] = []
        self._event_values: list[tuple[object, ...]] = []
        self._object_values: list[tuple[object, ...]] = []

    def event_type(self, name: object, attributes: Iterable[tuple[str, str | None]]) -> None:
        self._event_types[str(name)] = {each: _type(kind) for each, kind in attributes}

    def object_type(self, name: object, attributes: Iterable[tuple[str, str | None]]) -> None:
        self._object_types[str(name)] = {each: _type(kind) for each, kind in attributes}

    def event(self, name: object, kind: object, time: object) -> None:
        self._events.append((str(name), str(kind), _text(time)))

    def thing(self, name: object, kind: object) -> None:
        self._objects.append((str(name), str(kind)))

    def event_value(self, event: object, name: object, value: object) -> None:
        if value is not None:
            self._event_values.append((str(event), str(name), _text(value)))

    def object_value(self, name: object, attribute: object, time: object, value: object) -> None:
        if value is not None:
            self._object_values.append((str(name), str(attribute), _text(time), _text(value)))

    def event_relation(self, event: object, name: object, qualifier: object) -> None:
        self._event_object.append((str(event), str(name), _text(qualifier) or ""))

    def object_relation(self, source: object, target: object, qualifier: object) -> None:
        self._object_object.append((str(source), str(target), _text(qualifier) or ""))

    def finish(self) -> ObjectLog:
        """The log. What names an object or event that is not there is left out, and said in `warnings`."""
        if not self._events:
            raise ImportFailed(told("ocel.no_events", "{path} has no events", path=self.path))
        warnings: list[str] = []
        as_text = {"event": pl.String, "type": pl.String, "time": pl.String}
        events = self._with_times(table(self._events, as_text), warnings)
        objects = table(self._objects, OBJECTS)
        events = _unique(events, "event", warnings)
        objects = _unique(objects, "object", warnings)
        known_events, known_objects = events.select("event"), objects.select("object")
        relations = table(self._event_object, EVENT_OBJECT).unique(maintain_order=True)
        related = relations.join(known_events, on="event", how="semi").join(
            known_objects, on="object", how="semi"
        )
        _say_lost(relations, related, "ocel.lost_relations", warnings)
        pairs = table(self._object_object, OBJECT_OBJECT).unique(maintain_order=True)
        paired = pairs.join(known_objects, left_on="source", right_on="object", how="semi").join(
            known_objects, left_on="target", right_on="object", how="semi"
        )
        _say_lost(pairs, paired, "ocel.lost_relations", warnings)
        as_text = {"object": pl.String, "name": pl.String, "time": pl.String, "value": pl.String}
        object_values = self._with_times(table(self._object_values, as_text), warnings, missing=BEGINNING)
        event_values = table(self._event_values, EVENT_VALUES).join(known_events, on="event", how="semi")
        object_values = object_values.select(list(OBJECT_VALUES)).join(known_objects, on="object", how="semi")
        return ObjectLog(
            events=events,
            objects=objects,
            event_object=related,
            object_object=paired,
            event_values=event_values,
            object_values=object_values,
            event_types=_declared(self._event_types, events, event_values, "event"),
            object_types=_declared(self._object_types, objects, object_values, "object"),
            warnings=tuple(dict.fromkeys(warnings)),
        )

    def _with_times(
        self, frame: pl.DataFrame, warnings: list[str], missing: datetime | None = None
    ) -> pl.DataFrame:
        """The frame with `time` as instants; a time of 1970 (any spelling) is the beginning, whatever the zone."""
        texts = frame["time"]
        said = texts.drop_nulls().filter(~texts.drop_nulls().str.starts_with("1970-01-01"))
        form = detect_format(said.unique().to_list(), least=0.5) if len(said) else None
        if isinstance(form, Ambiguous):
            raise ImportFailed(
                told(
                    "ocel.ambiguous",
                    "the times of {path} can be read day first or month first; OCEL 2.0 writes them as 2023-04-03T10:08:18Z",
                    path=self.path,
                )
            )
        if form is None:
            times = pl.Series("time", [None] * frame.height, dtype=INSTANT)
        else:
            times = parse_times(texts, form, self.zone).values.cast(INSTANT)
        if missing is not None:
            early = texts.is_null() | texts.str.starts_with("1970-01-01")
            times = pl.select(
                pl.when(early).then(pl.lit(missing, dtype=INSTANT)).otherwise(times)
            ).to_series()
        whole = frame.with_columns(times.alias("time"))
        good = whole.filter(pl.col("time").is_not_null())
        if good.height < whole.height:
            example = frame.filter(whole["time"].is_null())["time"][0]
            warnings.append(
                told(
                    "ocel.bad_times",
                    "{count} rows without a readable time were left out (such as {example})",
                    count=whole.height - good.height,
                    example=repr(example),
                )
            )
        if not good.height and missing is None:
            raise ImportFailed(
                told("ocel.no_times", "no event of {path} has a readable time", path=self.path)
            )
        return good


def _declared(
    declared: dict[str, dict[str, OcelType]], things: pl.DataFrame, values: pl.DataFrame, key: str
) -> dict[str, dict[str, OcelType]]:
    """What the file declares, and what it uses without declaring it: as text."""
    found = {name: dict(attributes) for name, attributes in declared.items()}
    for name in things["type"].unique(maintain_order=True):
        found.setdefault(name, {})
    used = values.join(things.select(key, "type"), on=key).select("type", "name").unique(maintain_order=True)
    for kind, name in used.iter_rows():
        found[kind].setdefault(name, "string")
    return found


def _unique(frame: pl.DataFrame, column: str, warnings: list[str]) -> pl.DataFrame:
    once = frame.unique(column, keep="first", maintain_order=True)
    if once.height < frame.height:
        warnings.append(
            told(
                "ocel.twice",
                "{count} identifiers stand twice; the first of each was read",
                count=frame.height - once.height,
            )
        )
    return once


def _say_lost(before: pl.DataFrame, after: pl.DataFrame, message: str, warnings: list[str]) -> None:
    if after.height < before.height:
        warnings.append(
            told(
                message,
                "{count} relations name an event or object that is not in the file; they were left out",
                count=before.height - after.height,
            )
        )


def _type(kind: str | None) -> OcelType:
    small = str(kind or "string").lower()
    found = {"date": "time", "timestamp": "time", "int": "integer", "double": "float", "bool": "boolean"}.get(
        small, small
    )
    return found if found in OCEL_TYPES else "string"


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
