"""An event log as an object-centric one: a case is an object, and whoever did the work can be one too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl

from giao.core.log.model import EventLog
from giao.core.log.ocel.model import EVENT_OBJECT, EVENT_VALUES, OBJECTS, ObjectLog, OcelType, table

CORE = ("case", "activity", "time", "seq", "recorded")


def objects_of(log: EventLog, case_type: str = "case", *, resource_type: str | None = None) -> ObjectLog:
    """Every event belongs to its case; its attributes are the event's. Flattened on `case_type` it is the log again.

    resource_type  with it, resources become objects of this type, related to their events as `performer`
    """
    frame = log.events()
    ids = pl.Series("case", log.case_ids)
    names = pl.DataFrame(
        {
            "event": [f"e{number}" for number in range(1, frame.height + 1)],
            "type": frame["activity"].cast(pl.String),
            "time": frame["time"],
            "object": ids.gather(frame["case"].cast(pl.UInt32)),
        }
    )
    objects = [
        table([], OBJECTS),
        pl.DataFrame({"object": ids}).with_columns(pl.lit(case_type).alias("type")),
    ]
    relations = [table([], EVENT_OBJECT), names.select("event", "object", pl.lit("case").alias("qualifier"))]
    kept = [name for name in log.columns if name not in CORE and name != "activity"]
    if resource_type is not None and "resource" in kept:
        kept.remove("resource")
        who = names.select("event", frame["resource"].cast(pl.String).alias("object")).drop_nulls()
        people = who.select("object").unique(maintain_order=True)
        taken = people.join(objects[1], on="object", how="semi")["object"].to_list()
        prefix = pl.col("object").replace({name: f"{resource_type} {name}" for name in taken})
        objects.append(people.select(prefix).with_columns(pl.lit(resource_type).alias("type")))
        relations.append(who.select("event", prefix, pl.lit("performer").alias("qualifier")))
    values = [table([], EVENT_VALUES)]
    kinds: dict[str, OcelType] = {}
    for name in kept:
        column = frame[name]
        attribute = log.attributes.get(name)
        label = attribute.label if attribute else name
        kinds[label] = _kind(column.dtype)
        told = column.is_not_null()
        values.append(
            pl.DataFrame(
                {
                    "event": names["event"].filter(told),
                    "name": pl.Series([label]).repeat_by(int(told.sum())).explode(empty_as_null=False)
                    if bool(told.any())
                    else pl.Series([], dtype=pl.String),
                    "value": _texts(column.filter(told)),
                }
            )
        )
    return ObjectLog(
        events=names.select("event", "type", "time"),
        objects=pl.concat(objects),
        event_object=pl.concat(relations),
        object_object=pl.DataFrame(schema={"source": pl.String, "target": pl.String, "qualifier": pl.String}),
        event_values=pl.concat(values),
        object_values=pl.DataFrame(
            schema={
                "object": pl.String,
                "name": pl.String,
                "time": pl.Datetime("us", "UTC"),
                "value": pl.String,
            }
        ),
        event_types=dict.fromkeys(log.activities, kinds),
        object_types={case_type: {}} | ({resource_type: {}} if resource_type else {}),
    )


def _kind(dtype: pl.DataType) -> OcelType:
    if dtype.is_integer():
        return "integer"
    if dtype.is_float() or dtype.is_decimal():
        return "float"
    if dtype == pl.Boolean:
        return "boolean"
    return "time" if isinstance(dtype, pl.Datetime | pl.Date) else "string"


def _texts(values: pl.Series) -> list[str]:
    return [_text(value) for value in values.to_list()]


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return pl.Series([value]).dt.to_string("iso")[0] or ""
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)
