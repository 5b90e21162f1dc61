"""When credits are settled: on the same statement, the next, or the year's last; what is left over at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from giao.core.agreement.pricing.currency import total
from giao.core.agreement.results import CreditLine, Window
from giao.core.agreement.windows import ONE_DAY

Settle = Literal["same", "next", "year"]


@dataclass(frozen=True)
class Settled:
    """Credits that a statement takes off."""

    credits: tuple[CreditLine, ...] = ()

    @property
    def amount(self) -> Decimal:
        return total(line.amount for line in self.credits)


def settle(
    months: Sequence[Window], credits: Mapping[str, Sequence[CreditLine]], modes: Mapping[str, Settle]
) -> tuple[dict[str, Settled], Settled]:
    """(credits settled by month, what no statement of these months has settled).

    Each month's credits follow the mode in force then. `year` settles in the last month of the calendar year, and in the
    last of `months` only when that ends a year; the caller settles the rest after the term's last month.
    """
    waiting: list[tuple[int, Settle, CreditLine]] = []
    found: dict[str, Settled] = {}
    for place, month in enumerate(months):
        waiting += [(place, modes[month.id], line) for line in credits.get(month.id, ())]
        closes_year = (month.last + ONE_DAY).year > month.last.year
        now = [
            item
            for item in waiting
            if item[1] == "same"
            or (item[1] == "next" and item[0] < place)
            or (item[1] == "year" and closes_year)
        ]
        waiting = [item for item in waiting if item not in now]
        found[month.id] = Settled(tuple(line for _, _, line in now))
    return found, Settled(tuple(line for _, _, line in waiting))
