"""Live events on top of a sealed log, or on nothing: the same log as if they had been imported.

    tail = Tail(open_log("log/"), order=agreement.work.order)
    tail.add([live_event({"case": "C7", "activity": "Out", "occurred_us": …, "recorded_us": …, "position": 41})])
    tail.log()            # everything
    tail.cases(["C7"])    # the whole history of these cases, without reading the rest

The order inside a case is by content, never by arrival: time, the source's sequence (events without one after those
with one), the agreement's order of activities, then the canonical bytes of what the event says. So is the hash.
An event that says in every column what another says counts once, as in an import; so a repeated delivery does no harm.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.arrange import MOST_WORDS
from giao.core.log.model import EventLog, Held
from giao.core.log.part import write_part
from giao.core.log.tail_columns import Layout, MergedColumns
from giao.core.log.tail_event import LIVE_SEQ, BadEvent, LiveEvent, canonical, check_event
from giao.core.log.tail_hash import TailLog, arranged
from giao.core.log.tail_schema import (
    LIVE_CORE,
    TailColumn,
    columns_of,
    core_column,
    name_of,
    new_columns,
    read_value,
    shown,
    with_declared,
)
from giao.core.log.values import ATTRIBUTE_TYPE, Kind
from giao.core.told import told

Ints = NDArray[np.int64]
Key = tuple[int, int, int, bytes]
FEW_WORDS = 256
"""A text attribute that only live events have is coded up to so many different texts."""

_CORE_FIELDS = ("lifecycle", "resource", "group", "role", "cost")


@dataclass(frozen=True)
class Refused:
    """An event that is not in the log, and the sentence that says why."""

    event: LiveEvent
    why: str


@dataclass(frozen=True)
class Added:
    """What `Tail.add` did.

    cases       those that have got events
    refused     events that cannot be: nothing of them is in the log
    duplicates  events that say what an event already there says; they count once
    columns     names of columns that are new or hold another kind of number now
    earliest_us the earliest time of an added event; None when none was
    """

    cases: frozenset[str]
    refused: tuple[Refused, ...] = ()
    duplicates: tuple[LiveEvent, ...] = ()
    columns: tuple[str, ...] = ()
    earliest_us: int | None = None


@dataclass(frozen=True, order=True)
class _Row:
    """A live event in its case: after `place` base rows of the case, then by key."""

    place: int
    key: Key
    event: LiveEvent = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)


class Tail:
    """Live events over a base log. Grows; every log that it gives out is a value that does not change.

    base       a sealed log (never changed), or None for an engagement that starts live
    order      activities at equal times, first to last (the agreement's `work.order`)
    declared   attributes that are known before an event sets them: name -> type of the agreement
    sequenced  whether the base's `seq` is the source's own sequence, and so part of its content
    """

    def __init__(
        self,
        base: EventLog | None = None,
        *,
        order: Sequence[str] = (),
        declared: Mapping[str, str] | None = None,
        sequenced: bool = False,
    ) -> None:
        self.base = base
        self._rank = {activity: at for at, activity in enumerate(order)}
        known = new_columns({}) if base is None else columns_of(base)
        self._columns = with_declared(known, declared or {})
        self._rows: dict[str, list[_Row]] = {}
        self._n_live = 0
        self._sequenced = sequenced or (base is not None and base.has_sequence)
        self._whole: EventLog | None = None
        self._words = _Words(base)
        self._base_times = np.empty(0, np.int64)

    def __repr__(self) -> str:
        return f"Tail({self._n_live:,} live events in {len(self._rows):,} cases over {self.base!r})"

    @property
    def n_live(self) -> int:
        """Events of the tail."""
        return self._n_live

    @property
    def n_events(self) -> int:
        """Events of base and tail."""
        return self._n_live + (self.base.n_events if self.base is not None else 0)

    @property
    def size(self) -> tuple[int, int]:
        """(cases, events): of the base and live ones."""
        based = self.base.n_cases if self.base is not None else 0
        return based + sum(code < 0 for code in self._codes(list(self._rows))), self.n_events

    @property
    def columns(self) -> Mapping[str, TailColumn]:
        """The columns of the log as they are now."""
        return self._columns

    def add(self, events: Iterable[LiveEvent]) -> Added:
        """Put events in; those that cannot be are answered, the others are in."""
        listed = sorted(events, key=lambda event: event.position)
        before = dict(self._columns)
        refused: list[Refused] = []
        read: list[tuple[LiveEvent, dict[str, Any]]] = []
        for event in listed:
            try:
                check_event(event)
                read.append((event, self._read(event)))
            except BadEvent as error:
                refused.append(Refused(event, str(error)))
        codes = self._codes([event.case for event, _ in read])
        if self.base is not None and not len(self._base_times):
            self._base_times = self.base.times_us()
        cases: set[str] = set()
        times: list[int] = []
        doubled: list[LiveEvent] = []
        for (event, values), code in zip(read, codes, strict=True):
            row = self._placed(event, values, code)
            mine = self._rows.setdefault(event.case, [])
            at = bisect_left(mine, row) if row is not None else 0
            if row is None or (at < len(mine) and mine[at] == row):
                doubled.append(event)
                continue
            insort(mine, row)
            cases.add(event.case)
            self._n_live += 1
            self._sequenced |= event.sequence is not None
            self._words.add(self._columns, values)
            times.append(event.occurred_us)
        if cases:
            self._whole = None
        changed = tuple(name for name, column in self._columns.items() if before.get(name) != column)
        return Added(frozenset(cases), tuple(refused), tuple(doubled), changed, min(times) if times else None)

    def log(self) -> EventLog:
        """Base and tail as one log; the base itself while there is no live event."""
        if self._whole is None:
            if self.base is not None and not self._n_live and set(self.base.columns) >= set(self._columns):
                self._whole = self.base
            else:
                self._whole = self._merged(None)
        return self._whole

    def cases(self, ids: Iterable[str], *, as_of_us: int | None = None) -> EventLog:
        """The complete history of some cases, as a log of its own; ids without any event are left out.

        `as_of_us`: only events recorded (else happened) at or before it, and only cases that have one.
        """
        wanted = sorted(set(ids))
        return self._merged(wanted, as_of_us)

    def sealed(self, folder: Path) -> str:
        """Write base and tail as one sealed part into a folder that does not exist yet; returns the content hash."""
        return write_part(arranged(self.log(), self._columns, sequenced=self._sequenced)[0], folder)

    def settled(self) -> Tail:
        """The same log with everything in its base, in memory, and an empty tail."""
        whole = self.log()
        base = TailLog(
            Held(whole.events([name for name in whole.columns if name != "case"]).to_dict()),
            self._columns,
            case_ids=whole.case_ids,
            offsets=whole.offsets,
            activities=whole.activities,
            sequenced=self._sequenced,
            zone=whole.zone,
            personal=whole.personal,
            source=whole.source,
        )
        tail = Tail(base, order=sorted(self._rank, key=self._rank.__getitem__), sequenced=self._sequenced)
        tail._columns = dict(self._columns)
        return tail

    # Reading an event

    def _read(self, event: LiveEvent) -> dict[str, Any]:
        """What an event says, by column; the columns grow by what is new. Raises BadEvent."""
        found: dict[str, Any] = {}
        grown: dict[str, TailColumn] = {}
        for label, value in event.attributes.items():
            if value is None:
                continue
            name = name_of(label, self._columns)
            column = grown.get(name, self._columns.get(name))
            found[name], kind, scale = read_value(label, value, column)
            grown[name] = self._column(name, label, column, kind, scale)
        for name in _CORE_FIELDS:
            value = getattr(event, name)
            if value is None:
                continue
            column = self._columns.get(name)
            if name == "cost":
                value, kind, scale = read_value(name, value, column or core_column(name, "integer"))
            else:
                kind, scale = "text", 0
            found[name] = value
            grown[name] = (
                column.joined(kind, scale)
                if column and name == "cost"
                else column or _core(name, kind, scale)
            )
        if event.recorded_us is not None:
            found["recorded"] = event.recorded_us
        if event.started_us is not None:
            found["start"] = event.started_us
        for name in ("recorded", "start"):
            if name in found and name not in self._columns:
                grown[name] = core_column(name, "instant")
        self._grow(grown)
        found |= {"activity": event.activity, "time": event.occurred_us}
        found["seq"] = LIVE_SEQ if event.sequence is None else event.sequence
        return found

    @staticmethod
    def _column(name: str, label: str, column: TailColumn | None, kind: Kind, scale: int) -> TailColumn:
        if column is None:
            return TailColumn(name, label, kind, ATTRIBUTE_TYPE[kind], scale, fixed=False)
        numbers = ("integer", "decimal", "float")
        return column.joined(kind, scale) if kind in numbers and column.kind in numbers else column

    def _grow(self, grown: Mapping[str, TailColumn]) -> None:
        changed = {name: column for name, column in grown.items() if self._columns.get(name) != column}
        if not changed:
            return
        every = {**self._columns, **changed}
        core = {name: every[name] for name in LIVE_CORE if name in every}
        based = [
            name
            for name in self._columns
            if name not in core and (self.base is None or name in self.base.columns)
        ]
        rest = sorted(name for name in every if name not in core and name not in set(based))
        order = [*based, *rest] if self.base is not None else sorted([*based, *rest])
        self._columns = {**core, **{name: every[name] for name in order}}

    # Where it stands

    def _codes(self, ids: Sequence[str]) -> list[int]:
        """Base code of each case id; -1 for cases that the base does not have."""
        base = self.base
        if base is None or not base.n_cases or not ids:
            return [-1] * len(ids)
        wanted = pl.Series(list(ids), dtype=pl.String)
        at = base.case_ids.search_sorted(wanted).cast(pl.Int64).to_numpy()
        inside = np.minimum(at, base.n_cases - 1)
        same = (base.case_ids.gather(pl.Series(inside)) == wanted).to_numpy() & (at < base.n_cases)
        return [int(code) for code in np.where(same, at, -1)]

    def _placed(self, event: LiveEvent, values: Mapping[str, Any], code: int) -> _Row | None:
        """An event with its place; None when the base has the same event."""
        key = self._key(values)
        if code < 0 or self.base is None:
            return _Row(0, key, event, values)
        lo, hi = int(self.base.offsets[code]), int(self.base.offsets[code + 1])
        times = self._base_times[lo:hi]
        place = int(np.searchsorted(times, event.occurred_us, side="left"))
        end = int(np.searchsorted(times, event.occurred_us, side="right"))
        if end == place:
            return _Row(place, key, event, values)
        rows = np.arange(lo + place, lo + end, dtype=np.int64)
        for other in self._based(rows):
            theirs = self._key(other)
            same = theirs[3] == key[3] and (event.sequence is None or theirs[1] == key[1])
            if same:
                return None
            place += theirs < key
        return _Row(place, key, event, values)

    def _key(self, values: Mapping[str, Any]) -> Key:
        content = {
            name: shown(self._columns[name], value)
            for name, value in values.items()
            if name not in ("seq", "time") and value is not None
        }
        rank = self._rank.get(str(values["activity"]), len(self._rank))
        return int(values["time"]), int(values["seq"]), rank, canonical(content)

    def _based(self, rows: Ints) -> list[dict[str, Any]]:
        """Some base rows as live events have their values."""
        assert self.base is not None
        names = [name for name in self.base.columns if name != "case"]
        frame = pl.DataFrame(list(self.base.rows(names, rows).values()))
        instants = [
            name for name in names if self._columns[name].core and self._columns[name].kind == "instant"
        ]
        return frame.with_columns(pl.col(name).to_physical() for name in instants).to_dicts()

    # Putting together

    def _merged(self, ids: Sequence[str] | None, as_of_us: int | None = None) -> EventLog:
        base = self.base
        base_rows, base_ids, base_offsets = self._base_part(ids, as_of_us)
        rows = [
            (case, row)
            for case in (sorted(self._rows) if ids is None else ids)
            for row in self._rows.get(case, ())
            if as_of_us is None or _known_us(row) <= as_of_us
        ]
        if as_of_us is not None and base_rows is not None and rows and self._hides(ids, base_rows):
            rows = self._replaced(rows, base_rows)
        case_ids, offsets, order = _woven(base_ids, base_offsets, rows)
        live = [row.values for _, row in rows]
        layout = Layout(base_rows, int(base_offsets[-1]), live, order)
        return TailLog(
            MergedColumns(base, self._columns, self._words.types(self._columns), layout, offsets),
            self._columns,
            case_ids=case_ids,
            offsets=offsets,
            activities=self._words.activities,
            sequenced=self._sequenced,
            zone=base.zone if base is not None else None,
            personal=base.personal if base is not None else (),
            source={**(base.source if base is not None else {}), "sequenced": self._sequenced},
        )

    def _hides(self, ids: Sequence[str] | None, base_rows: Ints) -> bool:
        """Whether some base rows of the cases are left out."""
        assert self.base is not None
        codes = np.array([code for code in self._codes(ids or ()) if code >= 0], dtype=np.int64)
        return len(base_rows) < int((self.base.offsets[codes + 1] - self.base.offsets[codes]).sum())

    def _base_part(
        self, ids: Sequence[str] | None, as_of_us: int | None
    ) -> tuple[Ints | None, pl.Series, Ints]:
        """(rows, case ids, offsets) of the base that are wanted."""
        base = self.base
        if base is None:
            return None, pl.Series("case", [], dtype=pl.String), np.zeros(1, np.int64)
        if ids is None:
            return None, base.case_ids, np.asarray(base.offsets, np.int64)
        codes = np.array([code for code in self._codes(ids) if code >= 0], dtype=np.int64)
        lo, counts = base.offsets[codes], base.offsets[codes + 1] - base.offsets[codes]
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        rows = np.arange(total, dtype=np.int64) + np.repeat(lo - (ends - counts), counts)
        names = base.case_ids.gather(pl.Series(codes))
        if as_of_us is None:
            return rows, names, np.concatenate(([0], ends)).astype(np.int64)
        known = self._base_known(rows) <= as_of_us
        before = np.concatenate(([0], np.cumsum(known)))
        edges = before[np.concatenate(([0], ends))]
        there = np.diff(edges) > 0
        offsets = np.concatenate(([0], np.cumsum(np.diff(edges)[there]))).astype(np.int64)
        return rows[known], names.filter(pl.Series(there)), offsets

    def _base_known(self, rows: Ints) -> Ints:
        """When each base row was recorded, else happened."""
        assert self.base is not None
        times = self.base.times_us()[rows]
        if "recorded" not in self.base.columns:
            return times
        recorded = self.base.rows(["recorded"], rows)["recorded"].to_physical()
        there = recorded.is_not_null().to_numpy()
        return np.where(there, recorded.fill_null(0).to_numpy(), times)

    def _replaced(self, rows: list[tuple[str, _Row]], base_rows: Ints) -> list[tuple[str, _Row]]:
        """Live rows with their place counted among the base rows that are known."""
        assert self.base is not None
        codes = self._codes([case for case, _ in rows])
        found = []
        for (case, row), code in zip(rows, codes, strict=True):
            if code >= 0 and row.place:
                lo = int(self.base.offsets[code])
                first, end = np.searchsorted(base_rows, [lo, lo + row.place])
                row = _Row(int(end - first), row.key, row.event, row.values)
            found.append((case, row))
        return found


class _Words:
    """The different texts of each column: those of the base, and those that live events brought."""

    def __init__(self, base: EventLog | None) -> None:
        self._base = base
        self._known: dict[str, set[str] | None] = {}
        self._types: dict[str, pl.DataType] = {}
        self.activities = list(base.activities) if base is not None else []

    def add(self, columns: Mapping[str, TailColumn], values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if columns[name].kind != "text":
                continue
            known = self._of(columns[name])
            if known is None or value in known:
                continue
            known.add(value)
            if name == "activity":
                self.activities = sorted(known)
            self._types.pop(name, None)
            if not columns[name].core and len(known) > self._most(name):
                self._known[name] = None

    def types(self, columns: Mapping[str, TailColumn]) -> Mapping[str, pl.DataType]:
        """Enum of each text column, or String where the texts are too many to be coded."""
        for name, column in columns.items():
            if column.kind == "text" and name not in self._types:
                known = self._of(column)
                self._types[name] = pl.String() if known is None else pl.Enum(sorted(known))
        return dict(self._types)

    def _of(self, column: TailColumn) -> set[str] | None:
        name = column.name
        if name not in self._known:
            there = self._base is not None and name in self._base.columns
            known = self._base.dtype(name) if self._base is not None and there else pl.Enum([])
            coded = isinstance(known, pl.Enum)
            self._known[name] = set(known.categories.to_list()) if isinstance(known, pl.Enum) else None
            if coded:
                self._types[name] = known
        return self._known[name]

    def _most(self, name: str) -> int:
        """Texts up to which a column stays coded: what live events add must not make it a dictionary of everything."""
        there = self._base is not None and name in self._base.columns
        known = self._base.dtype(name) if self._base is not None and there else None
        return min(
            MOST_WORDS, 2 * len(known.categories) + FEW_WORDS if isinstance(known, pl.Enum) else FEW_WORDS
        )


def _core(name: str, kind: Kind, scale: int) -> TailColumn:
    column = core_column(name, kind)
    return column.joined(kind, scale) if name == "cost" else column


def _known_us(row: _Row) -> int:
    recorded = row.event.recorded_us
    return row.event.occurred_us if recorded is None else recorded


def _woven(
    base_ids: pl.Series, base_offsets: Ints, rows: Sequence[tuple[str, _Row]]
) -> tuple[pl.Series, Ints, Ints | None]:
    """(case ids, offsets, order) of base rows with live rows put in; `rows` are sorted by case, then place and key."""
    if not rows:
        return base_ids, base_offsets, None
    live_ids = pl.Series("case", [case for case, _ in rows], dtype=pl.String)
    at = (
        base_ids.search_sorted(live_ids).cast(pl.Int64).to_numpy()
        if len(base_ids)
        else np.zeros(len(rows), np.int64)
    )
    if len(base_ids):
        inside = pl.Series(np.minimum(at, len(base_ids) - 1))
        known = (base_ids.gather(inside) == live_ids).to_numpy() & (at < len(base_ids))
    else:
        known = np.zeros(len(rows), bool)
    place = np.array([row.place for _, row in rows], dtype=np.int64)
    position = base_offsets[at] + np.where(known, place, 0)
    n_base = int(base_offsets[-1])
    order = np.insert(
        np.arange(n_base, dtype=np.int64), position, n_base + np.arange(len(rows), dtype=np.int64)
    )
    fresh = live_ids.filter(pl.Series(~known)).unique(maintain_order=True)
    if not len(fresh):
        more = np.bincount(at, minlength=len(base_ids)).astype(np.int64)
        return base_ids, base_offsets + np.concatenate(([0], np.cumsum(more))), order
    # new cases stand among the known ones by their text
    every = pl.concat([base_ids.alias("case"), fresh]).sort()
    counts = np.zeros(len(every), dtype=np.int64)
    if len(base_ids):
        counts[every.search_sorted(base_ids).to_numpy()] = np.diff(base_offsets)
    np.add.at(counts, every.search_sorted(live_ids).to_numpy(), 1)
    return every, np.concatenate(([0], np.cumsum(counts))).astype(np.int64), order


def refuse(added: Added) -> None:
    """Raises BadEvent with the first refusal, for callers that take all or nothing."""
    if added.refused:
        first = added.refused[0]
        raise BadEvent(
            told(
                "tail.refused",
                "event {position} of case {case!r} is refused: {why}",
                position=first.event.position,
                case=first.event.case,
                why=first.why,
            )
        )
