"""`work`: what a case is. And `phases`, `parties`, `term`: who, when, under what conditions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from giao.core.agreement.document.base import Condition, Names, Part, Patterns
from giao.core.agreement.quantity import Level, Number, Percent, Period
from giao.core.told import told

FIRST_YEAR, LAST_YEAR, MOST_YEARS = 1900, 2299, 100
"""Years that a term lies in, and how many it may last."""


class Party(Part):
    name: str
    country: str | None = Field(None, pattern="^[A-Z]{2}$")
    tax_code: str | None = None


class Parties(Part):
    client: Party
    vendor: Party
    subcontractors: list[Party] = []


class Term(Part):
    """First and last day, both included."""

    start: date
    end: date
    service_start: date | None = None
    notice: Period | None = None
    auto_renew: bool = False

    @model_validator(mode="after")
    def _forward(self) -> Term:
        if self.end < self.start:
            raise ValueError(
                told(
                    "document.term_backwards",
                    "the term ends ({end}) before it starts ({start})",
                    end=self.end,
                    start=self.start,
                )
            )
        far = self.start.year < FIRST_YEAR or self.end.year > LAST_YEAR
        if far or (self.end - self.start).days > MOST_YEARS * 366:
            raise ValueError(
                told(
                    "document.term_far",
                    "the term ({start} to {end}) must lie between {first} and {last} and last at most {years} "
                    "years; an agreement without an end gets a real last day, and auto_renew: true",
                    start=self.start,
                    end=self.end,
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                    years=MOST_YEARS,
                )
            )
        return self


class PhaseLevels(Part):
    expected: Level | None = None
    minimum: Level | None = None


class Phase(Part):
    """A named span of the term. `grace`: measured, pays nothing. Ramps carry own levels, volumes and prices."""

    name: str
    start: date | None = Field(None, alias="from")
    until: date
    kind: Literal["grace", "ramp", "exit", "steady"] = "steady"
    grace: bool = False
    when: Condition | None = Field(
        None, description="The phase begins on the first day on which this holds: gates, milestones, day"
    )
    gate: str | None = Field(
        None, description="The phase begins when this gate is passed (giao.decision.gate)"
    )
    levels: dict[str, PhaseLevels] = {}
    volumes: dict[str, Number] = {}
    price_factor: Percent | None = None

    @property
    def pays(self) -> bool:
        return not (self.grace or self.kind == "grace")


AttributeType = Literal[
    "string",
    "number",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
]


class AttributeSpec(Part):
    type: AttributeType = "string"
    changes: bool = False
    personal: bool = False
    hindsight: bool = False
    label: str | None = None


def _attribute(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


HolderSide = Literal["client", "vendor", "subcontractor", "third_party"]


class Holder(Part):
    """Who holds a case after which event: a side, and by name the team or sub-contractor where that is known."""

    after: Patterns
    by: HolderSide
    party: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Name of the team or sub-contractor that holds it then",
    )
    named_by: str | None = Field(
        None,
        min_length=1,
        description="Attribute that names who holds it, as last set at that event, e.g. group; party where it is not set",
    )


class Work(Part):
    """What a case is and which events mark its life. `order`: activities at equal times, first to last."""

    received: Patterns
    delivered: Patterns
    cancelled: Patterns | None = None
    attributes: dict[
        str, Annotated[AttributeSpec, BeforeValidator(_attribute, json_schema_input_type=str | AttributeSpec)]
    ] = {}
    order: Names = []
    holder: list[Holder] = []
    forecast: dict[str, Number] = Field(
        {}, description="Cases forecast by month (2017-03) or by day (2017-03-15)"
    )
    group: str | None = Field(None, description="Attribute that names the site, team or service of a case")
