"""Day or month first: where the first rows leave it open, the whole file is looked through before anybody is asked."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from giao.core.log.batches import Source
from giao.core.log.errors import ImportNeeds
from giao.core.log.mapping import LogMapping
from giao.core.log.plan import Plan, make_plan

_PARTS = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ]"


def plan_with_evidence(
    mapping: LogMapping, labels: Sequence[str], sample: pl.DataFrame, sources: Sequence[Source]
) -> Plan:
    """A plan; when only the order of day and month is open, a number above 12 anywhere in the files decides it."""
    try:
        return make_plan(mapping, labels, sample)
    except ImportNeeds as error:
        if any(need.field != "date_format" or len(need.choices) != 2 for need in error.needs):
            raise
        columns = [
            label
            for label in labels
            if any(f"in column {label} can be" in need.sentence for need in error.needs)
        ]
        day_first = _order_of_days(sources, columns)
        if day_first is None:
            raise
        pattern = error.needs[0].choices[0 if day_first else 1]
        return make_plan(mapping.model_copy(update={"date_format": pattern}), labels, sample)


def _order_of_days(sources: Sequence[Source], columns: Sequence[str]) -> bool | None:
    """True for day first, False for month first, None when the files do not tell or contradict themselves."""
    first = second = False
    for source in sources:
        for batch in source.batches():
            for column in columns:
                if column in batch.frame.columns:
                    texts = batch.frame[column]
                    first |= bool((texts.str.extract(_PARTS, 1).cast(pl.Int64) > 12).any())
                    second |= bool((texts.str.extract(_PARTS, 2).cast(pl.Int64) > 12).any())
    return first if first != second else None
