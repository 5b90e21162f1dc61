"""`pricing`: charge lines, minimum commitments, indexation, currency, tax. One model a kind of line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PlainSerializer, Tag, model_validator

from giao.core.agreement.document.base import Condition, Part, Patterns, Words
from giao.core.agreement.document.credit import KpiCredit
from giao.core.agreement.document.currency import Currency
from giao.core.agreement.quantity import Amount, Number, Percent, Share, decimal, plain
from giao.core.told import told


def price(value: Any) -> Decimal:
    number = decimal(value)
    if number < 0:
        raise ValueError(
            told(
                "document.negative_price",
                "found {value}, a price cannot be negative; a reduction is a credit or a separate line",
                value=value,
            )
        )
    return number


Price = Annotated[
    Decimal,
    BeforeValidator(price, json_schema_input_type=float | str),
    PlainSerializer(plain, return_type=str, when_used="json"),
]


class Band(Part):
    """Price up to and including `to` units; the last band has no `to`."""

    to: Amount | None = None
    price: Price


class Index(Part):
    """Factor 1 + share × clip(change - threshold), on the anniversary; see agreement.md, Charge lines."""

    series: str
    base: str = Field(description="The index month that the price was agreed on, e.g. 2016-12")
    threshold: Share = Decimal(0)
    only_excess: bool = Field(False, description="Only the change beyond the threshold counts")
    floor: Percent | None = None
    cap: Percent | None = None
    share: Share = Decimal(1)
    compounding: bool = Field(
        True, description="Each year on the last indexed price; false: always from base"
    )
    lag_months: int = Field(
        1, ge=0, description="The index month read is this many months before the anniversary"
    )


class Fx(Part):
    """Price × base ÷ rate outside the band."""

    currency: Currency
    base: Amount
    band: Share = Decimal(0)
    start: Literal["base", "edge"] = Field("base", alias="from")


class Minimum(Part):
    """A minimum commitment; the shortfall is charged at period end."""

    units: Amount | None = None
    amount: Amount | None = None
    every: Literal["month", "quarter", "year"] = "month"
    rate: Share = Decimal(1)
    by_phase: dict[str, Amount] = {}

    @model_validator(mode="after")
    def _one(self) -> Minimum:
        if (self.units is None) == (self.amount is None):
            raise ValueError(told("document.minimum_one", "a minimum is either units or amount"))
        return self


class LineBase(Part):
    name: str | None = None
    title: Words | None = None
    index: Index | None = None
    fx: Fx | None = None
    minimum: Minimum | None = None
    tax: str | None = Field(None, description="Tax code of this line; the first of `tax` when absent")
    in_fees: bool | None = Field(None, description="Whether the line counts in F, the base of credits")
    where: Condition | None = None


Counted = Patterns | Literal["received", "delivered"]
Every = Literal["month", "quarter", "year"]


class Fixed(LineBase):
    fixed: Price
    every: Every = "month"


class PerUnit(LineBase):
    per_unit: Counted
    price: Price | None = None
    bands: list[Band] = []
    over: Literal["month", "year"] = "month"
    bands_are: Literal["graduated", "whole"] = "graduated"
    quantity: str | None = Field(
        None, description="Attribute summed as the quantity; each event is one unit when absent"
    )

    @model_validator(mode="after")
    def _bands_in_order(self) -> PerUnit:
        if (self.price is None) == (not self.bands):
            raise ValueError(told("document.price_or_bands", "per_unit needs either price or bands"))
        edges = [band.to for band in self.bands]
        if self.bands and (edges[-1] is not None or None in edges[:-1]):
            raise ValueError(told("document.last_band", "the last band (and only the last) has no `to`"))
        numbers = [edge for edge in edges if edge is not None]
        if numbers != sorted(set(numbers)):
            raise ValueError(
                told(
                    "document.bands_rise",
                    "band edges must rise, found {names}",
                    names=", ".join(map(str, numbers)),
                )
            )
        return self


class ArcRrc(LineBase):
    """Fee inside baseline ± dead band; above it additional, below it reduced resource charges."""

    arc_rrc: Price = Field(description="Fee at baseline, a month")
    of: Counted = "delivered"
    baseline: Amount
    dead_band: Share = Decimal(0)
    arc: list[Band]
    rrc: list[Band]
    start: Literal["edge", "baseline"] = Field(alias="from")
    renegotiate: Share | None = Field(None, description="Beyond baseline ± this, a flag is raised")


class Fte(LineBase):
    """Role × rate × days, from facts `giao.fact.staff_days`."""

    fte: dict[str, Price] = Field(description="Day rate by role")
    basis: Literal["attendance", "plan"] = "attendance"


class TimeAndMaterials(LineBase):
    """Hours × rate card, from facts `giao.fact.timesheet`."""

    time_and_materials: dict[str, Price] = Field(description="Hour rate by role")
    cap: Price | None = Field(None, description="Over the order")


class Outcome(LineBase):
    outcome: Patterns
    price: Price


class GainShare(LineBase):
    """min(cap, share × max(0, baseline - actual - hurdle)); actual from facts `giao.fact.measure`."""

    gain_share: Share
    measure: str
    baseline: Number
    hurdle: Number = Decimal(0)
    cap: Amount | None = None
    pain: bool = False
    every: Every = "month"


class PassThrough(LineBase):
    """Cost by evidence: an event's `cost` (or attribute), or facts `giao.fact.cost`."""

    pass_through: Patterns
    attribute: str | None = None
    markup: Share = Decimal(0)
    markup_cap: Amount | None = None
    currency: Currency | None = None
    rate: Literal["dated", "monthly_mean"] = "dated"


