"""A ratchet: after so many windows above a level, the next version may raise it. It proposes; it never applies itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.document.kpi import Ratchet
from giao.core.agreement.kpis.levels import Direction, worse
from giao.core.agreement.kpis.statistics import mean
from giao.core.agreement.results import KpiResult


@dataclass(frozen=True)
class RatchetProposal:
    """`level` is the present expected level, `average` that of the windows, `limited` whether the cap cut the raise."""

    kpi: str
    level: Fraction
    proposed: Fraction
    average: Fraction
    windows: tuple[str, ...]
    limited: bool


def ratchet_proposals(agreement: Agreement, results: Iterable[KpiResult]) -> list[RatchetProposal]:
    """Proposals from the last results of each KPI with a `ratchet`, in the document's order."""
    by_kpi: dict[str, list[KpiResult]] = {}
    for result in results:
        by_kpi.setdefault(result.kpi, []).append(result)
    found = []
    for name, kpi in agreement.kpis.items():
        if kpi.ratchet is not None:
            proposal = _propose(kpi.ratchet, kpi.direction, by_kpi.get(name, []))
            if proposal is not None:
                found.append(proposal)
    return found


def new_level(
    level: Fraction, average: Fraction, limit: Fraction | None, direction: Direction = "higher"
) -> Fraction:
    """Midpoint of level and average; the step at most `limit` of what is left to 100% (to 0 when lower is better)."""
    return limited_level(level, (level + average) / 2, limit, direction)


def limited_level(
    level: Fraction, candidate: Fraction, limit: Fraction | None, direction: Direction = "higher"
) -> Fraction:
    """A candidate, moved from the level by at most `limit` of (100% - level), or of the level when lower is better."""
    if limit is None:
        return candidate
    if direction == "higher":
        return min(candidate, level + limit * (1 - level))
    return max(candidate, level - limit * level)


def _propose(ratchet: Ratchet, direction: Direction, results: Sequence[KpiResult]) -> RatchetProposal | None:
    """The last so many final windows with data, all strictly better than the level in force in each."""
    final = [one for one in results if one.value is not None and not one.provisional]
    last = final[-ratchet.windows :]
    if len(last) < ratchet.windows or last[-1].expected is None:
        return None
    for one in last:
        if one.value is None or one.expected is None or not worse(one.expected, one.value, direction):
            return None
    level = last[-1].expected
    average = mean(one.value for one in last if one.value is not None)
    assert average is not None
    limit = None if ratchet.limit is None else Fraction(ratchet.limit)
    free = new_level(level, average, None, direction)
    proposed = new_level(level, average, limit, direction)
    return RatchetProposal(
        results[0].kpi, level, proposed, average, tuple(one.window.id for one in last), proposed != free
    )
