"""Late data: a closed month stands as it stood at its close; what changed since is booked in the first open statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from giao.core.agreement.results import Adjustment, Statement
from giao.core.agreement.statement.order import Drafted, finish

Recompute = Callable[[int], Mapping[str, Drafted]]
"""Drafts by month, computed from only what was recorded at an instant (UTC microseconds)."""


def adjustments(month: str, old: Drafted | None, new: Drafted | None) -> list[Adjustment]:
    """One for each amount of a closed month that changed, in the order of the statement; they sum to new − old."""
    before = old.booked() if old else {}
    after = new.booked() if new else {}
    found = []
    for name in dict.fromkeys([*before, *after]):
        was = before[name].amount if name in before else Decimal(0)
        now = after[name].amount if name in after else Decimal(0)
        if was != now:
            code = (after.get(name) or before[name]).tax_code
            found.append(Adjustment(month, name, was, now, code))
    return found


def freeze(
    now: Sequence[Drafted],
    closes: Mapping[str, int],
    as_of_us: int,
    recompute: Recompute,
    after_term: Callable[[], Drafted] | None = None,
) -> list[Statement]:
    """Statements with closed months frozen and late data booked.

    now         drafts at the reading's instant, in order; a month that is not in `closes` never closes
    closes      closing instants, not falling
    recompute   drafts as of an instant; called once for each month that has closed
    after_term  makes the statement that takes late data when every month has closed
    The adjustments of a statement carry, for each month closed before, the change since the last close: so a closed
    month is booked, all in all, at what was known when the latest month closed.
    """
    closed = [draft for draft in now if closes.get(draft.statement.month, as_of_us + 1) <= as_of_us]
    found: list[Statement] = []
    known: dict[str, Drafted] = {}
    for draft in closed:
        month = draft.statement.month
        then = recompute(closes[month])
        booked = _late(known, then)
        known = {name: then[name] for name in [*known, month] if name in then}
        frozen = finish(known.get(month, draft), booked)
        found.append(replace(frozen, closed=True, provisional=False))
    latest = {draft.statement.month: draft for draft in now}
    late = _late(known, latest)
    opened = [
        draft for draft in now if draft.statement.month not in {item.statement.month for item in closed}
    ]
    if late and not opened and after_term is not None:
        opened = [after_term()]
    for place, draft in enumerate(opened):
        statement = finish(draft, late if place == 0 else ())
        provisional = draft.statement.month in closes
        found.append(replace(statement, provisional=provisional))
    return found


def _late(known: Mapping[str, Drafted], then: Mapping[str, Drafted]) -> list[Adjustment]:
    """Changes of the months closed so far, month by month."""
    return [item for month in known for item in adjustments(month, known[month], then.get(month))]
