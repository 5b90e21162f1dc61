"""Texts to typed values. A type is only given when every value of the column bears it; else the column stays text.

Whole numbers become Int64. Decimal text with up to six places ("26.85") is kept exactly as Decimal(38, s), s being the
most places found, because it is usually money; longer fractions and exponents become Float64.
Leading zeros ("007") make a column text: they are codes, not numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from giao.core.log.errors import ImportNeeds
from giao.core.log.mapping import AttributeType
from giao.core.log.times import INSTANT, Ambiguous, TimeFormat, detect_format, parse_times

Kind = Literal["text", "integer", "decimal", "float", "boolean", "date", "instant", "duration"]

ATTRIBUTE_TYPE: dict[Kind, AttributeType] = {
    "text": "string",
    "integer": "number",
    "decimal": "number",
    "float": "number",
    "boolean": "boolean",
    "date": "date",
    "instant": "date and time",
    "duration": "days and time duration",
}

MOST_PLACES = 6
_INTEGER = re.compile(r"^[+-]?(0|[1-9]\d{0,17})$")
_DECIMAL = re.compile(r"^[+-]?(0|[1-9]\d{0,10})(\.\d{1,6})?$")
_FLOAT = re.compile(r"^[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?$")
_DURATION = re.compile(
    r"^(?P<minus>-)?P(?=.)(?:(?P<d>\d+)D)?(?:T(?=.)(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d{1,6})?)S)?)?$"
)
_DURATION_TEXT = r"^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?$"


@dataclass(frozen=True)
class Reading:
    """How the texts of one column are read."""

    kind: Kind
    times: TimeFormat | None = None


TEXT = Reading("text")


@dataclass(frozen=True)
class Typed:
    """Values of one batch: `scale` is the number of decimal places of an Int64 that stands for decimals."""

    values: pl.Series
    scale: int = 0
    failed: bool = False


def guess_reading(values: Iterable[str], *, decimal: str = ".", zone: str | None) -> Reading:
    """The narrowest reading that every one of the texts bears; times without offset are text when no zone is known."""
    texts = list(values)
    if not texts:
        return TEXT
    if all(text.lower() in ("true", "false") for text in texts):
        return Reading("boolean")
    plain = [text.replace(",", ".") for text in texts] if decimal == "," else texts
    if all(map(_INTEGER.match, plain)):
        return Reading("integer")
    if all(map(_DECIMAL.match, plain)):
        return Reading("decimal")
    if all(text and any(ch.isdigit() for ch in text) and _FLOAT.match(text) for text in plain):
        return Reading("float")
    if all(map(_DURATION.match, texts)):
        return Reading("duration")
    found = detect_format(texts)
    if found is None or isinstance(found, Ambiguous) or found.ticks is not None:
        return TEXT
    if not found.has_time:
        return Reading("date", found)
    return Reading("instant", found) if found.has_offset or zone is not None else TEXT


def read_values(texts: pl.Series, reading: Reading, *, decimal: str, zone: str | None) -> Typed:
    """Typed values of one column of texts; `failed` when a text does not bear the reading (then nothing is kept)."""
    if texts.dtype != pl.String:
        return Typed(texts)
    if decimal == "," and reading.kind in ("integer", "decimal", "float"):
        texts = texts.str.replace(",", ".", literal=True)
    scale = 0
    match reading.kind:
        case "text":
            return Typed(texts)
        case "integer":
            values = texts.cast(pl.Int64, strict=False)
            if texts.str.contains(r"^[+-]?0\d|^[+-]?\d{19}").any():
                return Typed(texts, failed=True)
        case "decimal":
            return _decimals(texts)
        case "float":
            values = texts.cast(pl.Float64, strict=False)
            if values.is_nan().any() or values.is_infinite().any() or texts.str.contains(r"^[+-]?0\d").any():
                return Typed(texts, failed=True)
        case "boolean":
            lower = texts.str.to_lowercase()
            known = lower.is_in(["true", "false"])
            values = pl.select(pl.when(known).then(lower == "true")).to_series()
        case "date":
            form = reading.times
            values = texts.str.to_date(form.patterns[0] if form else "%Y-%m-%d", strict=False)
        case "instant":
            form = reading.times
            if form is None:
                return Typed(texts, failed=True)
            try:
                values = parse_times(texts, form, zone).values
            except ImportNeeds:
                return Typed(texts, failed=True)
        case "duration":
            values = _durations(texts)
    return Typed(values.alias(texts.name), scale, failed=values.null_count() > texts.null_count())


def dtype_of(kind: Kind) -> pl.DataType:
    """The Polars type in which collected values of a kind stand (decimals: Int64 times 10^scale)."""
    return {
        "text": pl.String(),
        "integer": pl.Int64(),
        "decimal": pl.Int64(),
        "float": pl.Float64(),
        "boolean": pl.Boolean(),
        "date": pl.Date(),
        "instant": INSTANT,
        "duration": pl.Duration("us"),
    }[kind]


def kind_of(dtype: pl.DataType) -> Kind:
    """The kind of a column that comes typed from its source (Parquet, Excel)."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_decimal():
        return "decimal"
    if dtype.is_float():
        return "float"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype == pl.Date:
        return "date"
    if isinstance(dtype, pl.Datetime):
        return "instant"
    if isinstance(dtype, pl.Duration):
        return "duration"
    return "text"


def _decimals(texts: pl.Series) -> Typed:
    """Exact: the digits without the point, times ten for each place that a value has fewer than the longest."""
    if texts.str.contains(r"^[+-]?0\d|^[+-]?\d{12}|^[+-]?\d+\.$|^[+-]?\.").any():
        return Typed(texts, failed=True)
    places = (
        texts.str.len_bytes().cast(pl.Int64) - texts.str.find(".", literal=True).cast(pl.Int64) - 1
    ).fill_null(0)
    most = places.max()
    scale = int(most) if isinstance(most, int) else 0
    digits = texts.str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    if scale > MOST_PLACES or digits.null_count() > texts.null_count():
        return Typed(texts, failed=True)
    short = scale - places
    if (short > 0).any():
        factor = pl.Series([10**k for k in range(scale + 1)], dtype=pl.Int64).gather(short.cast(pl.UInt32))
        digits = digits * factor
    return Typed(digits.alias(texts.name), scale)


def _durations(texts: pl.Series) -> pl.Series:
    parts = [texts.str.extract(_DURATION_TEXT, group) for group in range(1, 6)]
    days, hours, minutes = (part.cast(pl.Int64, strict=False).fill_null(0) for part in parts[1:4])
    seconds = parts[4].cast(pl.Decimal(20, 6), strict=False).fill_null(0)
    micros = (seconds * 1_000_000).cast(pl.Int64) + ((days * 24 + hours) * 60 + minutes) * 60_000_000
    sign = pl.select(pl.when(parts[0] == "-").then(-1).otherwise(1)).to_series()
    good = texts.str.contains(_DURATION_TEXT)
    return pl.select(pl.when(good).then(micros * sign)).to_series().cast(pl.Duration("us"))
