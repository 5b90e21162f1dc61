"""An object-centric log in columns, as OCEL 2.0 has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

OcelType = Literal["string", "time", "integer", "float", "boolean"]
OCEL_TYPES: tuple[OcelType, ...] = ("string", "time", "integer", "float", "boolean")

Types = Mapping[str, Mapping[str, OcelType]]
"""Type name -> attribute name -> type of its values."""

INSTANT = pl.Datetime("us", "UTC")
EVENTS = {"event": pl.String, "type": pl.String, "time": INSTANT}
OBJECTS = {"object": pl.String, "type": pl.String}
EVENT_OBJECT = {"event": pl.String, "object": pl.String, "qualifier": pl.String}
OBJECT_OBJECT = {"source": pl.String, "target": pl.String, "qualifier": pl.String}
EVENT_VALUES = {"event": pl.String, "name": pl.String, "value": pl.String}
OBJECT_VALUES = {"object": pl.String, "name": pl.String, "time": INSTANT, "value": pl.String}
TABLES = {
    "events": EVENTS,
    "objects": OBJECTS,
    "event_object": EVENT_OBJECT,
    "object_object": OBJECT_OBJECT,
    "event_values": EVENT_VALUES,
    "object_values": OBJECT_VALUES,
}


@dataclass(frozen=True)
class ObjectLog:
    """Events, objects, what belongs to what, and values. Values are text; `event_types`, `object_types` say what they are.

    events         event, type, time: in the order of the source
    objects        object, type
    event_object   event, object, qualifier
    object_object  source, target, qualifier
    event_values   event, name, value
    object_values  object, name, time (from when; 1970 = from the beginning), value
    warnings       what in the source does not fit together and was left out, as sentences
    """

    events: pl.DataFrame
    objects: pl.DataFrame
    event_object: pl.DataFrame
    object_object: pl.DataFrame
    event_values: pl.DataFrame
    object_values: pl.DataFrame
    event_types: Types = field(default_factory=dict)
    object_types: Types = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def types(self) -> dict[str, int]:
        """Object types with how many objects are of each, the most frequent first; declared ones without objects last."""
        counts = self.objects.group_by("type").len().sort(["len", "type"], descending=[True, False])
        found = dict(zip(counts["type"].to_list(), counts["len"].to_list(), strict=True))
        return found | {name: 0 for name in self.object_types if name not in found}

    def __repr__(self) -> str:
        return (
            f"ObjectLog({self.events.height:,} events, {self.objects.height:,} objects of {len(self.types)} types, "
            f"{self.event_object.height:,} event-object relations)"
        )


def table(rows: list[tuple[object, ...]], schema: Mapping[str, object]) -> pl.DataFrame:
    """Rows as a frame of one of the TABLES."""
    return pl.DataFrame(rows, schema=dict(schema), orient="row")  # type: ignore[arg-type]
