"""What is read from a source: each column's place in the log, name and type, decided from a sample and the mapping."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import polars as pl

from giao.core.log.errors import ImportNeeds, Need
from giao.core.log.mapping import AttributeType, LogMapping
from giao.core.log.names import safe_names
from giao.core.log.times import (
    Ambiguous,
    TimeFormat,
    check_zone,
    detect_format,
    format_of,
    order_need,
    zone_need,
)
from giao.core.log.values import ATTRIBUTE_TYPE, TEXT, Kind, Reading, guess_reading, kind_of
from giao.core.told import told

_ENOUGH = 1_000
TIME_ROLES = ("time", "start", "recorded")
TEXT_ROLES = ("case", "activity", "lifecycle", "resource", "group", "role")


@dataclass(frozen=True)
class ColumnPlan:
    """One column to read: the source's label, its name in the log, its role (a core column) and how it is read."""

    label: str
    name: str
    reading: Reading
    role: str | None = None
    forced: bool = False
    hindsight: bool = False
    personal: bool = False
    pseudonymise: bool = False


@dataclass(frozen=True)
class Plan:
    """All columns of an import, in the source's order, with the mapping as resolved."""

    mapping: LogMapping
    columns: tuple[ColumnPlan, ...]
    excluded: bool
    warnings: tuple[str, ...] = ()

    def role(self, role: str) -> ColumnPlan | None:
        """The column of a core role."""
        return next((column for column in self.columns if column.role == role), None)

    def late(self, label: str) -> ColumnPlan | None:
        """How a column is read that only turned up after the sample; None when the mapping leaves it out."""
        if not _kept(label, self.mapping, {}):
            return None
        name = safe_names([label], taken=[column.name for column in self.columns])[label]
        return ColumnPlan(label, name, TEXT, pseudonymise=label in self.mapping.pseudonymise)

    def cleared(self) -> list[ColumnPlan]:
        """Columns whose null in a snapshot means that the value is gone."""
        wanted = self.mapping.clears if self.mapping.shape == "snapshot" else None
        if not wanted:
            return []
        return [
            column
            for column in self.columns
            if (wanted == "all" or column.label in wanted)
            and not column.hindsight
            and column.role in (None, "resource", "group", "role", "cost")
        ]

    def with_column(self, column: ColumnPlan) -> Plan:
        """The plan with one more column."""
        return replace(self, columns=(*self.columns, column))


def make_plan(mapping: LogMapping, labels: Sequence[str], sample: pl.DataFrame) -> Plan:
    """Decide every column; raises `ImportNeeds` with everything that is missing at once."""
    if mapping.zone is not None:
        check_zone(mapping.zone)
    needs = _missing(mapping, labels)
    if needs:
        raise ImportNeeds(needs)
    roles = {label: role for role, label in mapping.roles().items()}
    kept = [label for label in labels if _kept(label, mapping, roles)]
    names = safe_names(label for label in kept if label not in roles and label not in (mapping.times or {}))
    columns: list[ColumnPlan] = []
    warnings: list[str] = []
    columns_of_sample = sample.to_dict()
    for label in kept:
        values = columns_of_sample.get(label)
        texts = _texts(values)
        column = ColumnPlan(
            label,
            name=roles.get(label) or names.get(label, label),
            reading=TEXT,
            role=roles.get(label),
            forced=label in mapping.types,
            hindsight=label in mapping.hindsight,
            personal=label in mapping.personal,
            pseudonymise=label in mapping.pseudonymise,
        )
        if column.role in TIME_ROLES or label in (mapping.times or {}):
            reading, need = _time_reading(label, texts, values, mapping)
            needs += [need] if need is not None else []
            column = replace(column, reading=reading, role=column.role or "moment")
        elif column.role == "seq":
            column = replace(column, reading=Reading("integer"))
        elif column.role not in TEXT_ROLES and not column.pseudonymise:
            column = replace(column, reading=_attribute_reading(label, texts, values, mapping))
            if column.reading is TEXT and mapping.zone is None and texts:
                found = detect_format(texts)
                if isinstance(found, TimeFormat) and found.has_time and found.ticks is None:
                    warnings.append(
                        told(
                            "log.text_times",
                            "column {label} holds times without a zone and is read as text: pass --zone",
                            label=label,
                        )
                    )
        columns.append(column)
    if needs:
        raise ImportNeeds(_joined(needs))
    return Plan(mapping, tuple(columns), excluded=len(kept) < len(labels), warnings=tuple(warnings))


def _joined(needs: Sequence[Need]) -> list[Need]:
    """One question for a zone, however many columns ask for it."""
    labels = [need.choices[0] for need in needs if need.field == "zone"]
    asked = [zone_need(*labels)] if labels else []
    return asked + [need for need in needs if need.field != "zone"]


def attribute_type(column: ColumnPlan, kind: Kind, mapping: LogMapping) -> AttributeType:
    """The FEEL type of a column whose values turned out to be of `kind`."""
    return mapping.types.get(column.label, ATTRIBUTE_TYPE[kind])


