"""Which cases an address asks for, and the same in words.

kpi, window, role, group, reason    the cases behind a number of a service level (a row a counted case or event)
weekday, hour                       of these, those that count at this weekday (1 = Monday) and hour of the agreement's zone
line, month                         what a charge line counted in a month (a row a counted event)
clock                               ``name:state``: cases with such an instance; the states of the clocks, and ``overdue``, ``at_risk``
a_<attribute>                       cases whose attribute has this value; ``none`` names attributes that are not set
What makes no sense (a window that is not there) selects nothing; it is never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl
from django.http import QueryDict
from django.utils.translation import gettext as _

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.charge import LineBase
from giao.kernel.readings.figures import is_at_risk_clock, is_overdue_clock
from giao.steps.run.monitor.attributes import CaseAttribute, cases_frame, equals
from giao.steps.run.monitor.charge_lines import counted_cases
from giao.steps.run.monitor.ground import Ground
from giao.steps.run.monitor.words import (
    COUNTING,
    ROLES,
    clock_state_words,
    in_words,
    reason_words,
    role_words,
    title_of_clock,
    title_of_kpi,
    window_words,
)
from giao.ui.table import Chip

NUMBER = ("kpi", "window", "role", "group", "reason", "weekday", "hour")
CLOCK_STATES = ("running", "paused", "at_risk", "overdue", "breached", "met", "cancelled", "no_target")


@dataclass(frozen=True)
class Selection:
    """The rows that were asked for, lazily, with the chips that say so. `rows`: what a row is.

    Columns beside those of the case: ``row`` (unique); of members ``m_role, m_value, m_at, m_reason, m_instance``; of a
    charge line ``m_at, m_quantity``.
    """

    rows: Literal["cases", "members", "counted"]
    frame: pl.LazyFrame
    chips: tuple[Chip, ...]
    kpi: str = ""
    window: str = ""
    line: str = ""
    month: str = ""
    quantity: float | None = None


def selected(ground: Ground, asked: QueryDict, attributes: Sequence[CaseAttribute]) -> Selection:
    """Read the address. Raises nothing: unknown names select nothing."""
    cases = cases_frame(ground, attributes)
    if asked.get("kpi"):
        found = _members(ground, asked, cases)
    elif asked.get("line"):
        found = _counted(ground, asked, cases)
    else:
        found = Selection("cases", cases.with_columns(pl.col("case").alias("row")), ())
    frame, chips = found.frame, list(found.chips)
    for expression, chip in _attribute_filters(asked, attributes):
        frame = frame.filter(expression)  # after the join: what has no case has no attribute either
        chips.append(chip)
    clock = asked.get("clock", "")
    if clock:
        frame = frame.join(_cases_of_clock(ground, clock), on="case", how="semi")
        name, _colon, state = clock.rpartition(":")
        words = f"{title_of_clock(_agreement(ground), name)}: {clock_state_words(state)}"
        chips.append(Chip(words, "clock"))
    return replace(found, frame=frame, chips=tuple(chips))


def members_of(ground: Ground, asked: Mapping[str, str]) -> pl.LazyFrame:
    """The members of a number (columns of the stored table), by `NUMBER`; without a role those that make n."""
    results = ground.results
    assert results is not None
    frame = results.members.filter(pl.col("kpi") == asked.get("kpi", ""))
    for name in ("window", "group", "reason"):
        if asked.get(name):
            frame = frame.filter(pl.col(name) == asked[name])
    role = asked.get("role", "")
    if role != "all":
        frame = frame.filter(pl.col("role").is_in([role] if role in ROLES else list(COUNTING)))
    local = pl.col("at").dt.convert_time_zone(ground.zone.key)
    for name, value in (("weekday", local.dt.weekday()), ("hour", local.dt.hour())):
        if asked.get(name, "").isdigit():
            frame = frame.filter(value == int(asked[name]))
    return frame


def _members(ground: Ground, asked: QueryDict, cases: pl.LazyFrame) -> Selection:
    query = {name: asked.get(name, "") for name in NUMBER}
    members = members_of(ground, query).select(
        "case",
        pl.col("role").alias("m_role"),
        pl.col("value").alias("m_value"),
        pl.col("at").alias("m_at"),
        pl.col("group").alias("m_group"),
        pl.col("reason").alias("m_reason"),
        pl.col("instance").alias("m_instance"),
    )
    frame = members.with_row_index("row").join(cases, on="case", how="left")
    chips = tuple(_number_chips(ground, query))
    return Selection("members", frame, chips, kpi=query["kpi"], window=query["window"])


def _number_chips(ground: Ground, query: Mapping[str, str]) -> list[Chip]:
    found = [Chip(title_of_kpi(_agreement(ground), query["kpi"]), " ".join(NUMBER))]
    if query["window"]:
        found.append(Chip(window_words(query["window"]), "window"))
    if query["role"]:
        role = _("in or out") if query["role"] == "all" else role_words(query["role"])
        found.append(Chip(role, "role"))
    if query["group"]:
        found.append(Chip(query["group"], "group"))
    if query["reason"]:
        found.append(Chip(reason_words(query["reason"]), "reason"))
    if query["weekday"].isdigit() and 1 <= int(query["weekday"]) <= 7:
        found.append(Chip(weekday_words(int(query["weekday"])), "weekday"))
    if query["hour"].isdigit():
        found.append(Chip(hour_words(int(query["hour"])), "hour"))
    return found


def weekday_words(number: int, *, short: bool = False) -> str:
    """1 is Monday."""
    long = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    brief = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return (brief if short else long)[number - 1]


def hour_words(hour: int) -> str:
    return f"{hour:02d}:00–{hour:02d}:59"


def _counted(ground: Ground, asked: QueryDict, cases: pl.LazyFrame) -> Selection:
    line, month = asked.get("line", ""), asked.get("month", "")
    counted = counted_cases(ground, line, month)
    frame = counted.rows.lazy().with_row_index("row").join(cases, on="case", how="left")
    titles = {item.name or "": item.title for item in _agreement_lines(ground)}
    words = in_words(titles.get(line), line)
    chips = [Chip(_("Charge line: %(line)s") % {"line": words}, "line month")]
    if month:
        chips.append(Chip(window_words(month), "month"))
    return Selection("counted", frame, tuple(chips), line=line, month=month, quantity=counted.quantity)


def _agreement(ground: Ground) -> Agreement | None:
    return ground.agreement if ground.versions else None


def _agreement_lines(ground: Ground) -> Sequence[LineBase]:
    return ground.agreement.pricing if ground.versions else []


def _attribute_filters(
    asked: QueryDict, attributes: Iterable[CaseAttribute]
) -> Iterable[tuple[pl.Expr, Chip]]:
    """A hidden attribute cannot be asked for: what it would find would tell what is hidden."""
    empty = set(asked.getlist("none"))
    for attribute in attributes:
        if attribute.hidden:
            continue
        value = asked.get(f"a_{attribute.name}", "")
        if value:
            yield equals(attribute, value), Chip(f"{attribute.label}: {value}", f"a_{attribute.name}")
        if attribute.name in empty:
            words = _("%(attribute)s: not set") % {"attribute": attribute.label}
            yield equals(attribute, ""), Chip(words, "none")


def _cases_of_clock(ground: Ground, asked: str) -> pl.LazyFrame:
    """Ids of cases with an instance of the clock in the state; without a name, of any clock."""
    name, _colon, state = asked.rpartition(":")
    results = ground.results
    assert results is not None
    clocks = results.clocks
    if name:
        clocks = clocks.filter(pl.col("clock") == name)
    wanted = {"overdue": is_overdue_clock(), "at_risk": is_at_risk_clock()}
    return clocks.filter(wanted.get(state, pl.col("state") == state)).select("case").unique()


def clock_choices(ground: Ground) -> list[tuple[str, str]]:
    """Every clock and state, as a menu has them: (value in the address, words)."""
    found = []
    for name in ground.agreement.clocks if ground.versions else ():
        title = title_of_clock(_agreement(ground), name)
        found += [(f"{name}:{state}", f"{title}: {clock_state_words(state)}") for state in CLOCK_STATES]
    return found
