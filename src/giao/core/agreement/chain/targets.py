"""Do the targets behind the SLA add up to it? Read from the documents alone, where they can be compared at all.

Pinned:

- A target of the SLA is compared with, of each supporting clock that bears on its clock, the target of the same condition,
  or else the one without a condition. They are added where all count alike: business time of equal calendars, business
  days of equal calendars, or elapsed time; the SLA's own margin is what is left.
- The sum is that of a case that passes every party of the chain once, one after the other. Pauses and reliefs are left out.
- One that alone is longer than the SLA's target is told by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from giao.core.agreement.chain.supports import Support, stands_behind
from giao.core.agreement.context import zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.clock import Clock, Target
from giao.core.told import Told, told

FindingKind = Literal["sum_exceeds", "one_exceeds", "not_comparable"]


@dataclass(frozen=True)
class ChainFinding:
    """Something about the targets of a chain, as a sentence; `kind` and the clock it is about for who sorts them."""

    kind: FindingKind
    clock: str
    target: int
    message: Told


@dataclass(frozen=True)
class _Part:
    support: Support
    clock: str
    target: Target
    unit: tuple[str, object]
    amount: int


def check_targets(sla: Agreement, supports: Sequence[Support]) -> list[ChainFinding]:
    """Findings by clock and target of one version of the SLA; none where everything adds up."""
    return [
        finding
        for name, clock in sla.clocks.items()
        for place, target in enumerate(clock.targets)
        for finding in _of_target(sla, name, clock, place, target, supports)
    ]


def _of_target(
    sla: Agreement, name: str, clock: Clock, place: int, target: Target, supports: Sequence[Support]
) -> Iterator[ChainFinding]:
    unit, amount = _measured(sla, clock, target)
    parts = [part for support in supports for part in _parts(sla, support, name, target)]
    like = [part for part in parts if part.unit == unit]
    which = (
        told("chain.target_when", "{clock} (when {when})", clock=name, when=target.when)
        if target.when
        else name
    )
    for part in like:
        if part.amount > amount:
            yield ChainFinding(
                "one_exceeds",
                name,
                place,
                told(
                    "chain.one_exceeds",
                    "{which}: {agreement} allows {party} {allowed}, longer than the {promised} of the SLA; the SLA can "
                    "be missed while it is met",
                    which=which,
                    agreement=part.support.name,
                    party=part.support.party,
                    allowed=str(part.target.within),
                    promised=str(target.within),
                ),
            )
    total = sum(part.amount for part in like)
    if len(like) > 1 and total > amount:
        yield ChainFinding(
            "sum_exceeds",
            name,
            place,
            told(
                "chain.sum_exceeds",
                "{which}: the targets behind it add up to {total} for a case that passes all of them ({parts}), more "
                "than the {promised} of the SLA; shorten them by {over}, or leave room in the SLA",
                which=which,
                total=_amount(unit, total),
                parts=", ".join(f"{part.clock} {part.target.within}" for part in like),
                promised=str(target.within),
                over=_amount(unit, total - amount),
            ),
        )
    for part in parts:
        if part.unit != unit:
            yield ChainFinding(
                "not_comparable",
                name,
                place,
                told(
                    "chain.not_comparable",
                    "{which}: {within} of {agreement} cannot be compared with {promised}: they count in other time; give "
                    "both the same calendar and unit",
                    which=which,
                    within=str(part.target.within),
                    agreement=part.support.name,
                    promised=str(target.within),
                ),
            )


def _parts(sla: Agreement, support: Support, name: str, target: Target) -> Iterator[_Part]:
    agreement = support.versions[-1]
    for called, clock in agreement.clocks.items():
        if name not in stands_behind(called, clock, list(sla.clocks)):
            continue
        chosen = next((item for item in clock.targets if item.when == target.when), None) or next(
            (item for item in clock.targets if item.when is None), None
        )
        if chosen is not None:
            unit, amount = _measured(agreement, clock, chosen)
            yield _Part(support, called, chosen, unit, amount)


def _measured(agreement: Agreement, clock: Clock, target: Target) -> tuple[tuple[str, object], int]:
    """The unit in which a target counts (comparable across documents) and how much of it."""
    within = target.within
    if within.measure == "elapsed":
        return ("elapsed", None), within.microseconds
    name = target.calendar or clock.calendar
    spec = agreement.calendars.get(name) if name else None
    known: object = None if spec is None else spec.model_dump_json()
    if within.business_days is not None:
        return ("days", known or str(zone_of(agreement))), within.business_days
    return ("business", known), within.microseconds


def _amount(unit: tuple[str, object], amount: int) -> Told:
    if unit[0] == "days":
        return told("chain.business_days", "{n} business days", n=amount)
    hours, rest = divmod(amount, 3_600_000_000)
    minutes = Decimal(amount) / 60_000_000
    if unit[0] == "business":
        if rest:
            return told("chain.business_minutes", "{n} business minutes", n=minutes)
        return told("chain.business_hours", "{n} business hours", n=hours)
    if rest:
        return told("chain.minutes", "{n} minutes", n=minutes)
    return told("chain.hours", "{n} hours", n=hours)
