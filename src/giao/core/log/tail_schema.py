"""The columns of a log that goes on: those of its base, those that were declared, and those that live events bring.

What a column is does not depend on the order in which events came: the kinds of number join (whole numbers and decimals
are decimals, with longer fractions floats). A value of another type than its column's is refused with a sentence; an
attribute that nobody declared is of the type of its first value by ledger position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from giao.core.log.mapping import AttributeType
from giao.core.log.model import EventLog
from giao.core.log.names import CORE, safe_names
from giao.core.log.tail_event import BadEvent, instant_of, number_of
from giao.core.log.times import INSTANT
from giao.core.log.values import ATTRIBUTE_TYPE, MOST_PLACES, Kind, kind_of
from giao.core.told import told

LIVE_CORE: Mapping[str, Kind] = {
    "activity": "text",
    "time": "instant",
    "seq": "integer",
    "start": "instant",
    "recorded": "instant",
    "lifecycle": "text",
    "resource": "text",
    "group": "text",
    "role": "text",
    "cost": "integer",
}
_KIND_OF_TYPE: Mapping[str, Kind] = {
    "string": "text",
    "number": "integer",
    "boolean": "boolean",
    "date": "date",
    "date and time": "instant",
    "days and time duration": "duration",
}
_NUMBERS: tuple[Kind, ...] = ("integer", "decimal", "float")
_LARGEST_DECIMAL = 10**11
_LARGEST_INTEGER = 10**18


@dataclass(frozen=True)
class TailColumn:
    """One column. `fixed`: its type was said by the base or declared, not found in a live value."""

    name: str
    label: str
    kind: Kind
    type: AttributeType
    scale: int = 0
    core: bool = False
    hindsight: bool = False
    personal: bool = False
    fixed: bool = True

    def joined(self, kind: Kind, scale: int) -> TailColumn:
        """The narrowest column that holds its values and those of another kind of number."""
        wider = max(self.kind, kind, key=_NUMBERS.index)
        places = max(self.scale, scale) if wider == "decimal" else 0
        return self if (wider, places) == (self.kind, self.scale) else replace(self, kind=wider, scale=places)


def columns_of(base: EventLog) -> dict[str, TailColumn]:
    """The columns of a log, core ones first."""
    found: dict[str, TailColumn] = {}
    for name in base.columns:
        if name == "case":
            continue
        dtype = base.dtype(name)
        kind = kind_of(dtype)
        scale = int(dtype.scale) if isinstance(dtype, pl.Decimal) else 0
        attribute = base.attributes.get(name)
        if attribute is None:
            label, of_type, hindsight = name, ATTRIBUTE_TYPE[kind], False
        else:
            label, of_type, hindsight = attribute.label, attribute.type, attribute.hindsight
        found[name] = TailColumn(
            name, label, kind, of_type, scale, name in CORE, hindsight, name in base.personal
        )
    return found


def new_columns(declared: Mapping[str, str]) -> dict[str, TailColumn]:
    """Columns of a log that begins empty, with declared attributes (name: type of the agreement)."""
    found = {
        name: TailColumn(name, name, kind, ATTRIBUTE_TYPE[kind], core=True)
        for name, kind in LIVE_CORE.items()
        if name in ("activity", "time", "seq")
    }
    return with_declared(found, declared)


def with_declared(columns: Mapping[str, TailColumn], declared: Mapping[str, str]) -> dict[str, TailColumn]:
    """Further attributes that were declared; those that are there stay what they are."""
    found = dict(columns)
    for name, of_type in declared.items():
        kind = _KIND_OF_TYPE.get(of_type, "text")
        if name not in found and name not in CORE:
            found[name] = TailColumn(name, name, kind, ATTRIBUTE_TYPE[kind])
    return found


def core_column(name: str, kind: Kind) -> TailColumn:
    """A core column that a live event brings."""
    return TailColumn(name, name, kind, ATTRIBUTE_TYPE[kind], core=True)


def name_of(label: str, columns: Mapping[str, TailColumn]) -> str:
    """The column of a live attribute: by label as the base has it, by name, else its FEEL-safe name.

    Labels with the same safe name are the same attribute.
    """
    for column in columns.values():
        if not column.core and column.label == label:
            return column.name
    if label in columns and not columns[label].core:
        return label
    return safe_names([label])[label]


def read_value(label: str, value: Any, column: TailColumn | None) -> tuple[Any, Kind, int]:
    """(value, kind, decimal places) of a live attribute as its column takes it. Raises BadEvent for another type.

    Dates, instants and durations may come as ISO 8601 text where the column's type is known.
    """
    kind, scale, plain = _kind_of_value(label, value)
    if column is None:
        return plain, kind, scale
    wanted = column.kind
    if wanted in _NUMBERS and kind in _NUMBERS:
        return plain, kind, scale
    if wanted == kind:
        return plain, kind, scale
    if kind == "text" and wanted in ("date", "instant", "duration"):
        read = _of_text(str(value), wanted)
        if read is not None:
            return read, wanted, 0
    raise BadEvent(
        told(
            "tail.other_type",
            "attribute {label!r} is {value!r}, and the log has it as {type}; send that type, or another name",
            label=label,
            value=value,
            type=column.type,
        )
    )


def _kind_of_value(label: str, value: Any) -> tuple[Kind, int, Any]:
    if isinstance(value, bool):
        return "boolean", 0, value
    if isinstance(value, str):
        return "text", 0, value
    number = number_of(value)
    if number is not None:
        return _kind_of_number(value, number)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return "instant", 0, value
    if isinstance(value, date) and not isinstance(value, datetime):
        return "date", 0, value
    if isinstance(value, timedelta):
        return "duration", 0, value
    raise BadEvent(
        told(
            "tail.no_value",
            "attribute {label!r} is {value!r}: expected a text, a finite number, true or false, a date, an instant "
            "with its offset, or a duration",
            label=label,
            value=str(value)[:80],
        )
    )


def _kind_of_number(value: int | float | Decimal, number: Decimal) -> tuple[Kind, int, Any]:
    if isinstance(value, int):
        if abs(value) < _LARGEST_INTEGER:
            return "integer", 0, value
        return "float", 0, number
    exponent = number.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    shortest = number.normalize().as_tuple().exponent
    least = max(0, -shortest) if isinstance(shortest, int) else 0
    if least > MOST_PLACES or abs(number) >= _LARGEST_DECIMAL:
        return "float", 0, number
    return "decimal", min(places, MOST_PLACES), number


def _of_text(text: str, kind: Kind) -> Any:
    if kind == "duration":
        found = pl.Series([text]).str.strip_chars()
        from giao.core.log.values import Reading, read_values

        typed = read_values(found, Reading("duration"), decimal=".", zone=None)
        return None if typed.failed else typed.values[0]
    try:
        if kind == "date":
            return date.fromisoformat(text.strip())
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def dtype_of_column(column: TailColumn) -> pl.DataType:
    """The Polars type in which a column that is not text stands in the log."""
    if column.kind == "decimal":
        return pl.Decimal(38, column.scale)
    types: Mapping[Kind, pl.DataType] = {
        "text": pl.String(),
        "integer": pl.Int64(),
        "float": pl.Float64(),
        "boolean": pl.Boolean(),
        "date": pl.Date(),
        "instant": INSTANT,
        "duration": pl.Duration("us"),
    }
    return types[column.kind]


def series_of(name: str, values: Iterable[Any], column: TailColumn, dtype: pl.DataType) -> pl.Series:
    """Live values as a column of the log."""
    if column.kind == "float":
        return pl.Series(name, [None if v is None else float(v) for v in values], dtype=dtype)
    if column.kind == "decimal":
        quantum = Decimal(1).scaleb(-column.scale)
        exact = [None if v is None else Decimal(str(v)).quantize(quantum) for v in values]
        return pl.Series(name, exact, dtype=dtype)
    if column.core and column.kind == "instant":
        listed = [None if v is None else v for v in values]
        return pl.Series(name, listed, dtype=pl.Int64).cast(INSTANT)
    return pl.Series(name, list(values), dtype=dtype)


def shown(column: TailColumn, value: Any) -> Any:
    """A core instant, kept as microseconds, as canonical texts have it."""
    return instant_of(value) if column.core and column.kind == "instant" and value is not None else value
