"""The cases behind a number."""

from __future__ import annotations

import polars as pl

from giao.core.agreement.document.kpi import Availability, Backlog, Kpi
from giao.core.agreement.evaluate import Evaluation
from giao.core.report.formats import instant, measure
from giao.core.report.table import Cell, Table, table
from giao.core.report.words import Lang, known, say

_ORDER = ("missed", "open_overdue", "excluded", "carried", "counted", "met", "numerator")


def members_table(
    evaluation: Evaluation, kpi: str, members: pl.DataFrame, lang: Lang, *, limit: int = 0
) -> Table:
    """Members of a window of `kpi` (columns of `kpis.roles.MEMBERS`): misses first, then what was left out, then the rest."""
    ids, zone = evaluation.inputs.log.case_ids, evaluation.inputs.zone
    order = (
        pl.col("role")
        .cast(pl.String)
        .replace_strict({role: at for at, role in enumerate(_ORDER)}, default=len(_ORDER))
    )
    ranked = members.sort(order, "at", "case", nulls_last=True)
    shown = ranked.head(limit) if limit else ranked
    unit = _unit(evaluation.agreement.kpis.get(kpi))
    rows = []
    for row in shown.with_columns(pl.col("at").dt.epoch("us"), pl.col("role").cast(pl.String)).iter_rows(
        named=True
    ):
        rows.append(
            [
                Cell("–" if row["case"] is None else ids[row["case"]]),
                Cell(say(lang, f"role.{row['role']}"), row["role"]),
                Cell("" if row["value"] is None else measure(row["value"], unit, lang)),
                Cell(instant(row["at"], zone, lang)),
                Cell(reason_words(row["reason"] or "", lang)),
            ]
        )
    heads = [say(lang, "column.case"), say(lang, "column.role"), f">{say(lang, 'column.value')}"]
    return table([*heads, say(lang, "column.time"), say(lang, "column.reason")], rows)


def reason_words(reason: str, lang: Lang) -> str:
    """Why a case is left out: an id of ours, else the name of a relief or claim as it is written."""
    return say(lang, f"reason.{reason}") if known(f"reason.{reason}") else reason


def _unit(kpi: Kpi | None) -> str:
    """A clock's and a backlog's members carry seconds, those of other kinds a number."""
    timed = getattr(kpi, "clock", None) is not None or isinstance(kpi, Backlog | Availability)
    return "seconds" if timed else "number"
