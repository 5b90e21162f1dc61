"""Flatten an object-centric log on one object type: every object of the type is a case.

An event that belongs to three orders stands in three cases (convergence): a count of events over cases is then larger
than the count of events that happened, and `Flat` says by how much, so that nobody bills the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from giao.core.log.errors import ImportFailed, ImportNeeds, Need
from giao.core.log.ocel.model import ObjectLog
from giao.core.told import told

RESERVED = ("case", "activity", "time", "seq", "resource")


@dataclass(frozen=True)
class Flat:
    """Rows of events with `case`, `activity`, `time`, `seq`, maybe `resource`, and the attributes, for an import.

    events   events that stand in at least one case
    shared   events that stand in several cases
    outside  events that belong to no object of the type
    """

    frame: pl.DataFrame
    object_type: str
    events: int
    shared: int
    outside: int
    types: dict[str, str]
    """Attribute -> the type that the source declares."""


def flatten(log: ObjectLog, object_type: str | None = None, *, resource_type: str | None = None) -> Flat:
    """Flatten on a type (needed where the log has several with events).

    resource_type  type of the objects who did the work; an event's one becomes its resource (several: joined by ", ")
    Attributes of the event, and of the object as they stood when the event happened (an object's attribute that bears
    the name of an event's one gets the type's name before it). Raises ImportNeeds, ImportFailed.
    """
    chosen = _chosen(log, object_type)
    if resource_type is not None and resource_type not in log.types:
        raise _unknown(log, resource_type, "resource_type")
    members = log.objects.filter(pl.col("type") == chosen).select("object")
    pairs = (
        log.event_object.select("event", "object")
        .unique(maintain_order=True)
        .join(members, on="object", how="semi")
    )
    events = log.events.with_row_index("seq").with_columns(pl.col("seq").cast(pl.Int64))
    frame = (
        events.join(pairs, on="event", how="inner", maintain_order="left")
        .rename({"object": "case", "type": "activity"})
        .select("event", "case", "activity", "time", "seq")
    )
    if not frame.height:
        raise ImportFailed(
            told(
                "ocel.no_case",
                "no event belongs to an object of type {name}; choose another",
                name=repr(chosen),
            )
        )
    if resource_type is not None:
        people = log.objects.filter(pl.col("type") == resource_type).select("object")
        who = (
            log.event_object.join(people, on="object", how="semi")
            .unique(["event", "object"])
            .sort("event", "object")
        )
        names = who.group_by("event", maintain_order=True).agg(
            pl.col("object").str.join(", ").alias("resource")
        )
        frame = frame.join(names, on="event", how="left", maintain_order="left")
    types: dict[str, str] = {}
    frame = _event_values(log, frame, types)
    frame = _object_values(log, frame, chosen, types)
    per_event = frame.group_by("event").len()
    return Flat(
        frame.drop("event"),
        chosen,
        per_event.height,
        per_event.filter(pl.col("len") > 1).height,
        log.events.height - per_event.height,
        types,
    )


def _chosen(log: ObjectLog, object_type: str | None) -> str:
    if object_type is not None:
        if object_type not in log.types:
            raise _unknown(log, object_type, "object_type")
        return object_type
    used = (
        log.event_object.join(log.objects, on="object")
        .group_by("type")
        .agg(pl.col("object").n_unique().alias("n"))
        .sort(["n", "type"], descending=[True, False])
    )
    if used.height == 1:
        return str(used["type"][0])
    raise ImportNeeds(
        [
            Need(
                "object_type",
                told(
                    "need.object_type",
                    "the log is object-centric: say which object type is the case with --object-type ({names})",
                    names=", ".join(f"{kind}: {n:,}" for kind, n in used.iter_rows()),
                ),
                tuple(used["type"]),
                tuple(used["n"]),
            )
        ]
    )


def _unknown(log: ObjectLog, name: str, field: str) -> ImportNeeds:
    names = tuple(log.types)
    return ImportNeeds(
        [
            Need(
                field,
                told(
                    "ocel.no_type",
                    "the log has no object type {name}; it has {names}",
                    name=repr(name),
                    names=", ".join(names),
                ),
                names,
            )
        ]
    )


def _event_values(log: ObjectLog, frame: pl.DataFrame, types: dict[str, str]) -> pl.DataFrame:
    names = log.event_values["name"].unique(maintain_order=True).to_list()
    for name in names:
        declared = {kinds[name] for kinds in log.event_types.values() if name in kinds}
        column = _free(name, frame, "event")
        types[column] = declared.pop() if len(declared) == 1 else "string"
        values = (
            log.event_values.filter(pl.col("name") == name)
            .unique("event", keep="last", maintain_order=True)
            .select("event", pl.col("value").alias(column))
        )
        frame = frame.join(values, on="event", how="left", maintain_order="left")
    return frame


def _object_values(log: ObjectLog, frame: pl.DataFrame, chosen: str, types: dict[str, str]) -> pl.DataFrame:
    of_cases = log.object_values.join(
        frame.select(pl.col("case").unique().alias("object")), on="object", how="semi"
    )
    for name in of_cases["name"].unique(maintain_order=True).to_list():
        column = _free(name, frame, chosen)
        types[column] = log.object_types.get(chosen, {}).get(name, "string")
        history = (
            of_cases.filter(pl.col("name") == name)
            .select(pl.col("object").alias("case"), "time", pl.col("value").alias(column))
            .sort("time", maintain_order=True)
        )
        frame = (
            frame.with_row_index("_at")
            .sort("time", maintain_order=True)
            .join_asof(history, on="time", by="case", check_sortedness=False)
            .sort("_at")
            .drop("_at")
        )
    return frame


def _free(name: str, frame: pl.DataFrame, owner: str) -> str:
    """A column name that is not taken: the attribute's, else with its owner's name before it."""
    taken = {*frame.columns, *RESERVED, "event", "_at"}
    column = name if name not in taken else f"{owner} {name}"
    number = 2
    while column in taken:
        column = f"{owner} {name} {number}"
        number += 1
    return column
