"""An attribute's values as exact integers, and the unit in which they read."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.statistics import Integers, as_integers
from giao.core.agreement.quantity import SECOND
from giao.core.told import told

_PER_SECOND = {"us": SECOND, "ms": 1_000, "ns": 1_000_000_000}


def exact_values(
    name: str, values: pl.Series
) -> tuple[Integers, int, npt.NDArray[np.bool_], Literal["seconds", "number"]]:
    """(integers, scale, which are null, unit): value = integer / scale; a duration reads in seconds, null is 0.

    Raises AgreementError when the attribute holds no numbers.
    """
    empty = values.is_null().to_numpy()
    kind = values.dtype
    if isinstance(kind, pl.Duration):
        whole = values.to_physical().fill_null(0).to_numpy().astype(np.int64)
        return whole, _PER_SECOND[kind.time_unit], empty, "seconds"
    if isinstance(kind, pl.Decimal):
        scale = kind.scale or 0
        return values.fill_null(0).to_physical().cast(pl.Int64).to_numpy(), 10**scale, empty, "number"
    if kind == pl.Boolean or kind.is_integer():
        return values.cast(pl.Int64).fill_null(0).to_numpy(), 1, empty, "number"
    if kind.is_float():
        numbers = values.fill_nan(None)
        empty = numbers.is_null().to_numpy()
        try:
            whole, scale = as_integers(numbers.fill_null(0.0).to_numpy())
        except ValueError as error:
            raise AgreementError(
                told("agreement.attribute_wrong", "attribute {name!r}: {error}", name=name, error=error)
            ) from None
        return whole, scale, empty, "number"
    if values.null_count() == len(values):
        return np.zeros(len(values), dtype=np.int64), 1, empty, "number"
    raise AgreementError(
        told(
            "agreement.attribute_no_number",
            "attribute {name!r} holds {kind}, and this needs numbers; declare it in work.attributes as "
            "{{type: number}} and import the log again, or name another attribute",
            name=name,
            kind=kind,
        )
    )