def _missing(mapping: LogMapping, labels: Sequence[str]) -> list[Need]:
    known = set(labels)
    needs: list[Need] = []
    wanted = {"case": told("need.case", "which column holds the case (order, ticket, file): pass --case")}
    if mapping.shape == "case":
        if not mapping.times:
            needs.append(
                Need(
                    "times",
                    told(
                        "need.times",
                        "a row is a case: say which time column means which activity (`times` of the mapping)",
                    ),
                )
            )
    elif mapping.shape == "snapshot":
        wanted |= {
            "activity": told("need.state", "which column holds the state: pass `state` in the mapping")
        }
        wanted |= {"time": told("need.snapshot_time", "which column says when the row was true: pass --time")}
    else:
        wanted |= {"activity": told("need.activity", "which column holds the activity: pass --activity")}
        wanted |= {"time": told("need.time", "which column holds the time: pass --time")}
    roles = mapping.roles()
    shown = ", ".join(list(labels)[:12]) + (", …" if len(labels) > 12 else "")
    for role, sentence in wanted.items():
        if role not in roles:
            field = "state" if role == "activity" and mapping.shape == "snapshot" else role
            needs.append(
                Need(
                    field,
                    told("need.of_columns", "{sentence} (columns: {shown})", sentence=sentence, shown=shown),
                    tuple(labels),
                )
            )
    named = [("`" + role + "`", label) for role, label in roles.items()]
    named += [("`times`", label) for label in mapping.times or {}]
    for field in (
        "include",
        "exclude",
        "hindsight",
        "personal",
        "pseudonymise",
        "tracked",
        "later",
        "clears",
    ):
        labels_named = getattr(mapping, field) or []
        named += [(f"`{field}`", label) for label in labels_named if labels_named != "all"]
    named += [("`types`", label) for label in mapping.types]
    for where, label in named:
        if label not in known:
            lower = {known_label.lower(): known_label for known_label in labels}
            near = [lower[each] for each in difflib.get_close_matches(label.lower(), lower, n=2)]
            hint = (
                told("word.did_you_mean_plain", "did you mean {names}?", names=" or ".join(near))
                if near
                else told("word.columns", "columns: {shown}", shown=shown)
            )
            needs.append(
                Need(
                    where.strip("`"),
                    told(
                        "need.no_column",
                        "there is no column `{label}` for {where}; {hint}",
                        label=label,
                        where=where,
                        hint=hint,
                    ),
                    tuple(near),
                )
            )
    return needs


def _kept(label: str, mapping: LogMapping, roles: Mapping[str, str]) -> bool:
    if label in roles or label in (mapping.times or {}):
        return True
    if label in mapping.exclude:
        return False
    return mapping.include is None or label in mapping.include


def _texts(values: pl.Series | None) -> list[str]:
    if values is None or values.dtype != pl.String:
        return []
    return cast("list[str]", values.drop_nulls().unique(maintain_order=True).to_list())


def _time_reading(
    label: str, texts: Sequence[str], values: pl.Series | None, mapping: LogMapping
) -> tuple[Reading, Need | None]:
    typed = values.dtype if values is not None else pl.String()
    if values is not None and typed != pl.String and typed != pl.Null:
        naive = (isinstance(typed, pl.Datetime) and typed.time_zone is None) or typed == pl.Date
        if naive and mapping.zone is None:
            return TEXT, zone_need(label)
        if typed.is_numeric():
            found = detect_format([str(value) for value in values.drop_nulls().cast(pl.Int64, strict=False)])
            if not isinstance(found, TimeFormat) or found.ticks is None:
                return TEXT, Need(
                    "time",
                    told(
                        "need.epoch",
                        "column {label} holds numbers that are not epoch times; choose another with --time",
                        label=label,
                    ),
                )
            return Reading("instant", found), None
        return Reading("instant"), None
    form: TimeFormat | Ambiguous | None
    if mapping.date_format is not None and _reads_most(texts, mapping.date_format):
        form = format_of(mapping.date_format)
    else:
        few = texts[:: max(1, len(texts) // _ENOUGH)]
        form = detect_format(few, least=0.5)
        if isinstance(form, Ambiguous) and len(few) < len(texts):
            form = detect_format(texts, least=0.5)
        if form is None and texts and mapping.date_format is not None:
            form = format_of(mapping.date_format)
    if isinstance(form, Ambiguous):
        return TEXT, order_need(label, form)
    if form is None:
        # No text to learn from: ISO is what a column that fills later most likely holds; failures are set aside.
        if not texts:
            form = format_of("%Y-%m-%dT%H:%M:%S%.f%z")
        else:
            shown = texts[0][:60]
            return TEXT, Need(
                "date_format",
                told(
                    "need.date_format",
                    'times in column {label} such as "{shown}" are in no known format: pass --date-format',
                    label=label,
                    shown=shown,
                ),
            )
    if not form.has_offset and mapping.zone is None and texts:
        return TEXT, zone_need(label)
    return Reading("instant", form), None


def _reads_most(texts: Sequence[str], pattern: str) -> bool:
    from giao.core.log.times import parse_times

    if not texts:
        return True
    series = pl.Series("texts", texts, dtype=pl.String)
    return parse_times(series, format_of(pattern), "UTC").values.null_count() * 2 < len(texts)


def _attribute_reading(
    label: str, texts: Sequence[str], values: pl.Series | None, mapping: LogMapping
) -> Reading:
    if values is not None and values.dtype not in (pl.String, pl.Null):
        return Reading(kind_of(values.dtype))
    wanted = mapping.types.get(label)
    if wanted == "string":
        return TEXT
    guessed = guess_reading(texts, decimal=mapping.decimal, zone=mapping.zone)
    if wanted is None or ATTRIBUTE_TYPE[guessed.kind] == wanted:
        return guessed
    if wanted in ("date", "date and time"):
        found = format_of(mapping.date_format) if mapping.date_format else detect_format(texts)
        if isinstance(found, TimeFormat):
            return Reading("date" if wanted == "date" else "instant", found)
    by_type: dict[str, Kind] = {"number": "float", "boolean": "boolean", "days and time duration": "duration"}
    return Reading(by_type[wanted]) if wanted in by_type else TEXT
