"""Batches of a source into a draft: rows without case, activity or time are set aside, the rest is typed and coded."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from giao.core.log.batches import Batch, Rejected, Source
from giao.core.log.draft import Draft, DraftColumn
from giao.core.log.plan import TIME_ROLES, ColumnPlan, Plan, attribute_type
from giao.core.log.shapes import unfold_cases
from giao.core.log.times import localise, parse_times
from giao.core.log.values import TEXT, Kind, Reading, Typed, dtype_of, guess_reading, kind_of, read_values

SetAside = Callable[[str, Rejected], None]
"""Called with (file name, row) for each row set aside."""

_MANY_WORDS = 0.5

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


class TextColumn:
    """Texts of one column, dictionary-coded over all batches unless nearly every value is new."""

    def __init__(self) -> None:
        self._categories = pl.Categories.random()
        self._dtype: pl.DataType = pl.Categorical(self._categories)
        self._parts: list[pl.Series] = []

    def add(self, texts: pl.Series) -> None:
        """Append a batch of texts (any type, null where not set)."""
        part = texts.cast(pl.String).cast(self._dtype)
        if not self._parts and len(part) > 10_000 and part.n_unique() > _MANY_WORDS * len(part):
            self._dtype = pl.String()
            part = texts.cast(pl.String)
        self._parts.append(part)

    def finish(self) -> pl.Series:
        """All texts, as Categorical or String."""
        whole = _joined(self._parts, self._dtype)
        self._parts = []
        return whole


class TypedColumn:
    """Values of one column that is not text; `failed` once a value did not bear the reading."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.failed = kind, False
        self._parts: list[tuple[pl.Series, int]] = []

    def add(self, typed: Typed) -> None:
        """Append a batch."""
        if typed.failed:
            self.failed = True
            self._parts = []
        if not self.failed:
            self._parts.append((typed.values, typed.scale))

    def finish(self) -> tuple[pl.Series, int]:
        """All values and the common scale."""
        scale = max((scale for _, scale in self._parts), default=0)
        parts = [part * 10 ** (scale - own) if own < scale else part for part, own in self._parts]
        self._parts = []
        return _joined(parts, dtype_of(self.kind)), scale


