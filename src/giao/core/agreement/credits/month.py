"""Credits of every month, one after the other: misses, caps, earned back, bonus, triggers (step 7 of the invoice)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.credits.bonus import month_bonus
from giao.core.agreement.credits.capping import apply_caps
from giao.core.agreement.credits.caps import Owed
from giao.core.agreement.credits.earn_back import earned_back
from giao.core.agreement.credits.ground import CreditGround
from giao.core.agreement.credits.history import MonthRecord
from giao.core.agreement.credits.misses import MonthMisses
from giao.core.agreement.credits.triggers import fired
from giao.core.agreement.document.credit import Credits
from giao.core.agreement.pricing.currency import exact_decimal, money, money_down, text, total
from giao.core.agreement.results import CreditLine, EarnedBack, TraceStep, TriggerResult, Window
from giao.core.told import told


@dataclass(frozen=True)
class MonthCredits:
    """A month's credits after caps, before settlement."""

    month: str
    at_risk: Fraction | None = None
    credits: tuple[CreditLine, ...] = ()
    carried_in: Decimal = Decimal(0)
    carried_out: Decimal = Decimal(0)
    earned_back: tuple[EarnedBack, ...] = ()
    bonus: Decimal = Decimal(0)
    triggers: tuple[TriggerResult, ...] = ()
    flags: tuple[str, ...] = ()
    trace: tuple[TraceStep, ...] = ()

    @property
    def total(self) -> Decimal:
        return total(line.amount for line in self.credits)


@dataclass
class _Chain:
    """What one month hands to the next."""

    carried: list[Owed] = field(default_factory=list)
    credited: dict[tuple[str, str], dict[str, Decimal]] = field(default_factory=dict)
    returned: set[tuple[str, str]] = field(default_factory=set)
    records: list[MonthRecord] = field(default_factory=list)
    holding: dict[str, date | None] = field(default_factory=dict)


def month_credits(ground: CreditGround) -> dict[str, MonthCredits]:
    """Credits by month (``2018-03``). Each month sees only the results whose windows have ended by then."""
    chain = _Chain()
    return {month.id: _month(ground, month, chain) for month in ground.inputs.months}


def _month(ground: CreditGround, month: Window, chain: _Chain) -> MonthCredits:
    terms = ground.version(month.first).credits
    fees = money(ground.month_fees(month), ground.currency)
    if terms is None:
        chain.carried = []
        chain.records.append(MonthRecord(month.id, month.last, fees, None, Decimal(0)))
        return MonthCredits(month.id)
    history, measures = ground.history(month, chain.records), ground.month_measures(month)
    at_risk = ground.at_risk(terms, month, history, measures)
    carried, chain.carried = chain.carried, []
    carried_in = total(line.amount for line in carried)
    lines = [*MonthMisses(ground, month, history, measures).owed(), *carried]
    limit, flags = apply_caps(ground, terms, month, lines, at_risk, chain.records)
    steps = [TraceStep("credit.fees", (("fees", str(fees)),))]
    if at_risk is not None:
        steps.append(TraceStep("credit.at_risk_total", (("at_risk", text(at_risk)),)))
    if terms.same_cause == "one" and ground.cause_counts is None:
        flags.append(
            told(
                "flag.no_cause",
                "same_cause: one cannot be judged, as nothing tells the incident of a case ({cause!r}): "
                "every miss pays; map the column at import or name another with cause:",
                cause=terms.cause,
            )
        )
    steps += _drop_small(terms, lines)
    for line in lines:
        mine = chain.credited.setdefault((line.kpi, line.window), {})
        mine[month.id] = mine.get(month.id, Decimal(0)) + line.amount
    earned = earned_back(ground, month, chain.credited, chain.returned)
    chain.carried = _carried_on(ground, terms, month, lines, chain.returned)
    lapsed = total(line.cut for line in lines) if terms.carry else Decimal(0)
    if lapsed and month.last >= ground.inputs.term_end:
        flags.append(
            told(
                "flag.credits_lapse",
                "{lapsed} {currency} of credits cut by caps lapse: no later month can carry them",
                lapsed=lapsed,
                currency=ground.currency,
            )
        )
    credited = total(line.amount for line in lines)
    bonus, bonus_steps = month_bonus(ground, month, at_risk, credited)
    cap = None if limit is None else money_down(limit, ground.currency)
    chain.records.append(MonthRecord(month.id, month.last, fees, cap, credited))
    known = {**measures, "credits": credited}
    return MonthCredits(
        month=month.id,
        at_risk=at_risk,
        credits=tuple(_line(line) for line in lines),
        carried_in=carried_in,
        carried_out=total(line.amount for line in chain.carried),
        earned_back=earned,
        bonus=bonus,
        triggers=fired(terms.triggers, month, ground.history(month, chain.records), known, chain.holding),
        flags=tuple(flags),
        trace=(*steps, *bonus_steps),
    )


def _drop_small(terms: Credits, lines: Sequence[Owed]) -> list[TraceStep]:
    """A monthly total below the floor is dropped whole; nothing of it is carried."""
    owed = total(line.amount for line in lines)
    if terms.floor is None or not Decimal(0) < owed < terms.floor:
        return []
    step = TraceStep("credit.floor", (("floor", text(terms.floor)), ("dropped", str(owed))))
    for line in lines:
        line.steps.append(step)
        line.amount = line.cut = Decimal(0)
    return [step]


def _carried_on(
    ground: CreditGround,
    terms: Credits,
    month: Window,
    lines: Sequence[Owed],
    returned: set[tuple[str, str]],
) -> list[Owed]:
    """What tower, month and year caps cut, for the next month; it lapses with the term, or when earned back."""
    if not terms.carry or month.last >= ground.inputs.term_end:
        return []
    return [
        Owed(
            kpi=line.kpi,
            window=line.window,
            uncapped=line.cut,
            amount=line.cut,
            reason="carried",
            tower=line.tower,
            steps=[TraceStep("credit.carried", (("from", month.id), ("amount", str(line.cut))))],
        )
        for line in lines
        if line.cut and (line.kpi, line.window) not in returned
    ]


def _line(owed: Owed) -> CreditLine:
    return CreditLine(
        kpi=owed.kpi,
        window=owed.window,
        amount=owed.amount,
        points=None if owed.points is None else exact_decimal(owed.points),
        repeat=exact_decimal(owed.repeat) or Decimal(1),
        uncapped=owed.uncapped,
        reason=owed.reason,
        trace=tuple(owed.steps),
    )
