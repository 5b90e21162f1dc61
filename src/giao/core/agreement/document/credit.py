"""`credits`: what a miss costs, which caps hold, how a credit comes back, and which rights it triggers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from giao.core.agreement.document.base import Condition, Part
from giao.core.agreement.quantity import Amount, Level, Period, Share
from giao.core.told import told

Regime = Literal["at_risk", "points", "percent"]


class PointBand(Part):
    """Values worse than `below` (or above it when lower is better) give these points; the worst band reached counts."""

    below: Level
    points: Amount


class PercentBand(Part):
    """Values worse than `below` give this percent of the fees; the worst band reached counts."""

    below: Level
    percent: Share


class KpiCredit(Part):
    """How one KPI's miss is priced, for the regimes `points` and `percent`."""

    bands: list[PointBand] = Field([], description="points: by depth of the miss")
    tiers: list[PercentBand] = Field([], description="percent: tiers of the value")
    percent: Share | None = Field(None, description="percent: a flat percent of the fees for any miss")
    shortfall: Amount | None = Field(
        None, description="percent: shortfall (level - actual) times this rate, of the fees"
    )
    per_point: Amount | None = Field(
        None, description="percent: amount for each percentage point below the level"
    )
    or_fraction: bool = Field(False, description="a started percentage point counts whole")
    per_case: Amount | None = Field(None, description="percent: amount for each missed case")
    per_day: Amount | None = Field(None, description="percent: amount for each day late")
    both_ends: bool = Field(True, description="per_day: due day and day of achievement both count")
    grace: int = Field(0, ge=0, description="per_day: days without charge")
    grace_counts: bool = Field(False, description="per_day: once the grace is over its days count too")
    amount: Amount | None = Field(None, description="percent: a fixed amount for any miss")
    level: Literal["expected", "minimum"] | None = Field(
        None, description="Level from which shortfall is taken"
    )
    streak: int | None = Field(
        None, ge=2, description="pays only at n consecutive misses, on the fees of the streak"
    )
    cap: Share | None = Field(None, description="Cap of this KPI, as a share of the month's fees")
    cap_amount: Amount | None = None


class KofN(Part):
    k: int = Field(ge=1)
    of: int = Field(ge=1)

    @model_validator(mode="after")
    def _fits(self) -> KofN:
        if self.k > self.of:
            raise ValueError(told("document.k_of", "k ({k}) cannot exceed of ({of})", k=self.k, of=self.of))
        return self


class AtRisk(Part):
    when: Condition | None = None
    share: Share


def _at_risk(value: Any) -> Any:
    return (
        value
        if isinstance(value, list)
        else [value if isinstance(value, dict | AtRisk) else {"share": value}]
    )


AtRisks = Annotated[list[AtRisk], BeforeValidator(_at_risk, json_schema_input_type=str | list[AtRisk])]


class EarnBack(Part):
    """A credit returns when the next n measured windows are all at or above expected, or by the year's average."""

    windows: int | None = Field(None, ge=1)
    average: Literal["year"] | None = None
    except_phases: list[str] = Field([], alias="except")

    @model_validator(mode="after")
    def _one(self) -> EarnBack:
        if (self.windows is None) == (self.average is None):
            raise ValueError(told("document.earn_back", "earn_back needs either windows: n or average: year"))
        return self


class Bonus(Part):
    """Upward: the same regimes above `over`, own cap, never beyond the credits avoided unless stated."""

    over: dict[str, Level] = {}
    percent: Share | None = None
    amount: Amount | None = None
    cap: Share | None = None
    beyond_credits: bool = False


class Trigger(Part):
    """A named condition over the history of results, credits and caps, and the right it gives."""

    name: str
    when: Condition
    right: Literal["terminate", "step_in", "rectification_plan", "audit", "escalate"]
    use_within: Period | None = None


class Tower(Part):
    """KPIs grouped with their own fees and amount at risk."""

    at_risk: AtRisks | None = None
    regime: Regime | None = None
    pool: Amount | None = None
    lines: list[str] = Field([], description="Charge lines whose amounts are the tower's fees")
    table: dict[int, Share] | None = None
    rate: Share | None = None
    cap: Share | None = None


class Credits(Part):
    nature: Literal["price_adjustment", "penalty", "liquidated_damages"] = "price_adjustment"
    sole_remedy: bool = False
    regime: Regime = "at_risk"
    at_risk: AtRisks | None = None
    pool: Amount = Decimal(100)
    category: dict[str, Share] = {}
    repeat: list[Amount] = []
    expected_default: KofN | None = None
    same_cause: Literal["all", "one"] = "all"
    cause: str = Field("cause", description="Attribute that names the incident")
    table: dict[int, Share] | None = Field(
        None, description="points: percent of fees by points, last row reached"
    )
    rate: Share | None = Field(None, description="points: percent of fees for each point")
    towers: dict[str, Tower] = {}
    cap_month: Share | None = Field(None, description="Monthly cap as a share of fees; at_risk when absent")
    cap_year: Share | None = Field(None, description="Yearly cap as a share of the year's fees")
    carry: bool = Field(False, description="What a cap cut moves to the next month")
    floor: Amount | None = Field(None, description="Smaller monthly totals are dropped")
    bonus: Bonus | None = None
    earn_back: EarnBack | None = None
    settle: Literal["same", "next", "year"] = "same"
    triggers: list[Trigger] = []
    penalty_base: Amount | None = Field(
        None, description="Value of the breached part; the month's fees when absent"
    )

    @model_validator(mode="after")
    def _regime_is_whole(self) -> Credits:
        if self.regime == "at_risk" and self.at_risk is None and not self.towers:
            raise ValueError(told("document.at_risk", "regime at_risk needs at_risk, e.g. at_risk: 12%"))
        if self.regime == "points" and self.table is None and self.rate is None and not self.towers:
            raise ValueError(
                told(
                    "document.points",
                    "regime points needs table (points → percent) or rate (percent a point)",
                )
            )
        return self


class LawCap(Part):
    """A legal cap on agreed penalties, dated."""

    law: str
    share: Share
    since: date
    source: str


LAW_CAPS: tuple[LawCap, ...] = (
    LawCap(
        law="VN",
        share=Decimal("0.08"),
        since=date(2006, 1, 1),
        source="Vietnam, Commercial Law 36/2005/QH11, article 301: at most 8% of the value of the breached part",
    ),
)
"""Legal caps known to giao, as dated data; a later entry of the same law replaces an earlier one."""


def law_cap(law: str | None, day: date) -> LawCap | None:
    """The legal cap of a law on a day, None when giao knows of none."""
    known = [cap for cap in LAW_CAPS if cap.law == law and cap.since <= day]
    return max(known, key=lambda cap: cap.since) if known else None
