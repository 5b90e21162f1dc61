"""`kpis`: what is measured, over which window, against which levels. One model a kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from giao.core.agreement.document.base import Condition, Part, Patterns, Words
from giao.core.agreement.document.credit import KpiCredit
from giao.core.agreement.quantity import Amount, Level, Percent, Share, Within
from giao.core.told import told

WindowUnit = Literal["day", "week", "month", "quarter", "year", "contract_year"]


class Rolling(Part):
    """The last n units, a result at the end of each unit."""

    last: int = Field(ge=1)
    of: Literal["day", "week", "month", "quarter"] = "month"


class WindowSpec(Part):
    """`month`, or `{rolling: {last: 3, of: month}}`."""

    unit: WindowUnit | None = None
    rolling: Rolling | None = None

    @property
    def text(self) -> str:
        return f"rolling {self.rolling.last} {self.rolling.of}" if self.rolling else str(self.unit)


def _window(value: Any) -> Any:
    return {"unit": value} if isinstance(value, str) else value


Window = Annotated[WindowSpec, BeforeValidator(_window, json_schema_input_type=WindowUnit | WindowSpec)]


class Baseline(Part):
    """Levels from measured months: expected = their mean, minimum = their worst."""

    months: int = Field(ge=1)
    expected: Literal["mean"] = "mean"
    minimum: Literal["worst"] = "worst"


class Ratchet(Part):
    """After `windows` results above the level: propose the midpoint of level and average, raised by at most
    `limit` of (100% - level). It proposes a version; it never applies itself."""

    windows: int = Field(ge=1)
    limit: Share | None = None


SHARES = ("share_in_target", "rate", "sampled_rate", "availability", "duty")
COUNTS = ("volume", "backlog")


class KpiBase(Part):
    title: Words | None = None
    window: Window = WindowSpec(unit="month")
    partial: Literal["cut", "full", "skip"] = "cut"
    expected: Level | None = None
    minimum: Level | None = None
    baseline: Baseline | None = None
    ratchet: Ratchet | None = None
    direction: Literal["higher", "lower"] = "higher"
    points: Amount | None = None
    critical: bool = False
    category: str | None = None
    tower: str | None = None
    by: str | None = Field(None, description="Attribute; each group is measured on its own")
    across: Literal["pooled", "weights", "mean", "worst"] = "pooled"
    weights: dict[str, Amount] = {}
    mean_of: Literal["month"] | None = None
    smooth: int | None = Field(None, ge=2)
    round: int | None = Field(
        None, ge=0, le=8, description="Decimals of the value in its unit (percent for shares)"
    )
    minimum_volume: int | None = Field(None, ge=1)
    low_volume: Literal["none", "carry", "allow_one"] = "none"
    where: Condition | None = Field(None, description="Only cases (or events) for which this holds")
    exclude: Condition | None = Field(
        None, description="Cases for which this holds leave numerator and denominator"
    )
    relief: list[str] | None = Field(None, description="Relief entries that apply; all when absent")
    credit: KpiCredit | None = None

    @model_validator(mode="after")
    def _levels_in_order(self) -> KpiBase:
        for side in ("expected", "minimum"):
            level: Level | None = getattr(self, side)
            if level is not None:
                self._check_unit(side, level)
        if self.expected is not None and self.minimum is not None:
            wrong = (
                self.minimum.value > self.expected.value
                if self.direction == "higher"
                else self.minimum.value < self.expected.value
            )
            if wrong:
                raise ValueError(
                    told(
                        "document.levels_swapped",
                        "minimum {minimum} is better than expected {expected} (direction: {direction}); swap them "
                        "or set direction",
                        minimum=self.minimum,
                        expected=self.expected,
                        direction=self.direction,
                    )
                )
        if self.low_volume == "carry" and self.window.rolling is not None:
            raise ValueError(
                told(
                    "document.carry_rolling",
                    "low_volume: carry judges each case once, a rolling window several times; use plain "
                    "windows, or low_volume: none",
                )
            )
        if self.low_volume != "none" and self.minimum_volume is None:
            raise ValueError(
                told(
                    "document.low_volume",
                    "low_volume: {low_volume} needs minimum_volume, e.g. minimum_volume: 20",
                    low_volume=self.low_volume,
                )
            )
        if self.across == "weights" and not self.weights:
            raise ValueError(
                told("document.weights", "across: weights needs weights, e.g. weights: {{Hanoi: 2, Hue: 1}}")
            )
        return self

    def _check_unit(self, side: str, level: Level) -> None:
        """A level in another unit than the value would be missed, or met, for ever."""
        kind = getattr(self, "kind", "")
        if kind in SHARES and (level.unit == "seconds" or not 0 <= level.value <= 1):
            raise ValueError(
                told(
                    "document.level_share",
                    "{side}: found {level}, but the value of a {kind} is a share; write it as 95%",
                    side=side,
                    level=level,
                    kind=kind,
                )
            )
        if getattr(self, "clock", None) and kind not in SHARES and level.unit != "seconds":
            raise ValueError(
                told(
                    "document.level_time",
                    "{side}: found {level}, but the {kind} of a clock is a length of time; write it as 4 hours",
                    side=side,
                    level=level,
                    kind=kind,
                )
            )
        if kind in COUNTS and level.unit != "number":
            raise ValueError(
                told(
                    "document.level_count",
                    "{side}: found {level}, but the value of a {kind} is a count; write it as 20",
                    side=side,
                    level=level,
                    kind=kind,
                )
            )


class Tier(Part):
    """One pair of a tiered share. Without `within` the clock's own target counts."""

    share: Share
    within: Within | None = None


