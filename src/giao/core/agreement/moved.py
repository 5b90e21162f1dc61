"""A reading that has moved on from a stored whole one: only what is different is written, the rest is read there.

cases.parquet, clocks.parquet, members.parquet   rows of the cases that were read again, columns as in `store`
changed.parquet                                  ids of those cases: their rows in the base no longer count
summary.json                                     that of the base, with its own instant, figures and counts of clocks;
                                                 `moved_from` names the base folder, a sibling

Statements are the base's: they are made of whole readings alone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from giao.core.agreement.live.reading import LiveReading
from giao.core.agreement.live.tables import Tables
from giao.core.agreement.output import clock_json, iso, kpi_json
from giao.core.agreement.store import SUMMARY, StoredReading, open_reading

CHANGED = "changed.parquet"


@dataclass(frozen=True)
class MovedReading:
    """Reads like `StoredReading`; columns of coded names are text."""

    folder: Path

    @cached_property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / SUMMARY).read_text(encoding="utf-8"))
        return found

    @cached_property
    def base(self) -> StoredReading:
        return open_reading(self.folder.parent / str(self.summary["moved_from"]))

    @property
    def cases(self) -> pl.LazyFrame:
        return self._table("cases.parquet", self.base.cases)

    @property
    def clocks(self) -> pl.LazyFrame:
        return self._table("clocks.parquet", self.base.clocks)

    @property
    def members(self) -> pl.LazyFrame:
        return self._table("members.parquet", self.base.members)

    @property
    def outlook(self) -> pl.LazyFrame:
        """Chances of breach as the base had them: a clock that was started since has none yet."""
        return self.base.outlook

    def _table(self, name: str, base: pl.LazyFrame) -> pl.LazyFrame:
        changed = pl.scan_parquet(self.folder / CHANGED)
        coded = [column for column, kind in base.collect_schema().items() if isinstance(kind, pl.Enum)]
        kept = base.with_columns(pl.col(coded).cast(pl.String)) if coded else base
        kept = kept.filter(pl.col("case").is_not_null())  # rows of no case are all among the new ones
        kept = kept.join(changed, on="case", how="anti", maintain_order="left")
        return pl.concat([kept, pl.scan_parquet(self.folder / name)], how="diagonal_relaxed")


def open_any(folder: str | Path) -> StoredReading | MovedReading:
    """A stored reading, whole or moved. Raises AgreementError when there is none."""
    place = Path(folder)
    return MovedReading(place) if (place / CHANGED).is_file() else open_reading(place)


def save_moved(reading: LiveReading, base: StoredReading, tables: Tables, folder: Path, ledger: str) -> Path:
    """Write what is different from `base` into `folder`, a sibling of its folder; whole or not at all.

    ledger  names the record that was read, in the place of a log's hash
    """
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        tables.case_rows.write_parquet(draft / "cases.parquet")
        tables.clock_rows.write_parquet(draft / "clocks.parquet")
        tables.member_rows.write_parquet(draft / "members.parquet")
        pl.DataFrame({"case": tables.cases}, schema={"case": pl.String}).write_parquet(draft / CHANGED)
        with (draft / SUMMARY).open("w", encoding="utf-8") as file:
            json.dump(_summary(reading, base, ledger), file, ensure_ascii=False, separators=(",", ":"))
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def _summary(reading: LiveReading, base: StoredReading, ledger: str) -> dict[str, Any]:
    instant = iso(reading.as_of_us)
    parts = (str(base.summary["hash"]), ledger, instant)
    cases, events = reading.tail.size
    return base.summary | {
        "hash": hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        "moved_from": base.folder.name,
        "as_of": instant,
        "log": {"cases": cases, "events": events, "hash": ledger},
        "kpis": [kpi_json(result) for result in reading.results],
        "clocks": [clock_json(counts) for counts in reading.counts.values()],
    }