class OneOff(LineBase):
    """An amount on an accepted milestone (facts `giao.fact.milestone`); late: credit per day."""

    one_off: Price
    milestone: str
    due: date | None = None
    late: KpiCredit | None = None


class MinimumLine(LineBase):
    """A commitment over the sum of several lines."""

    minimum_of: list[str]
    amount: Price
    every: Every = "year"
    rate: Share = Decimal(1)


_KINDS = {
    "fixed": Fixed,
    "per_unit": PerUnit,
    "arc_rrc": ArcRrc,
    "fte": Fte,
    "time_and_materials": TimeAndMaterials,
    "outcome": Outcome,
    "gain_share": GainShare,
    "pass_through": PassThrough,
    "one_off": OneOff,
    "minimum_of": MinimumLine,
}


def _line_kind(value: Any) -> str | None:
    for kind, model in _KINDS.items():
        if isinstance(value, model) or (isinstance(value, dict) and kind in value):
            return kind
    return None


ChargeLine = Annotated[
    Annotated[Fixed, Tag("fixed")]
    | Annotated[PerUnit, Tag("per_unit")]
    | Annotated[ArcRrc, Tag("arc_rrc")]
    | Annotated[Fte, Tag("fte")]
    | Annotated[TimeAndMaterials, Tag("time_and_materials")]
    | Annotated[Outcome, Tag("outcome")]
    | Annotated[GainShare, Tag("gain_share")]
    | Annotated[PassThrough, Tag("pass_through")]
    | Annotated[OneOff, Tag("one_off")]
    | Annotated[MinimumLine, Tag("minimum_of")],
    Discriminator(
        _line_kind,
        custom_error_type="charge_kind",
        custom_error_message="a charge line starts with one of " + ", ".join(_KINDS),
    ),
]


class TaxRate(Part):
    """A rate from a date on, for a code. Rates are dated data, never a constant of the program."""

    rate: Share
    start: date | None = Field(None, alias="from")


class Tax(Part):
    code: str = "standard"
    rate: Share | None = None
    rates: list[TaxRate] = []

    @model_validator(mode="after")
    def _one(self) -> Tax:
        if (self.rate is None) == (not self.rates):
            raise ValueError(told("document.tax_rate", "a tax needs either rate or rates (dated)"))
        return self


class Interest(Part):
    """Late interest: simple, actual/365, from the day after due to the day paid, on the undisputed part."""

    rate: Share | None = None
    series: str | None = Field(None, description="Base rate: facts `giao.fact.index`, a share or 4.75%")
    margin: Percent = Decimal(0)
    tax: str | None = Field(None, description="Tax code of interest; the first of `tax` when absent")

    @model_validator(mode="after")
    def _one(self) -> Interest:
        if (self.rate is None) == (self.series is None):
            raise ValueError(
                told("document.interest_rate", "interest needs either rate, or series with margin")
            )
        return self