class Collector:
    """Takes batches of one or more sources under one plan."""

    def __init__(self, plan: Plan, set_aside: SetAside, key: bytes | None = None) -> None:
        self.plan, self._set_aside, self._key = plan, set_aside, key
        self.rejected: Counter[str] = Counter()
        self.twice = self.skipped = 0
        self._texts: dict[str, TextColumn] = {}
        self._typed: dict[str, TypedColumn] = {}
        for column in plan.columns:
            if column.role == "moment":
                continue
            if column.reading.kind == "text":
                self._texts[column.name] = TextColumn()
            else:
                self._typed[column.name] = TypedColumn(column.reading.kind)
        if plan.mapping.shape == "case":
            self._texts["activity"], self._typed["time"] = TextColumn(), TypedColumn("instant")
        self._late: list[str] = []
        self._rows = 0
        self._seq: list[NDArray[np.int64]] = []
        self._files: list[int] = []
        self._prints: list[pl.Series] = []
        self._kept: list[tuple[Source, list[NDArray[np.int64]]]] = []

    def add_source(self, source: Source) -> None:
        """Read one file to its end."""
        kept: list[NDArray[np.int64]] = []
        self._kept.append((source, kept))
        for batch in source.batches():
            for bad in batch.bad:
                self._reject(source, bad)
            if batch.frame.height:
                self._add(source, batch, kept)
            else:
                kept.append(np.empty(0, np.int64))
        self._files.append(sum(len(rows) for rows in kept))

    def finish(self) -> Draft:
        """The draft; columns that did not bear their guessed type are read again, as they really are."""
        failed = [name for name, typed in self._typed.items() if typed.failed]
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

    def reject_duplicates(self, draft_rows: NDArray[np.int64]) -> None:
        """Set rows of the draft aside as duplicates; the files are read once more for their lines and texts."""
        if not len(draft_rows):
            return
        starts = np.concatenate([[0], np.cumsum(self._files)])
        for number, (source, kept) in enumerate(self._kept):
            mine = (
                draft_rows[(draft_rows >= starts[number]) & (draft_rows < starts[number + 1])]
                - starts[number]
            )
            wanted = np.unique(self._row_numbers(kept)[mine]) if len(mine) else mine
            if not len(wanted):
                continue
            for line, raw in source.fetch(wanted):
                self._reject(source, Rejected(line, "duplicate", raw))

    def _row_numbers(self, kept: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        """Row number in its file of each draft row of one source."""
        return np.concatenate(kept) if kept else np.empty(0, np.int64)

    def _ordered(self) -> Iterator[ColumnPlan]:
        yield from (column for column in self.plan.columns if column.role != "moment")
        if self.plan.mapping.shape == "case":
            yield ColumnPlan("activity", "activity", TEXT, "activity")
            yield ColumnPlan("time", "time", Reading("instant"), "time")

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
        mapping = self.plan.mapping
        count = len(mapping.times or {}) if mapping.shape == "case" else 1
        if mapping.shape == "case":
            frame, rows, extra = unfold_cases(frame, rows, ready, self.plan)
            ready = {name: values for name, values in ready.items() if name == "seq"} | extra
            self._texts["activity"].add(ready.pop("activity"))
        kept.append(rows // count)
        self._rows += len(rows)
        for column in self.plan.columns:
            if column.role == "moment":
                continue
            if column.name in ready:
                self._typed[column.name].add(Typed(ready[column.name]))
                continue
            values = frame[column.label]
            if column.name in self._texts:
                self._texts[column.name].add(
                    plain_lifecycle(values) if column.role == "lifecycle" else values
                )
            elif not self._typed[column.name].failed:
                self._typed[column.name].add(self._typed_values(values, column))
        if mapping.shape == "case":
            self._typed["time"].add(Typed(ready["time"]))
        if self.plan.role("seq") is None:
            self._seq.append(rows)
        if self.plan.excluded:
            self._prints.append(frame.hash_rows(seed=7))

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
                if self.plan.mapping.shape == "case":
                    ready = {
                        column.name: self._instants(frame[column.label], column)
                        for column in self.plan.columns
                        if column.role == "moment"
                    }
                    frame = unfold_cases(frame, batch.rows[good.to_numpy()], ready, self.plan)[0]
                for column in columns:
                    whole[column.name].append(frame[column.label].cast(pl.String))
        for column in columns:
            del self._typed[column.name]
            self._settle(column, _joined(whole.pop(column.name), pl.String()))

    def _settle(self, column: ColumnPlan, texts: pl.Series) -> None:
        """The type that all texts of a column bear."""
        zone, decimal = self.plan.mapping.zone, self.plan.mapping.decimal
        reading = guess_reading(texts.drop_nulls().unique().to_list(), decimal=decimal, zone=zone)
        typed = read_values(texts, reading, decimal=decimal, zone=zone)
        if reading.kind == "text" or typed.failed:
            self._texts[column.name] = TextColumn()
            self._texts[column.name].add(texts)
        else:
            self._typed[column.name] = TypedColumn(reading.kind)
            self._typed[column.name].add(typed)

    def _fitted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The batch with all planned columns; ones that the sample did not show (XES, JSON) join the plan as text."""
        planned = {column.label for column in self.plan.columns}
        for label in frame.columns:
            late = self.plan.late(label) if label not in planned else None
            if late is not None:
                self.plan = self.plan.with_column(late)
                self._late.append(late.name)
                self._texts[late.name] = TextColumn()
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


def _joined(parts: list[pl.Series], dtype: pl.DataType) -> pl.Series:
    if not parts:
        return pl.Series([], dtype=dtype)
    return pl.concat([part.cast(dtype).alias("") for part in parts], rechunk=True)
