"""The attributes of cases as columns of the stored reading, and the masking of personal ones.

Who worked on a case (`PEOPLE`) is called ``who_<name>`` here.

A reader who may not see persons gets a masked frame: lists, searches, sorting, filters and files all stand on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from giao.core.agreement.store import PEOPLE
from giao.steps.run.monitor.ground import Ground
from giao.ui.table import Kind

MASK = "•••"
FEW = 40
"""An attribute with at most so many values is offered for a breakdown at first."""

_TAKEN = ("case", "received", "delivered", "cancelled", "state", "events", "first_time", "last_time", "last_activity")  # fmt: skip


@dataclass(frozen=True)
class CaseAttribute:
    """`name` as in an address, `column` in the frame. `hidden`: personal, and this reader may not see it."""

    name: str
    label: str
    column: str
    kind: Kind
    personal: bool
    hidden: bool


def attributes_of(ground: Ground) -> list[CaseAttribute]:
    """Last activity, who worked on it, then the attributes of the log in their order. Empty without a reading."""
    results = ground.results
    if results is None:
        return []
    schema = results.cases.collect_schema()
    log = ground.imported
    declared = ground.agreement.work.attributes if ground.versions else {}
    found = [_last_activity()]
    for name in PEOPLE:
        if name in schema:
            personal = declared[name].personal if name in declared else name == "resource"
            label = (declared[name].label if name in declared else None) or people_label(name)
            hidden = personal and not ground.unmasked.shows(name)
            found.append(CaseAttribute(name, label, f"who_{name}", "text", personal, hidden))
    for column, dtype in schema.items():
        if column in _TAKEN or column in PEOPLE:
            continue
        name = column.rstrip("_") if column.rstrip("_") in _TAKEN else column
        known = log.attributes.get(name) if log is not None else None
        spec = declared.get(name)
        personal = bool((spec and spec.personal) or (known and known.personal))
        label = (spec.label if spec else None) or (known.label if known else name)
        found.append(
            CaseAttribute(
                name, label, column, _kind(dtype), personal, personal and not ground.unmasked.shows(name)
            )
        )
    return found


def _last_activity() -> CaseAttribute:
    return CaseAttribute("last_activity", _("Last activity"), "last_activity", "text", False, False)


def people_label(name: str) -> str:
    return {"group": _("Group"), "resource": _("Person"), "role": _("Role")}[name]


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_numeric():
        return "number"
    if isinstance(dtype, pl.Datetime):
        return "instant"
    if isinstance(dtype, pl.Date):
        return "day"
    return "duration" if isinstance(dtype, pl.Duration) else "text"


def cases_frame(ground: Ground, attributes: Iterable[CaseAttribute]) -> pl.LazyFrame:
    """A row a case of the reading that is shown, with who worked on it, masked for this reader."""
    results = ground.results
    assert results is not None
    there = results.cases.collect_schema().names()
    who = {name: f"who_{name}" for name in PEOPLE if name in there}
    frame = results.cases.with_columns(pl.col(name).cast(pl.String) for name in who).rename(who)
    return masked(frame, attributes)


def masked(frame: pl.LazyFrame, attributes: Iterable[CaseAttribute]) -> pl.LazyFrame:
    """The same frame with every hidden attribute's values replaced; "not set" stays visible as such."""
    hidden = [item.column for item in attributes if item.hidden]
    if not hidden:
        return frame
    return frame.with_columns(
        pl.when(pl.col(name).is_null()).then(None).otherwise(pl.lit(MASK)).alias(name) for name in hidden
    )


def equals(attribute: CaseAttribute, value: str) -> pl.Expr:
    """Rows where the attribute has this value, as text; an empty value means "not set"."""
    column = pl.col(attribute.column)
    return column.is_null() if value == "" else (text_of(attribute) == value).fill_null(False)


def text_of(attribute: CaseAttribute) -> pl.Expr:
    """The attribute as the text that stands in addresses."""
    return pl.col(attribute.column).cast(pl.String)
