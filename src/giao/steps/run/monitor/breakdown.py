"""A service level by an attribute: each group's share of the misses, and what the number would be without it.

The attribute is read as last set at the page's instant, which may be later than the moment that counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from giao.steps.run.monitor.attributes import FEW, CaseAttribute, cases_frame, text_of
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.selection import members_of
from giao.steps.run.monitor.words import COUNTING

MOST = 12


@dataclass(frozen=True)
class Part:
    """One group. `rate`: its own number (a share, or the mean of its values); `without`: that of all the others.

    effect   what the group adds to the whole: the whole's number minus that of the others
    """

    value: str | None
    n: int
    missed: int
    share: float
    rate: float | None
    without: float | None
    effect: float | None
    url: str | None
    missed_url: str | None


@dataclass(frozen=True)
class Breakdown:
    """`of`: ``share`` (met ÷ counted), ``mean`` of values, or ``ratio`` of two sums. `unit`: of a mean (seconds, number).

    `rest`: values that are not shown, and their cases.
    """

    attribute: CaseAttribute
    of: str
    unit: str
    parts: tuple[Part, ...]
    rest: int
    rest_n: int
    n: int
    missed: int


def breakdown(ground: Ground, kpi: str, window: str, attribute: CaseAttribute) -> Breakdown | None:
    """By the attribute's values, those with the most misses (else the most cases) first. None: nothing counted."""
    members = members_of(ground, {"kpi": kpi, "window": window, "role": "all"})
    cases = cases_frame(ground, [attribute]).select("case", text_of(attribute).alias("group"))
    counts = pl.col("role").is_in(list(COUNTING))
    above = pl.col("role") == "numerator"
    table = (
        members.select("case", "role", "value")
        .join(cases, on="case", how="left")
        .group_by("group")
        .agg(
            counts.sum().alias("n"),
            (pl.col("role") == "missed").sum().alias("missed"),
            above.sum().alias("above"),
            pl.col("value").filter(above).sum().alias("top"),
            pl.col("value").filter(counts).sum().alias("sum"),
            pl.col("value").filter(counts).count().alias("valued"),
        )
        .filter(pl.col("n") + pl.col("above") > 0)
        .sort(["missed", "n", "group"], descending=[True, True, False], nulls_last=True)
        .collect()
    )
    if table.is_empty():
        return None
    whole = _Sums(*(float(table[name].sum() or 0) for name in _SUMS))
    of = _kind(ground, kpi, whole)
    parts = tuple(
        _part(ground, (kpi, window), attribute, row, whole, of) for row in table.head(MOST).to_dicts()
    )
    rest = table.slice(MOST)
    return Breakdown(
        attribute,
        of,
        _unit(ground, kpi),
        parts,
        rest.height,
        int(rest["n"].sum()),
        int(whole.n),
        int(whole.missed),
    )


_SUMS = ("n", "missed", "above", "top", "sum", "valued")


@dataclass(frozen=True)
class _Sums:
    """Of a group, or of all: counted cases, misses, rows and sum of a ratio's upper side, sum and count of values."""

    n: float
    missed: float
    above: float
    top: float
    sum: float
    valued: float

    def less(self, other: _Sums) -> _Sums:
        return _Sums(*(getattr(self, name) - getattr(other, name) for name in _SUMS))

    def number(self, of: str) -> float | None:
        if of == "share":
            return (self.n - self.missed) / self.n if self.n else None
        if of == "ratio":
            return self.top / self.sum if self.sum else None
        return self.sum / self.valued if self.valued else None


def _kind(ground: Ground, kpi: str, whole: _Sums) -> str:
    if whole.above:
        return "ratio"
    roles = members_of(ground, {"kpi": kpi}).select(pl.col("role").is_in(["met", "missed"]).any())
    return "share" if roles.collect().item() else "mean"


def _unit(ground: Ground, kpi: str) -> str:
    """Members of a clock's number and of a backlog carry seconds."""
    spec = ground.agreement.kpis.get(kpi) if ground.versions else None
    timed = getattr(spec, "clock", None) is not None or getattr(spec, "kind", "") == "backlog"
    return "seconds" if timed else "number"


def _part(
    ground: Ground,
    number: tuple[str, str],
    attribute: CaseAttribute,
    row: Mapping[str, Any],
    whole: _Sums,
    of: str,
) -> Part:
    own = _Sums(*(float(row[name] or 0) for name in _SUMS))
    all_of_them, without = whole.number(of), whole.less(own).number(of)
    query = {"kpi": number[0], "window": number[1]}
    if row["group"] is None:
        query["none"] = attribute.name
    else:
        query[f"a_{attribute.name}"] = row["group"]
    share = own.missed / whole.missed if of == "share" and whole.missed else own.n / (whole.n or 1)
    return Part(
        value=row["group"],
        n=row["n"],
        missed=row["missed"],
        share=share,
        rate=own.number(of),
        without=without,
        effect=None if all_of_them is None or without is None else all_of_them - without,
        url=ground.cases_url(**query),
        missed_url=ground.cases_url(**query, role="missed") if row["missed"] else None,
    )


def choices(ground: Ground, attributes: Sequence[CaseAttribute]) -> list[CaseAttribute]:
    """Attributes that a reader may break a number down by."""
    return [item for item in attributes if not item.hidden]


def first_choice(ground: Ground, attributes: Sequence[CaseAttribute]) -> CaseAttribute | None:
    """The agreement's own group, else the first text with few values, else whatever there is."""
    offered = choices(ground, attributes)
    named = ground.agreement.work.group if ground.versions else None
    wanted = next((item for item in offered if item.name == named), None)
    if wanted is not None:
        return wanted
    texts = [item for item in offered if item.kind == "text" and item.name != "last_activity"]
    if texts and ground.results is not None:
        frame = cases_frame(ground, attributes)
        counts = frame.select(pl.col(item.column).n_unique() for item in texts).collect().row(0)
        few = [item for item, count in zip(texts, counts, strict=True) if 1 < count <= FEW]
        if few:
            return few[0]
    return offered[0] if offered else None
