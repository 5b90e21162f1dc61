"""The kinds of facts that people record by hand, with the fields of each; what the agreement at hand offers for them.

Relief, reviews, closings and disputes have pages of their own, where more belongs to them than the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from giao.core.agreement.document.agreement import Agreement

FieldKind = Literal["text", "number", "day", "month", "instant", "yes"]


@dataclass(frozen=True)
class FactField:
    """`offers`: where the agreement names values for it, see `offered`."""

    name: str
    label: Any
    kind: FieldKind = "text"
    offers: str = ""
    needed: bool = True


@dataclass(frozen=True)
class FactKind:
    """`timed`: it has a moment of its own, which is asked for; else its fields tell when."""

    type: str
    label: Any
    help: Any
    fields: tuple[FactField, ...]
    timed: bool = True

    @property
    def key(self) -> str:
        """``rate`` for ``giao.fact.rate``, ``gate`` for ``giao.decision.gate``."""
        return self.type.rpartition(".")[2]


KINDS: tuple[FactKind, ...] = (
    FactKind(
        "giao.fact.rate",
        _("Exchange rate"),
        _("What one unit of the other currency is worth in the agreement's own."),
        (
            FactField("currency", _("Currency"), offers="currency"),
            FactField("rate", _("Rate"), "number"),
        ),
    ),
    FactKind(
        "giao.fact.index",
        _("Index value"),
        _("A published price index, for prices that follow it."),
        (
            FactField("series", _("Series"), offers="series"),
            FactField("month", _("Month"), "month"),
            FactField("value", _("Value"), "number"),
        ),
        timed=False,
    ),
    FactKind(
        "giao.fact.staff_days",
        _("Staff days"),
        _("Days worked in a role, for lines that are paid by the day."),
        (FactField("role", _("Role"), offers="role"), FactField("days", _("Days"), "number")),
    ),
    FactKind(
        "giao.fact.timesheet",
        _("Time sheet"),
        _("Hours worked in a role."),
        (FactField("role", _("Role"), offers="role"), FactField("hours", _("Hours"), "number")),
    ),
    FactKind(
        "giao.fact.inspection",
        _("Inspection of a case"),
        _("What a check of finished work found."),
        (FactField("case", _("Case")), FactField("result", _("Result"), needed=False)),
    ),
    FactKind(
        "giao.fact.outage",
        _("Outage"),
        _("A span in which the service was not available."),
        (
            FactField("from", _("From"), "instant"),
            FactField("until", _("Until"), "instant"),
            FactField("service", _("Service"), needed=False),
        ),
        timed=False,
    ),
    FactKind(
        "giao.fact.score",
        _("Score of a survey"),
        _("An answer of a customer, or a grade that somebody gave."),
        (
            FactField("name", _("Name"), offers="fact"),
            FactField("value", _("Value"), "number"),
            FactField("case", _("Case"), needed=False),
        ),
    ),
    FactKind(
        "giao.fact.measure",
        _("Measured value"),
        _("A figure that is measured elsewhere."),
        (FactField("name", _("Name"), offers="fact"), FactField("value", _("Value"), "number")),
    ),
    FactKind(
        "giao.fact.cost",
        _("Cost passed on"),
        _("What the vendor paid to others and passes on."),
        (FactField("line", _("Charge line"), offers="line"), FactField("amount", _("Amount"), "number")),
    ),
    FactKind(
        "giao.fact.milestone",
        _("Milestone"),
        _("Work that is paid when it is accepted."),
        (
            FactField("name", _("Name"), offers="milestone"),
            FactField("accepted", _("Accepted on"), "day"),
        ),
        timed=False,
    ),
    FactKind(
        "giao.fact.payment",
        _("Payment"),
        _("A month's invoice was paid; interest follows from the day."),
        (FactField("month", _("Month"), "month"), FactField("paid", _("Paid on"), "day")),
        timed=False,
    ),
    FactKind(
        "giao.fact.e_invoice",
        _("Number of the e-invoice"),
        _("As the tax authority knows the invoice of a month."),
        (FactField("month", _("Month"), "month"), FactField("number", _("Number"))),
        timed=False,
    ),
    FactKind(
        "giao.fact.reported",
        _("Figure that the vendor reported"),
        _("Shown beside the measured one; no number follows from it."),
        (
            FactField("kpi", _("KPI"), offers="kpi"),
            FactField("window", _("Window, such as 2026-03")),
            FactField("value", _("Value")),
        ),
    ),
    FactKind(
        "giao.decision.gate",
        _("Gate"),
        _("A phase that waits for this gate begins when it is passed."),
        (FactField("gate", _("Gate"), offers="gate"), FactField("passed", _("Passed"), "yes")),
    ),
)


def kind_of(key: str) -> FactKind | None:
    return next((kind for kind in KINDS if kind.key == key), None)


def offered(agreement: Agreement | None, what: str) -> list[str]:
    """Values that the agreement names for a field, in its order."""
    if agreement is None or not what:
        return []
    if what == "kpi":
        return list(agreement.kpis)
    if what == "line":
        return [line.name for line in agreement.pricing if line.name]
    if what == "role":
        cards = [
            getattr(line, name, {}) for line in agreement.pricing for name in ("fte", "time_and_materials")
        ]
        return list(dict.fromkeys(role for card in cards for role in card))
    if what == "gate":
        return list(dict.fromkeys(_all(agreement.phases, "gate")))
    parts: Sequence[Any] = [agreement.pricing, agreement.kpis, agreement.credits, agreement.interest]
    found = [value for value in _all(parts, what) if not value.startswith("giao.")]
    return [value for value in dict.fromkeys(found) if what != "currency" or value != agreement.currency]


def _all(part: Any, name: str) -> Iterable[str]:
    """Texts in fields of this name, wherever they stand."""
    if isinstance(part, BaseModel):
        for field in type(part).model_fields:
            value = getattr(part, field)
            if field == name and isinstance(value, str):
                yield value
            else:
                yield from _all(value, name)
    elif isinstance(part, dict):
        for value in part.values():
            yield from _all(value, name)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _all(value, name)
