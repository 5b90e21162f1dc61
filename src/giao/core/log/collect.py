"""Batches of a source into a draft: rows without case, activity or time are set aside, the rest is typed and coded."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.arrange import foresee
from giao.core.log.batches import Batch, Rejected, Source
from giao.core.log.draft import Draft, DraftColumn
from giao.core.log.growing import TextColumn, TypedColumn, joined
from giao.core.log.names import CLEARED
from giao.core.log.plan import TIME_ROLES, ColumnPlan, Plan, attribute_type
from giao.core.log.shapes import cleared_names, unfold_cases, unfold_snapshots
from giao.core.log.spill import FILE, PRINT, ROW, Spill, Spilled, SpilledColumn, coded_in_order
from giao.core.log.times import localise, parse_times
from giao.core.log.values import TEXT, Kind, Reading, Typed, dtype_of, guess_reading, kind_of, read_values

SetAside = Callable[[str, Rejected], None]
"""Called with (file name, row) for each row set aside."""

LIFECYCLE = frozenset(
    (
        *(
            "schedule",
            "assign",
            "reassign",
            "start",
            "suspend",
            "resume",
            "complete",
            "withdraw",
            "autoskip",
            "manualskip",
        ),
        *("ate_abort", "pi_abort", "unknown"),
    )
)
"""Transitions of the XES lifecycle extension."""


class Collector:
    """Takes batches of one or more sources under one plan; what exceeds the memory of `spill` goes there.

    `late`: text columns whose type is only decided when all of their values are known.
    """

    def __init__(
        self,
        plan: Plan,
        set_aside: SetAside,
        key: bytes | None = None,
        *,
        spill: Spill | None = None,
        late: Sequence[str] = (),
    ) -> None:
        self.plan, self._set_aside, self._key = plan, set_aside, key
        self._spill, self._held = spill, 0
        self._late = list(late)
        self.rejected: Counter[str] = Counter()
        self.twice = self.skipped = 0
        self._texts: dict[str, TextColumn] = {}
        self._typed: dict[str, TypedColumn] = {}
        for column in plan.columns:
            if column.role == "moment":
                continue
            if column.reading.kind == "text":
                self._texts[column.name] = self._text_column(column)
            else:
                self._typed[column.name] = TypedColumn(column.reading.kind)
        if plan.mapping.shape == "case":
            self._texts["activity"] = TextColumn(coded=spill is not None)
            self._typed["time"] = TypedColumn("instant")
        if plan.cleared():
            self._texts[CLEARED] = TextColumn(coded=spill is not None)
        self._rows = 0
        self._seq: list[NDArray[np.int64]] = []
        self._files: list[int] = []
        self._prints: list[pl.Series] = []
        self._file_parts: list[tuple[int, int]] = []
        self._kept: list[tuple[Source, list[NDArray[np.int64]]]] = []

    def add_source(self, source: Source) -> None:
        """Read one file to its end."""
        kept: list[NDArray[np.int64]] = []
        self._kept.append((source, kept))
        for batch in source.batches():
            for bad in batch.bad:
                self._reject(source, bad)
            if batch.frame.height:
                foresee(batch.frame.height)
                self._add(source, batch, kept)
                if self._spill is not None and self._held > self._spill.most_held:
                    self._put_by()
            else:
                kept.append(np.empty(0, np.int64))
        self._files.append(sum(len(rows) for rows in kept))

    @property
    def spilled(self) -> bool:
        """Whether something was put by on the disk: then `finish_spilled`, after `again` where a column failed."""
        return self._spill is not None and bool(self._spill.units)

    @property
    def failed(self) -> list[str]:
        """Columns that do not bear the type that the sample showed."""
        return [name for name, typed in self._typed.items() if typed.failed]

    def again(self) -> Collector:
        """A reading of all files once more, the failed columns now as texts until all of their values are known."""
        failed = self.failed
        columns = tuple(
            replace(column, reading=TEXT) if column.name in failed else column for column in self.plan.columns
        )
        if self._spill is not None:
            self._spill.clear()
        late = [*self._late, *failed]
        fresh = Collector(
            replace(self.plan, columns=columns), lambda *_: None, self._key, spill=self._spill, late=late
        )
        for source, _ in self._kept:
            fresh.add_source(source)
        # What is set aside was told the first time.
        fresh.rejected, fresh._set_aside = self.rejected, self._set_aside
        return fresh

    def finish(self) -> Draft:
        """The draft; columns that did not bear their guessed type are read again, as they really are."""
        failed = self.failed
        if failed:
            self._read_again([column for column in self.plan.columns if column.name in failed])
        for column in self.plan.columns:
            if column.name in self._late and not column.pseudonymise:
                self._settle(column, self._texts.pop(column.name).finish().cast(pl.String))
        columns: dict[str, DraftColumn] = {}
        for column in self._ordered():
            kind: Kind = column.reading.kind
            scale = 0
            if column.name in self._texts:
                values, kind = self._texts.pop(column.name).finish(), "text"
            else:
                typed = self._typed.pop(column.name)
                kind = typed.kind
                values, scale = typed.finish()
            columns[column.name] = DraftColumn(
                column.name,
                column.label,
                kind,
                attribute_type(column, kind, self.plan.mapping) if kind != "text" else "string",
                self._pseudonym(values) if column.pseudonymise else values,
                scale,
                core=column.role is not None,
                hindsight=column.hindsight,
                personal=column.personal,
            )
        own = "seq" in columns
        if not own:
            seq = pl.Series("seq", np.concatenate(self._seq) if self._seq else np.empty(0, np.int64))
            columns["seq"] = DraftColumn("seq", "seq", "integer", "number", seq, core=True)
        files = None
        if len(self._files) > 1:
            files = pl.Series("file", np.repeat(np.arange(len(self._files), dtype=np.uint32), self._files))
        prints = pl.concat(self._prints) if self._prints else None
        return Draft(columns, own, prints, files)

    def finish_spilled(self) -> Spilled:
        """What was put by, the rest of the rows with it, and what the columns turned out to be."""
        if self._spill is None:
            raise AssertionError("there is nothing put by")
        self._put_by()
        columns: dict[str, SpilledColumn] = {}
        for column in self._ordered():
            words = meaning = None
            scale = 0
            if column.name in self._texts:
                kind: Kind = "text"
                words = self._texts[column.name].words()
                if column.pseudonymise and words is not None:
                    words = coded_in_order(self._pseudonym(words))
                elif column.name in self._late and words is not None:
                    reading, typed = self._borne(words.cast(pl.String))
                    if reading.kind != "text" and not typed.failed:
                        kind, meaning, scale = (
                            reading.kind,
                            typed.values.cast(dtype_of(reading.kind)),
                            typed.scale,
                        )
                        words = None
            else:
                kind = self._typed[column.name].kind
                scale = max(unit.scales.get(column.name, 0) for unit in self._spill.units)
            columns[column.name] = SpilledColumn(
                column.name,
                column.label,
                kind,
                attribute_type(column, kind, self.plan.mapping) if kind != "text" else "string",
                pl.Series([], dtype=pl.Null),
                scale,
                core=column.role is not None,
                hindsight=column.hindsight,
                personal=column.personal,
                words=words,
                meaning=meaning,
            )
        self._texts.clear()  # and the dictionary of the cases with them
        own = "seq" in columns
        if not own:
            none = pl.Series([], dtype=pl.Null)
            columns["seq"] = SpilledColumn("seq", "seq", "integer", "number", none, core=True)
        return Spilled(self._spill, columns, own, len(self._kept) > 1, self.plan.excluded)

    def _put_by(self) -> None:
        """What is held, to the disk."""
        if self._spill is None or not self._rows:
            return
        columns: list[pl.Series] = []
        scales: dict[str, int] = {}
        for name, texts in self._texts.items():
            columns.append(texts.take().alias(name))
        for name, typed in self._typed.items():
            if not typed.failed:
                values, scales[name] = typed.finish()
                columns.append(values.alias(name))
        rows = pl.Series(np.concatenate(self._seq))
        if self.plan.role("seq") is None:
            columns.append(rows.alias("seq"))
        columns.append((rows // self._moments).alias(ROW))
        files, sizes = zip(*self._file_parts, strict=True)
        columns.append(pl.Series(FILE, np.repeat(np.array(files, np.uint32), sizes)))
        if self._prints:
            columns.append(pl.concat(self._prints).alias(PRINT))
        self._spill.add(columns, scales, next(each for each in columns if each.name == "case"))
        self._seq, self._prints, self._file_parts = [], [], []
        self._rows = self._held = 0
        for _, kept in self._kept:
            kept.clear()

    @property
    def _moments(self) -> int:
        """Events that a row of the source can become."""
        return self.plan.mapping.events_of_a_row

    def _text_column(self, column: ColumnPlan) -> TextColumn:
        """Where rows may go to the disk, the dictionaries of these columns are needed in any case."""
        needed = column.role is not None or column.pseudonymise or column.name in self._late
        return TextColumn(coded=self._spill is not None and needed)

    def reject_rows(self, file: NDArray[np.uint32], rows: NDArray[np.int64]) -> None:
        """Set rows of the sources aside as duplicates, each given by the number of its file and its own in it."""
        for number, (source, _) in enumerate(self._kept):
            wanted = np.unique(rows[file == number])
            if len(wanted):
                for line, raw in source.fetch(wanted):
                    self._reject(source, Rejected(line, "duplicate", raw))

    def reject_duplicates(self, draft_rows: NDArray[np.int64]) -> None:
        """Set rows of the draft aside as duplicates; the files are read once more for their lines and texts."""
        if not len(draft_rows):
            return
        file = np.repeat(np.arange(len(self._files), dtype=np.uint32), self._files)[draft_rows]
        rows = np.concatenate([part for _, kept in self._kept for part in kept])[draft_rows]
        self.reject_rows(file, rows)

    def _ordered(self) -> Iterator[ColumnPlan]:
        yield from (column for column in self.plan.columns if column.role != "moment")
        if self.plan.mapping.shape == "case":
            yield ColumnPlan("activity", "activity", TEXT, "activity")
            yield ColumnPlan("time", "time", Reading("instant"), "time")
        if CLEARED in self._texts:
            yield ColumnPlan(CLEARED, CLEARED, TEXT, CLEARED)

    def _add(self, source: Source, batch: Batch, kept: list[NDArray[np.int64]]) -> None:
        frame, rows = self._fitted(batch.frame), batch.rows
        ready: dict[str, pl.Series] = {}
        reasons = np.zeros(frame.height, np.uint8)
        codes: list[str] = [""]

        def mark(where: pl.Series, reason: str) -> None:
            if where.any():
                codes.append(reason)
                flags = where.fill_null(False).to_numpy() & (reasons == 0)
                reasons[flags] = len(codes) - 1

        for role in ("case", "activity"):
            column = self.plan.role(role)
            if column is not None:
                mark(frame[column.label].is_null(), f"no_{role}")
        for column in self.plan.columns:
            if column.role in TIME_ROLES or column.role == "moment":
                texts = frame[column.label]
                values = self._instants(texts, column)
                if column.role == "time":
                    mark(texts.is_null(), "no_time")
                mark(
                    values.is_null() & texts.is_not_null(),
                    f"bad_{column.role}" if column.role != "moment" else "bad_time",
                )
                ready[column.name] = values
            elif column.role == "seq":
                texts = frame[column.label]
                ready["seq"] = texts.cast(pl.Int64, strict=False)
                mark(ready["seq"].is_null(), "bad_sequence")
        if self.plan.mapping.shape == "case":
            moments = [column.name for column in self.plan.columns if column.role == "moment"]
            mark(
                pl.select(pl.all_horizontal(*(ready[name].is_null() for name in moments))).to_series(),
                "no_time",
            )
        if len(codes) > 1:
            at = np.flatnonzero(reasons)
            for place, (line, raw) in zip(at, batch.raw([int(i) for i in at]), strict=True):
                self._reject(source, Rejected(line, codes[reasons[place]], raw))
            good = pl.Series(reasons == 0)
            frame, rows = frame.filter(good), rows[reasons == 0]
            ready = {name: values.filter(good) for name, values in ready.items()}
        self._store(frame, rows, ready, kept)

    def _store(
        self,
        frame: pl.DataFrame,
        rows: NDArray[np.int64],
        ready: dict[str, pl.Series],
        kept: list[NDArray[np.int64]],
    ) -> None:
        mapping, held = self.plan.mapping, 0
        if mapping.shape == "case":
            frame, rows, extra = unfold_cases(frame, rows, ready, self.plan)
            ready = {name: values for name, values in ready.items() if name == "seq"} | extra
            held += self._texts["activity"].add(ready.pop("activity"))
        elif mapping.openings:
            frame, rows, ready = unfold_snapshots(frame, rows, ready, self.plan)
        kept.append(rows // self._moments if self._moments > 1 else rows)
        self._rows += len(rows)
        for column in self.plan.columns:
            if column.role == "moment":
                continue
            if column.name in ready:
                held += self._typed[column.name].add(Typed(ready[column.name]))
                continue
            values = frame[column.label]
            if column.name in self._texts:
                held += self._texts[column.name].add(
                    plain_lifecycle(values) if column.role == "lifecycle" else values
                )
            elif not self._typed[column.name].failed:
                held += self._typed[column.name].add(self._typed_values(values, column))
        if mapping.shape == "case":
            held += self._typed["time"].add(Typed(ready["time"]))
        if CLEARED in self._texts:
            held += self._texts[CLEARED].add(cleared_names(frame, self.plan))
        if self.plan.role("seq") is None or self._spill is not None:
            self._seq.append(rows)
        if self._spill is not None:
            self._file_parts.append((len(self._kept) - 1, len(rows)))
        if self.plan.excluded:
            self._prints.append(frame.hash_rows(seed=7))
        self._held += held + 28 * len(rows)

    def _typed_values(self, values: pl.Series, column: ColumnPlan) -> Typed:
        mapping = self.plan.mapping
        if values.dtype == pl.String:
            return read_values(values, column.reading, decimal=mapping.decimal, zone=mapping.zone)
        return typed_column(values, mapping.zone)

    def _instants(self, texts: pl.Series, column: ColumnPlan) -> pl.Series:
        zone = self.plan.mapping.zone
        if texts.dtype == pl.String or column.reading.times is not None:
            form = column.reading.times
            if form is None:
                raise ValueError(f"column {column.label} has no time format")
            found = parse_times(texts, form, zone)
            self.twice, self.skipped = self.twice + found.twice, self.skipped + found.skipped
            return found.values
        if isinstance(texts.dtype, pl.Datetime) and texts.dtype.time_zone is not None:
            return texts.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
        found = localise(texts.cast(pl.Datetime("us")), zone or "UTC")
        self.twice, self.skipped = self.twice + found.twice, self.skipped + found.skipped
        return found.values

    def _read_again(self, columns: list[ColumnPlan]) -> None:
        """A second pass for the columns whose sample misled: all their texts first, then the type that fits them all."""
        whole: dict[str, list[pl.Series]] = {column.name: [] for column in columns}
        for source, kept in self._kept:
            for batch, rows in zip(source.batches(), kept, strict=True):
                good = pl.Series(np.isin(batch.rows, rows))
                frame = self._fitted(batch.frame).filter(good)
                if self._moments > 1 or self.plan.mapping.shape == "case":
                    unfold = unfold_cases if self.plan.mapping.shape == "case" else unfold_snapshots
                    ready = {
                        column.name: self._instants(frame[column.label], column)
                        for column in self.plan.columns
                        if column.role in ("moment", "time")
                    }
                    frame = unfold(frame, batch.rows[good.to_numpy()], ready, self.plan)[0]
                for column in columns:
                    whole[column.name].append(frame[column.label].cast(pl.String))
        for column in columns:
            del self._typed[column.name]
            self._settle(column, joined(whole.pop(column.name), pl.String()))

    def _settle(self, column: ColumnPlan, texts: pl.Series) -> None:
        """The type that all texts of a column bear."""
        reading, typed = self._borne(texts)
        if reading.kind == "text" or typed.failed:
            self._texts[column.name] = TextColumn()
            self._texts[column.name].add(texts)
        else:
            self._typed[column.name] = TypedColumn(reading.kind)
            self._typed[column.name].add(typed)

    def _borne(self, texts: pl.Series) -> tuple[Reading, Typed]:
        zone, decimal = self.plan.mapping.zone, self.plan.mapping.decimal
        reading = guess_reading(texts.drop_nulls().unique().to_list(), decimal=decimal, zone=zone)
        return reading, read_values(texts, reading, decimal=decimal, zone=zone)

    def _fitted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The batch with all planned columns; ones that the sample did not show (XES, JSON) join the plan as text."""
        planned = {column.label for column in self.plan.columns}
        for label in frame.columns:
            late = self.plan.late(label) if label not in planned else None
            if late is not None:
                self.plan = self.plan.with_column(late)
                self._late.append(late.name)
                self._texts[late.name] = self._text_column(late)
                self._texts[late.name].add(pl.Series([None], dtype=pl.String).new_from_index(0, self._rows))
        there = set(frame.columns)
        missing = [column.label for column in self.plan.columns if column.label not in there]
        return (
            frame.with_columns(pl.lit(None, pl.String).alias(label) for label in missing)
            if missing
            else frame
        )

    def _pseudonym(self, values: pl.Series) -> pl.Series:
        if self._key is None:
            raise ValueError("pseudonymising needs a key")
        words = values.unique().drop_nulls().cast(pl.String)
        hashed = [hmac.new(self._key, word.encode(), hashlib.sha256).hexdigest()[:32] for word in words]
        return values.cast(pl.String).replace_strict(
            words, pl.Series(hashed, dtype=pl.String), default=None, return_dtype=pl.String
        )

    def _reject(self, source: Source, row: Rejected) -> None:
        self.rejected[row.reason] += 1
        raw = (
            "(withheld: the source has pseudonymised columns)" if self.plan.mapping.pseudonymise else row.raw
        )
        self._set_aside(source.name, Rejected(row.line, row.reason, raw))


def plain_lifecycle(values: pl.Series) -> pl.Series:
    """Transitions of the standard lifecycle in lower case (some logs write COMPLETE); other words stay as they are."""
    texts = values.cast(pl.String)
    words = [
        word for word in texts.unique().drop_nulls() if word.lower() in LIFECYCLE and word != word.lower()
    ]
    return texts.replace(words, [word.lower() for word in words]) if words else texts


def typed_column(values: pl.Series, zone: str | None) -> Typed:
    """A column that came typed, in the form in which drafts hold it."""
    kind = kind_of(values.dtype)
    if kind == "decimal" and isinstance(values.dtype, pl.Decimal):
        scale = values.dtype.scale or 0
        return Typed((values * 10**scale).cast(pl.Int64), scale)
    if kind == "instant" and isinstance(values.dtype, pl.Datetime):
        if values.dtype.time_zone is None:
            return Typed(localise(values.cast(pl.Datetime("us")), zone or "UTC").values)
        return Typed(values.dt.convert_time_zone("UTC").dt.cast_time_unit("us"))
    if kind == "float":
        return Typed(values.cast(pl.Float64).fill_nan(None))
    return Typed(values.cast(dtype_of(kind)))
