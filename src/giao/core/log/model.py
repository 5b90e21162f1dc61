"""The event log: an immutable handle on columns of events in log order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.at_events import UNSET, current_in_pieces, gathered, last_set_values
from giao.core.log.errors import LogError
from giao.core.log.mapping import AttributeType
from giao.core.log.names import CLEARED
from giao.core.told import told


@dataclass(frozen=True)
class Attribute:
    """A column that the source has beyond the core ones."""

    name: str
    """FEEL-safe name, the column of `events`."""
    label: str
    """The source's own name, for people."""
    type: AttributeType
    hindsight: bool = False
    """Only the final value is known: it stands on the case's last event and nowhere before."""
    personal: bool = False


class Columns(Protocol):
    """Where a log's columns come from."""

    @property
    def names(self) -> Sequence[str]:
        """Every column but `case`, core ones first."""
        ...

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        """Columns in log order, decoded."""
        ...


class EventLog:
    """Events of cases, sorted by (case, time, seq). Build one with `read_log`, `open_log` or `log_from_frame`.

    A null in a row means "not set by this event", unless the column `cleared` names it: then its value is gone from this
    event on. Columns are read when first asked for, and kept.

    case_ids   String, index = case code, sorted by the id's text
    offsets    int64[n_cases + 1]: events offsets[c] .. offsets[c + 1] are case c
    activities sorted; the code of an activity is its position
    """

    def __init__(
        self,
        columns: Columns,
        *,
        case_ids: pl.Series,
        offsets: NDArray[np.int64],
        activities: Sequence[str],
        attributes: Mapping[str, Attribute],
        hash: str,
        zone: str | None = None,
        source: Mapping[str, Any] | None = None,
        personal: Iterable[str] = (),
    ) -> None:
        self._columns = columns
        self._cache: dict[str, pl.Series] = {}
        self._moments: NDArray[np.int64] | None = None
        self._physical: dict[str, NDArray[Any]] = {}
        self.case_ids = case_ids
        self.offsets = offsets
        self.activities = list(activities)
        self.attributes = dict(attributes)
        self.hash = hash
        self.zone = zone
        self.source: Mapping[str, Any] = source or {}
        self.personal = frozenset(personal)
        """Columns with personal data, core ones (resource, case) included."""
        self.folder: Path | None = None
        """The sealed folder that holds exactly this log, if one does."""

    def __repr__(self) -> str:
        return f"EventLog({self.n_cases:,} cases, {self.n_events:,} events, {len(self.activities)} activities, {self.hash[:12]})"

    @property
    def n_cases(self) -> int:
        """Number of cases."""
        return len(self.case_ids)

    @property
    def n_events(self) -> int:
        """Number of events."""
        return int(self.offsets[-1])

    @property
    def columns(self) -> list[str]:
        """Names of all columns of `events`."""
        return ["case", *self._columns.names]

    def events(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The events, all columns or the named ones, sorted by (case, time, seq).

        case UInt32 (code), activity Enum, time Datetime('us', 'UTC'), seq Int64; where the source has them: start and
        recorded (as time), lifecycle, resource, group, role (Enum), cost; then the attributes: Enum or String, Int64,
        Decimal(38, s) where the source wrote decimal text of up to six places, Float64, Boolean, Date, Datetime, Duration.
        """
        wanted = self.columns if columns is None else list(columns)
        unknown = [name for name in wanted if name not in self.columns]
        if unknown:
            raise LogError(
                told(
                    "log.no_column",
                    "the log has no column {names}; it has {known}",
                    names=", ".join(unknown),
                    known=", ".join(self.columns),
                )
            )
        missing = [name for name in wanted if name not in self._cache]
        if "case" in missing:
            missing.remove("case")
            self._cache["case"] = pl.Series("case", self.case_codes())
        if missing:
            self._cache.update(self._columns.read(missing))
        return pl.DataFrame([self._cache[name] for name in wanted])

    def rows(self, names: Sequence[str], rows: NDArray[np.int64]) -> dict[str, pl.Series]:
        """Some rows of some columns. From a sealed log that is not read yet: only the row groups that hold them."""
        cold = [name for name in names if name != "case" and name not in self._cache]
        picked = self._columns.pick(cold, rows) if cold and isinstance(self._columns, Stored) else None
        read = {} if picked is None else dict(picked)
        held = [name for name in names if name not in read]
        places = pl.Series(rows)
        read |= {name: values.gather(places) for name, values in self.events(held).to_dict().items()}
        return {name: read[name] for name in names}

    def dtype(self, name: str) -> pl.DataType:
        """The type of a column, without reading it."""
        if name not in self._cache and isinstance(self._columns, Stored):
            known = self._columns.dtype(name)
            if known is not None:
                return known
        return self.events([name]).schema[name]

    @property
    def has_sequence(self) -> bool:
        """Whether `seq` is the source's own sequence (a column was mapped to it), not only the order of its rows."""
        imports = self.source.get("imports", ())
        return bool(self.source.get("sequenced")) or any(
            (each.get("mapping") or {}).get("sequence") for each in imports if each.get("active", True)
        )

    def case_codes(self) -> NDArray[np.uint32]:
        """Case code of each event."""
        return np.repeat(np.arange(self.n_cases, dtype=np.uint32), np.diff(self.offsets))

    def times_us(self) -> NDArray[np.int64]:
        """Time of each event, microseconds since 1970 UTC."""
        return self._numbers("time")

    @cached_property
    def span_us(self) -> tuple[int, int]:
        """Times of the earliest and the latest event; an empty span (0, -1) where there is none."""
        times = self.times_us()
        return (int(times.min()), int(times.max())) if len(times) else (0, -1)

    def activity_codes(self) -> NDArray[np.unsignedinteger[Any]]:
        """Activity code of each event, the narrowest unsigned type that holds them."""
        return self._numbers("activity")

    def _numbers(self, name: str) -> NDArray[Any]:
        """A core column as plain numbers. Of a large log piece by piece: no second copy of it stands beside, even for
        a moment.
        """
        if name not in self._physical:
            pieces = self._pieces(name)
            if pieces is None:
                return self.events([name])[name].to_physical().to_numpy()
            whole: NDArray[Any] | None = None
            at = 0
            for piece in pieces:
                found = piece.to_physical().to_numpy()
                whole = np.empty(self.n_events, found.dtype) if whole is None else whole
                whole[at : at + len(found)] = found
                at += len(found)
            assert whole is not None  # a log that comes in pieces is a large one
            whole.flags.writeable = False
            self._physical[name] = whole
        return self._physical[name]

    def current(self, names: Sequence[str]) -> pl.DataFrame:
        """Values as last set at the moment of each event (inclusive), aligned with `events`."""
        frame = self.events(names)
        if self.n_events == 0:
            return frame
        filled = [
            values.gather(self._last_set(values.name, values)) if values.null_count() else values
            for values in frame
        ]
        return pl.DataFrame(filled)

    def current_at(self, name: str, events: NDArray[np.signedinteger[Any]]) -> pl.Series:
        """One column of `current` at some events (row numbers, negative for none): what `gather` would give."""
        rows = events.astype(np.int64, copy=False)
        pieces = self._pieces(name)
        if pieces is not None:
            return current_in_pieces(pieces, self._wide_offsets, rows)
        values = self.events([name])[name]
        if not values.null_count() or self.n_events == 0:
            places = pl.Series(rows)
            return values.gather(places.set(places < 0, None))
        if len(rows) * 4 > self.n_events:
            last = self._last_set_rows(name, values)[rows]
            return gathered(values, np.where(rows < 0, UNSET, last))
        return last_set_values(values, self._set_here(name, values), self._wide_offsets, rows)

    def _pieces(self, name: str) -> Iterator[pl.Series] | None:
        """A column that is read for a moment, piece by piece; None where it is kept: the log is small beside memory."""
        kept = name == "case" or name in self._cache or self.n_events < KEEP_EVENTS or CLEARED in self.columns
        return None if kept or not isinstance(self._columns, Stored) else self._columns.pieces(name)

    @property
    def _wide_offsets(self) -> NDArray[np.int64]:
        return np.ascontiguousarray(self.offsets, dtype=np.int64)

    def cleared(self, name: str) -> NDArray[np.bool_] | None:
        """The events that take a column's value away; None when none does, in a log that tells no such thing."""
        if CLEARED not in self.columns:
            return None
        said = self.events([CLEARED])[CLEARED]
        words = said.unique().drop_nulls()
        those = [word for word in words.cast(pl.String) if name in word.split(" ")]
        return said.cast(pl.String).is_in(those).fill_null(False).to_numpy() if those else None

    def _set_here(self, name: str, values: pl.Series) -> NDArray[np.bool_]:
        """Events that set a column, or take its value away: what was set before them counts no more."""
        here = values.is_not_null().to_numpy()
        cleared = self.cleared(name)
        return here if cleared is None else here | cleared

    def _last_set_rows(self, name: str, values: pl.Series) -> NDArray[np.uint32]:
        from giao.core.log.kernel import last_set

        return last_set(self._set_here(name, values), self._wide_offsets, UNSET)

    def _last_set(self, name: str, values: pl.Series) -> pl.Series:
        places = pl.Series(self._last_set_rows(name, values))
        return places.set(places == UNSET, None)

    def looked_up(self, name: str, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A coded column (Enum) as last set at each event, through a table by code; its last entry is for null."""
        from giao.core.log.kernel import looked_up

        codes, is_set = self.attribute_codes(name)
        if is_set is None:
            found: NDArray[np.uint8] = table[codes]
            return found
        return looked_up(codes, is_set, self._wide_offsets, table)

    def attribute_codes(self, name: str) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """The codes of a coded column (Enum), one past the last where there is none; and where a code is set or taken
        away (None: everywhere)."""
        values = self.events([name])[name]
        codes = values.to_physical()
        if not values.null_count():
            return codes.to_numpy(), None
        nothing = len(values.dtype.categories)  # type: ignore[attr-defined]
        filled = (codes if nothing < 255 else codes.cast(pl.UInt32)).fill_null(nothing).to_numpy()
        return filled, self._set_here(name, values)

    def case_code(self, case_id: str) -> int:
        """Code of a case id; raises `LogError` when there is no such case."""
        at = self.case_ids.search_sorted(case_id)
        code = int(at) if isinstance(at, int) else int(at[0])
        if code >= self.n_cases or self.case_ids[code] != case_id:
            raise LogError(told("log.no_case", "the log has no case `{case_id}`", case_id=case_id))
        return code

    def case_events(self, case_id: str) -> pl.DataFrame:
        """All columns of one case's events."""
        code = self.case_code(case_id)
        lo, hi = int(self.offsets[code]), int(self.offsets[code + 1])
        return self.events()[lo:hi]

    def as_of(self, instant_us: int) -> EventLog:
        """The log as known at an instant: events recorded (else happened) at or before it.

        Cases without such an event are not in it. Two instants between which nothing was recorded give the same hash.
        """
        clock = "recorded" if "recorded" in self.columns else "time"
        if clock == "time" and self.span_us[1] <= instant_us:
            return self
        known = self.events([clock])[clock]
        if clock == "recorded" and known.null_count():
            known = pl.select(pl.coalesce(known, self.events(["time"])["time"])).to_series()
        moments = known.to_physical().to_numpy()
        keep = moments <= instant_us
        if keep.all():
            return self
        latest = int(moments[keep].max()) if keep.any() else None
        return self.take(keep, f"as of {latest}")

    def hash_as_of(self, instant_us: int) -> str:
        """The hash of `as_of(instant_us)` without making that log. Only for logs without `recorded`."""
        if self._moments is None:
            self._moments = np.sort(self.times_us())
        known = int(np.searchsorted(self._moments, instant_us, side="right"))
        if known == len(self._moments):
            return self.hash
        return _derived(self.hash, f"as of {int(self._moments[known - 1]) if known else None}")

    def take(self, keep: NDArray[np.bool_], why: str) -> EventLog:
        """The events where `keep` is true, as a log; `why` must tell what was kept, it goes into the hash."""
        before = np.zeros(self.n_events + 1, np.int64)
        np.cumsum(keep, out=before[1:])
        counts = np.diff(before[self.offsets])
        there = counts > 0
        offsets = np.zeros(int(there.sum()) + 1, np.int64)
        np.cumsum(counts[there], out=offsets[1:])
        return EventLog(
            Picked(self, pl.Series(np.flatnonzero(keep))),
            case_ids=self.case_ids.filter(pl.Series(there)),
            offsets=offsets,
            activities=self.activities,
            attributes=self.attributes,
            hash=_derived(self.hash, why),
            zone=self.zone,
            source=self.source,
            personal=self.personal,
        )

    def with_start_events(self) -> EventLog:
        """Rows that tell a start and an end become two events: lifecycle `start` at the start, `complete` at the end.

        resource, group and role stand on both; the other values are known when the work completes. At equal times
        a row's start comes before its end, and rows keep the source's order. Rows without `start` stay as they are.
        """
        if "start" not in self.columns:
            return self
        from giao.core.log.unfold import unfold_starts

        return unfold_starts(self)

    def with_instances(self) -> EventLog:
        """The other way round: lifecycle `start` and `complete` events become one row with `start` and `time`.

        In a case, a completion takes the earliest open start of the same activity (and `concept:instance`, where the
        log has it) by the same resource; if there is none, the earliest open start of the same activity by anybody.
        A start that is never completed and a completion without a start stay events of their own; so do all other
        transitions. Values that only the start event sets are not carried over.
        """
        if "lifecycle" not in self.columns:
            return self
        from giao.core.log.unfold import fold_instances

        return fold_instances(self)

    def to_csv(self, path: Path) -> None:
        """Write a CSV that `import` reads back; texts that a spreadsheet would run as a formula get an apostrophe."""
        from giao.core.log.write import write_csv

        write_csv(self, Path(path))

    def to_xes(self, path: Path) -> None:
        """Write XES (IEEE 1849), packed when the name ends in .gz."""
        from giao.core.log.write import write_xes

        write_xes(self, Path(path))

    def to_parquet(self, path: Path) -> None:
        """Write one Parquet file with case ids, labels and types, readable by anything."""
        from giao.core.log.write import write_parquet

        write_parquet(self, Path(path))


class Held:
    """Columns in memory."""

    def __init__(self, columns: Mapping[str, pl.Series]) -> None:
        self._held = dict(columns)

    @property
    def names(self) -> Sequence[str]:
        return list(self._held)

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        return {name: self._held[name] for name in names}


class Stored:
    """Columns of a sealed part, decoded when read."""

    def __init__(
        self,
        names: Sequence[str],
        read: Callable[[Sequence[str]], Mapping[str, pl.Series]],
        pick: Callable[[Sequence[str], NDArray[np.int64]], Mapping[str, pl.Series] | None] | None = None,
        types: Mapping[str, pl.DataType] | None = None,
        pieces: Callable[[str], Iterator[pl.Series]] | None = None,
    ) -> None:
        self._names, self._read, self._pick, self._types = list(names), read, pick, types or {}
        self._pieces = pieces

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        return self._read(names)

    def pick(self, names: Sequence[str], rows: NDArray[np.int64]) -> Mapping[str, pl.Series] | None:
        """Some rows (ascending) without reading the others; None where reading the whole column is as cheap."""
        return None if self._pick is None else self._pick(names, rows)

    def dtype(self, name: str) -> pl.DataType | None:
        return self._types.get(name)

    def pieces(self, name: str) -> Iterator[pl.Series] | None:
        """A column in pieces of whole cases; None where it is only to be had whole."""
        return None if self._pieces is None else self._pieces(name)


class Picked:
    """Some rows of another log."""

    def __init__(self, log: EventLog, rows: pl.Series) -> None:
        self._log, self._rows = log, rows

    @property
    def names(self) -> Sequence[str]:
        return [name for name in self._log.columns if name != "case"]

    def read(self, names: Sequence[str]) -> Mapping[str, pl.Series]:
        return {name: values.gather(self._rows) for name, values in self._log.events(names).to_dict().items()}


KEEP_EVENTS = 4_000_000
"""Columns of a larger log that are only needed at some events are read again rather than kept."""


def _derived(parent: str, why: str) -> str:
    return hashlib.sha256(f"{parent} {why}".encode()).hexdigest()
