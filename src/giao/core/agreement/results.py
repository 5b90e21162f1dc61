"""What a reading says: KPI results, statements, clock counts. Plain values, exact, each traceable to its cases.

Money is Decimal in the agreement's currency, ratios are Fractions (exact), times UTC microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

KpiState = Literal["met", "expected_default", "minimum_default", "no_data"]


@dataclass(frozen=True)
class Window:
    """One window of a KPI, in local days of the agreement's zone, last day included.

    `id` is ``2018-03`` (month), ``2018-W05``, ``2018-Q1``, ``2018``, ``CY2`` (contract year), ``2018-03-07`` (day);
    a rolling window is named by its last unit, ``2018-03~3``. `start_us`/`end_us` bound it half-open after cutting.
    """

    id: str
    first: date
    last: date
    start_us: int
    end_us: int
    full_first: date
    full_last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def full_days(self) -> int:
        return (self.full_last - self.full_first).days + 1


@dataclass(frozen=True)
class Claim:
    """A relief claim that is not (yet) agreed: what it is, and what it would change."""

    id: str
    relief: str
    kind: str
    cases: int
    would_be: Fraction | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Stratum:
    """One stratum of a sample: its delivered population, how many were inspected, how many of those were good."""

    label: str
    population: int
    inspected: int
    good: int


@dataclass(frozen=True)
class KpiResult:
    """One KPI over one window (and group, when measured `by`).

    value      exact, in the KPI's unit (share, seconds, number), rounded only where the document says so; None = no data
    n          what was counted (denominator)
    misses     cases that count against it (0 for kinds without cases)
    low, high  Wilson 95% interval for shares; shown, never decides
    overdue_open  open cases already past their budget that this window does not count
    excluded   cases left out by reason
    carried    cases of earlier windows that this one judges; carried_out: cases that it hands on to the next
    levels_from  `document`, `phase:<name>`, `baseline`, `tier:<number>`, or `none`: nothing promised, nothing missed
    note       why there is no result, or what decided: a message id, `low_volume`, `one_miss_allowed`, `relief:<key>` …
    """

    kpi: str
    window: Window
    n: int
    value: Fraction | None
    state: KpiState
    expected: Fraction | None = None
    minimum: Fraction | None = None
    unit: Literal["share", "seconds", "number"] = "share"
    group: str | None = None
    provisional: bool = False
    low: float | None = None
    high: float | None = None
    overdue_open: int = 0
    misses: int = 0
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    carried: int = 0
    excluded: tuple[tuple[str, int], ...] = ()
    claims: tuple[Claim, ...] = ()
    groups: tuple[KpiResult, ...] = ()
    tiers: tuple[tuple[Fraction, bool], ...] = ()
    version: int = 1
    note: str = ""
    carried_out: int = 0
    levels_from: str = "document"
    strata: tuple[Stratum, ...] = ()


@dataclass(frozen=True)
class TraceStep:
    """One step of the arithmetic behind a figure: a message id with its numbers, so that it reads in any language."""

    what: str
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StatementLine:
    """A charge line of a month. `amount` is rounded to the currency; quantity and price are exact."""

    name: str
    kind: str
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal
    in_fees: bool = True
    tax_code: str | None = None
    trace: tuple[TraceStep, ...] = ()
    flags: tuple[str, ...] = ()
    provisional: bool = False
    """Something that the amount needs is missing (a flag says what): it will change when that comes."""


@dataclass(frozen=True)
class CreditLine:
    """A credit of a month, as a positive amount owed to the client."""

    kpi: str
    window: str
    amount: Decimal
    points: Decimal | None = None
    repeat: Decimal = Decimal(1)
    uncapped: Decimal = Decimal(0)
    reason: Literal["minimum", "expected_repeated", "amount", "carried"] = "minimum"
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True)
class EarnedBack:
    kpi: str
    credit_month: str
    amount: Decimal


@dataclass(frozen=True)
class Adjustment:
    """A line booked for a closed month whose recomputation changed: new − already booked."""

    month: str
    line: str
    old: Decimal
    new: Decimal
    tax_code: str | None = None

    @property
    def amount(self) -> Decimal:
        return self.new - self.old


@dataclass(frozen=True)
class TriggerResult:
    name: str
    right: str
    month: str
    fired: bool
    use_until: date | None = None


@dataclass(frozen=True)
class TaxLine:
    code: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Statement:
    """The invoice of one month, in the order of agreement.md ("The order of an invoice")."""

    month: str
    currency: str
    lines: tuple[StatementLine, ...]
    fees: Decimal
    at_risk: Decimal | None
    credits: tuple[CreditLine, ...]
    credit_total: Decimal
    earned_back: Decimal
    earned_back_lines: tuple[EarnedBack, ...] = ()
    settled_credits: Decimal = Decimal(0)
    carried_in: Decimal = Decimal(0)
    carried_out: Decimal = Decimal(0)
    bonus: Decimal = Decimal(0)
    adjustments: tuple[Adjustment, ...] = ()
    extras: tuple[StatementLine, ...] = ()
    net: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    tax_lines: tuple[TaxLine, ...] = ()
    total: Decimal = Decimal(0)
    document: Literal["invoice", "credit_note"] = "invoice"
    provisional: bool = False
    closed: bool = False
    triggers: tuple[TriggerResult, ...] = ()
    flags: tuple[str, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    hash: str = ""
    e_invoice: str = ""
    """Number of the e-invoice that another system issued for this statement (`giao.fact.e_invoice`); not in its hash."""


@dataclass(frozen=True)
class ClockCounts:
    """Instances of one clock at the instant of the reading."""

    clock: str
    started: int
    running: int
    paused: int
    met: int
    breached: int
    cancelled: int
    open_breached: int = 0
    no_target: int = 0
    data_faults: int = field(default=0)
