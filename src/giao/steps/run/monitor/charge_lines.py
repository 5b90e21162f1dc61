"""Which cases a charge line counted in a month: the library's own counting over the log, kept by reading.

The stored reading holds no rows of charge lines, so they are counted again, by the same patterns and the same function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.charge import ArcRrc, LineBase, Outcome, PassThrough, PerUnit
from giao.core.agreement.facts import Facts
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.pricing.book import Book, Named
from giao.core.agreement.pricing.counts import Counted, Wanted
from giao.core.log import EventLog
from giao.steps.run.monitor.ground import Ground

_WANTED: dict[type[LineBase], Callable[[int, Any], Wanted]] = {
    PerUnit: lambda version, line: Wanted(version, line.per_unit, line.where, line.quantity),
    ArcRrc: lambda version, line: Wanted(version, line.of, line.where),
    Outcome: lambda version, line: Wanted(version, line.outcome, line.where),
    PassThrough: lambda version, line: Wanted(version, line.pass_through, line.where),
}
"""What each kind of line counts; the other kinds count no cases."""

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "case": pl.String,
    "m_at": pl.Datetime("us", "UTC"),
    "m_quantity": pl.Float64,
}


@dataclass(frozen=True)
class CountedCases:
    """A row a counted event in order of time. `quantity`: their sum, as the statement has it; None: counts no cases."""

    rows: pl.DataFrame
    quantity: float | None


def counted_cases(ground: Ground, line: str, month: str) -> CountedCases:
    """What the line counted in the month, the part of it that the term covers. An unknown line counts nothing.

    A further line (``decisions · minimum``) is made of what its own line counted.
    """
    nothing = CountedCases(pl.DataFrame(schema=_SCHEMA), None)
    if ground.log is None or not ground.versions or ground.reading is None:
        return nothing
    key = _Ledger(
        ground.reading.log_hash,
        tuple(item.hash for item in ground.versions),
        ground.as_of_us,
        ground.log,
        ground.versions,
    )
    return _counted(key, line.split(" · ")[0], month) or nothing


@dataclass(frozen=True)
class _Ledger:
    """The inputs of a count by their hashes; log and versions go along without being compared."""

    log_hash: str
    version_hashes: tuple[str, ...]
    as_of_us: int
    log: EventLog
    versions: tuple[Agreement, ...]

    def __hash__(self) -> int:
        return hash((self.log_hash, self.version_hashes, self.as_of_us))

    def __eq__(self, other: object) -> bool:
        mine = (self.log_hash, self.version_hashes, self.as_of_us)
        return isinstance(other, _Ledger) and mine == (other.log_hash, other.version_hashes, other.as_of_us)


@lru_cache(maxsize=64)
def _counted(ledger: _Ledger, line: str, month: str) -> CountedCases | None:
    book, inputs = _book(ledger)
    named = next((item for item in book.lines if item.name == line and item.kind in _WANTED), None)
    if named is None:
        return None
    found = book.counted(named, _wanted(named))
    months = [item for item in inputs.months if item.id == month or not month]
    places = [found.between(item.start_us, item.end_us) for item in months]
    at = np.concatenate([np.arange(low, high) for low, high in places]) if places else np.zeros(0, np.int64)
    at = at.astype(np.int64)
    rows = pl.DataFrame(
        [
            _cases(inputs.log, found, at),
            pl.Series("m_at", found.times[at]).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            pl.Series("m_quantity", _quantities(found, at), dtype=pl.Float64),
        ]
    )
    return CountedCases(rows, float(rows["m_quantity"].sum()))


@lru_cache(maxsize=2)
def _book(ledger: _Ledger) -> tuple[Book, Inputs]:
    inputs = make_inputs(ledger.versions, ledger.log, Facts(), ledger.as_of_us)
    return Book(inputs, Matcher(inputs.log, inputs.agreement.work)), inputs


def _wanted(named: Named) -> list[Wanted]:
    return [_WANTED[named.kind](version, named.by_version[version]) for version in sorted(named.by_version)]


def _cases(log: EventLog, found: Counted, at: np.ndarray) -> pl.Series:
    codes = np.searchsorted(log.offsets, found.rows[at], side="right") - 1
    return log.case_ids.gather(pl.Series(codes)).alias("case")


def _quantities(found: Counted, at: np.ndarray) -> list[float]:
    if found.values is None:
        return [1.0] * len(at)
    return [float(found.values[place] or 0) for place in at.tolist()]
