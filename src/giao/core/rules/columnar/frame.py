"""A rule over a whole frame: by columns where that is exact, row by row where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from giao.core.rules.columnar import calls, membership, moments
from giao.core.rules.columnar.compiler import DATETIME_LOCAL, DATETIME_UTC, to_polars
from giao.core.rules.errors import NotColumnar, RuleLimitError
from giao.core.rules.rule import Rule
from giao.core.rules.scalar.scope import DEFAULT_LIMITS, Limits
from giao.core.rules.values import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    DECIMAL128,
    NULL,
    NUMBER,
    STRING,
    kind_of,
)

_REGISTERED = (calls, membership, moments)  # imported so that they register their nodes

_RESULT = "giao.rule"
#: From this height on it pays to look for repeated rows.
_MANY_ROWS = 1_000


class FrameFacts:
    """Facts read from a frame when asked for, each once."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._bounds: dict[str, int | None] = {}
        self._floats: dict[str, tuple[int, int] | None] = {}

    def bound(self, column: str, scale: int) -> int | None:
        if column not in self._bounds:
            # The physical value of a decimal is the integer wanted here.
            series = self.frame[column].to_physical()
            low, high = series.min(), series.max()
            self._bounds[column] = (
                max(abs(low), abs(high)) if isinstance(low, int) and isinstance(high, int) else 0
            )
        return self._bounds[column]

    def float_scale(self, column: str) -> tuple[int, int] | None:
        """The fewest digits after the point that write every value exactly, up to 6 and up to 15 digits in all.

        A number of at most 15 digits is the shortest decimal of the float nearest to it, so when m / 10**k gives the
        float back, m / 10**k is its FEEL value.
        """
        if column not in self._floats:
            self._floats[column] = self._float_scale(self.frame[column].cast(pl.Float64))
        return self._floats[column]

    @staticmethod
    def _float_scale(series: pl.Series) -> tuple[int, int] | None:
        # NumPy, because it divides correctly rounded; Polars multiplies by the inverse of a literal divisor.
        finite = series.filter(series.is_finite()).to_numpy()
        if finite.size == 0:
            return 0, 0
        for scale in (0, 1, 2, 3, 4, 6):
            shifted = np.round(finite * 10.0**scale)
            largest = float(np.abs(shifted).max())
            if largest >= 1e15:
                return None
            if (shifted / 10.0**scale == finite).all():
                return scale, int(largest)
        return None


def evaluate_frame(
    rule: Rule,
    frame: pl.DataFrame,
    schema: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> pl.Series:
    """The rule's value in every row: always what `rule.evaluate(row)` gives.

    Columns are the rule's names; with `schema` only the names in it. Uses one Polars expression when that is exact, else
    evaluates row by row. Numbers come as Decimal(38, s) (Float64 for a float column's own values, Object when they need
    more digits), a result of mixed kinds, lists or contexts as Object. Raises RuleLimitError as `evaluate` does.
    """
    used = frame.select([name for name in frame.columns if schema is None or name in schema])
    try:
        expression = to_polars(rule, used.schema, FrameFacts(used))
        # On the whole frame, for a frame of no columns has no height.
        return frame.with_columns(expression.alias(_RESULT))[_RESULT]
    except (NotColumnar, RuleLimitError, pl.exceptions.ComputeError):
        return evaluate_rows(rule, used, limits, height=frame.height)


def evaluate_rows(
    rule: Rule, frame: pl.DataFrame, limits: Limits = DEFAULT_LIMITS, *, height: int | None = None
) -> pl.Series:
    """Row by row. Where at least half of many rows repeat (in the columns the rule uses), each different one once.

    `height` tells the number of rows when the frame may have no column.
    """
    used = frame.select([name for name in frame.columns if name in rule.names])
    if not used.columns:
        rows = frame.height if height is None else height
        value = rule.evaluate({}, limits) if rows else None
        return series_of([value] * rows)
    if used.height > _MANY_ROWS and not any(dtype.is_nested() or dtype == pl.Object for dtype in used.dtypes):
        different = used.unique()
        if different.height * 2 <= used.height:
            values = _each(rule, different, limits)
            places = used.join(
                different.with_row_index(_RESULT),
                on=used.columns,
                how="left",
                nulls_equal=True,
                maintain_order="left",
            )[_RESULT].to_list()
            return series_of([values[place] for place in places])
    return series_of(_each(rule, used, limits))


def _each(rule: Rule, frame: pl.DataFrame, limits: Limits) -> list[Any]:
    return [rule.evaluate(row, limits) for row in frame.iter_rows(named=True)]


def series_of(values: list[Any]) -> pl.Series:
    """FEEL values as a column of their kind."""
    kinds = {kind_of(value) for value in values} - {NULL}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None and not kinds:
        return pl.Series(_RESULT, values, dtype=pl.Null)
    if kind == NUMBER:
        return _number_series(values)
    python = {BOOLEAN: bool, STRING: str, DATE_TIME: datetime, DAYS_TIME: timedelta}.get(kind or "")
    present = [value for value in values if value is not None]
    if kind in (BOOLEAN, STRING):
        return pl.Series(_RESULT, values, dtype=pl.Boolean if kind == BOOLEAN else pl.String)
    if kind == DATE and all(hasattr(value, "isocalendar") for value in present):
        return pl.Series(_RESULT, values, dtype=pl.Date)
    if python is not None and all(type(value) is python for value in present):
        if kind == DAYS_TIME:
            return pl.Series(_RESULT, values, dtype=pl.Duration("us"))
        zoned = {value.tzinfo is not None for value in present}
        if len(zoned) == 1:
            return pl.Series(_RESULT, values, dtype=DATETIME_UTC if zoned.pop() else DATETIME_LOCAL)
    return pl.Series(_RESULT, values, dtype=pl.Object)


def _number_series(values: list[Any]) -> pl.Series:
    scale = whole_digits = 0
    for value in values:
        if value:
            short = DECIMAL128.normalize(value)
            exponent = int(short.as_tuple().exponent)
            scale = max(scale, -exponent)
            whole_digits = max(whole_digits, short.adjusted() + 1)
    if scale + whole_digits > 38:
        return pl.Series(_RESULT, values, dtype=pl.Object)
    return pl.Series(_RESULT, values, dtype=pl.Decimal(38, scale))