CountAt = Literal["stop", "due", "start"]


class ShareInTarget(KpiBase):
    kind: Literal["share_in_target"]
    clock: str
    count_at: CountAt | None = Field(None, description="Default stop; `giao check` warns where silent")
    tiers: list[Tier] = []


class Statistic(KpiBase):
    """Mean or percentile (nearest rank) of a clock's consumed seconds, or of an attribute at an event."""

    kind: Literal["mean", "percentile"]
    clock: str | None = None
    count_at: CountAt | None = None
    attribute: str | None = None
    of: Patterns | None = Field(None, description="The event that counts when an attribute is measured")
    p: Percent = Field(Decimal("0.5"), description="Percentile as a share; 0.5 is the median")
    direction: Literal["higher", "lower"] = "lower"

    @model_validator(mode="after")
    def _one_source(self) -> Statistic:
        if (self.clock is None) == (self.attribute is None):
            raise ValueError(told("document.clock_or_attribute", "measure either a clock or an attribute"))
        if not 0 < self.p <= 1:
            raise ValueError(
                told(
                    "document.percentile",
                    "p: found {p}, expected a share above 0 and up to 1 such as 90%",
                    p=self.p,
                )
            )
        return self


class Rate(KpiBase):
    """Good ÷ counted, or bad ÷ counted (then direction: lower)."""

    kind: Literal["rate"]
    of: Patterns | Literal["received", "delivered"] = "delivered"
    good: Condition | None = None
    bad: Condition | None = None
    weigh: str | None = Field(None, description="Attribute whose sum is taken in place of the count")

    @model_validator(mode="after")
    def _one_side(self) -> Rate:
        if (self.good is None) == (self.bad is None):
            raise ValueError(told("document.good_or_bad", "a rate needs either good or bad"))
        return self


class SampledRate(KpiBase):
    """Over inspected cases only; a sampled case belongs to the window of its delivery."""

    kind: Literal["sampled_rate"]
    inspected: Patterns
    good: Condition
    strata: str | None = Field(
        None, description="Attribute; strata are weighted by their delivered population"
    )


class Volume(KpiBase):
    kind: Literal["volume"]
    of: Patterns | Literal["received", "delivered"] = "received"


class Backlog(KpiBase):
    """Open at the window's last instant (received, not delivered, not cancelled), optionally by age."""

    kind: Literal["backlog"]
    older_than: Within | None = None
    calendar: str | None = None
    direction: Literal["higher", "lower"] = "lower"


class Score(KpiBase):
    """Mean of answers, or NPS = % >= 9 - % <= 6; from an event's attribute or from facts `giao.fact.score`."""

    kind: Literal["score"]
    method: Literal["mean", "nps"] = "mean"
    attribute: str | None = None
    of: Patterns | None = None
    fact: str | None = Field(None, description="Name of the score series in the facts file")


class Measure(Part):
    """One side of a ratio: a count, a sum, a clock's time, or a fact series; exactly one."""

    count: Patterns | Literal["received", "delivered"] | None = None
    sum: str | None = Field(None, description="Attribute summed over `of`")
    of: Patterns | Literal["received", "delivered"] | None = None
    clock: str | None = Field(None, description="Consumed hours of the clock, by its stop")
    fact: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Measure:
        if sum(side is not None for side in (self.count, self.sum, self.clock, self.fact)) != 1:
            raise ValueError(
                told("document.one_measure", "a measure is one of count, sum (with of), clock, fact")
            )
        return self


class Ratio(KpiBase):
    kind: Literal["ratio"]
    numerator: Measure
    denominator: Measure


class Availability(KpiBase):
    """1 - unplanned ÷ (agreed - planned) in time of the service calendar; outages are facts `giao.fact.outage`."""

    kind: Literal["availability"]
    service: str | None = Field(None, description="Name of the service in the outage facts")
    calendar: str | None = None
    weigh: Literal["users"] | None = None
    users: Amount | None = None


class Duty(KpiBase):
    """Share of due obligations done in time."""

    kind: Literal["duty"]
    obligations: list[str] = Field([], description="Names in `obligations`; all of the vendor's when empty")


class Composite(KpiBase):
    kind: Literal["composite"]
    of_kpis: dict[str, Amount] = Field(alias="of", min_length=1, description="Weight by KPI")


def _kind(value: Any) -> Any:
    return value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)


Kpi = Annotated[
    Annotated[ShareInTarget, Tag("share_in_target")]
    | Annotated[Statistic, Tag("mean")]
    | Annotated[Statistic, Tag("percentile")]
    | Annotated[Rate, Tag("rate")]
    | Annotated[SampledRate, Tag("sampled_rate")]
    | Annotated[Volume, Tag("volume")]
    | Annotated[Backlog, Tag("backlog")]
    | Annotated[Score, Tag("score")]
    | Annotated[Ratio, Tag("ratio")]
    | Annotated[Availability, Tag("availability")]
    | Annotated[Duty, Tag("duty")]
    | Annotated[Composite, Tag("composite")],
    Discriminator(
        _kind,
        custom_error_type="kpi_kind",
        custom_error_message=(
            "kind must be one of share_in_target, mean, percentile, rate, sampled_rate, volume, "
            "backlog, score, ratio, availability, duty, composite"
        ),
    ),
]
