"""Every statement of a reading: closed months frozen, late data booked, each sealed with its hash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from giao.core.agreement.credits.causes import CauseCounts
from giao.core.agreement.pricing.fact_fields import month_of
from giao.core.agreement.results import Statement
from giao.core.agreement.statement.calendar import closes
from giao.core.agreement.statement.closing import freeze
from giao.core.agreement.statement.hashing import sealed
from giao.core.agreement.statement.order import Drafted, finish
from giao.core.agreement.statement.raw import closing_draft, draft_statements, term_is_over

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs
    from giao.core.agreement.patterns import Matcher


class Reading(Protocol):
    """What a recomputation gives back: the inputs as of its instant, its matcher, its KPI results."""

    @property
    def inputs(self) -> Inputs: ...

    @property
    def matcher(self) -> Matcher: ...

    @property
    def kpis(self) -> Any: ...


def raw_statements(
    inputs: Inputs,
    matcher: Matcher,
    kpis: Any,
    *,
    cause_counts: CauseCounts | None = None,
) -> list[Statement]:
    """The whole chain as this reading knows it, as if nothing had been closed before."""
    drafts = draft_statements(inputs, matcher, kpis, cause_counts=cause_counts)
    at = closes(inputs)
    found = []
    for draft in drafts:
        close = at.get(draft.statement.month)
        done = close is not None and close <= inputs.as_of_us
        statement = replace(finish(draft, ()), closed=done, provisional=close is not None and not done)
        found.append(sealed(statement, inputs.hash_parts))
    return _numbered(found, inputs)


def statements(
    inputs: Inputs,
    matcher: Matcher,
    kpis: Any,
    *,
    recompute: Callable[[int], Reading] | None = None,
    cause_counts: CauseCounts | None = None,
) -> list[Statement]:
    """Statements of every month of the term up to the reading's instant.

    kpis       results of every KPI (a list, or an outcome with `results`)
    recompute  the reading as of an earlier instant, without its statements; called once for each closed month. Without
               it closed months show what is known now and nothing is booked late
    A closed month is frozen as it stood at its close, and so is its hash; later changes are adjustments in the first
    open statement.
    """
    nothing_owed = not any(version.pricing or version.credits for version in inputs.versions)
    if recompute is None or not inputs.months or nothing_owed:
        return raw_statements(inputs, matcher, kpis, cause_counts=cause_counts)
    now = draft_statements(inputs, matcher, kpis, cause_counts=cause_counts)
    cache: dict[int, dict[str, Drafted]] = {}
    parts: dict[int, tuple[str, ...]] = {}
    at = closes(inputs)

    def drafts_at(instant: int) -> dict[str, Drafted]:
        if instant not in cache:
            then = recompute(instant)
            drafts = draft_statements(then.inputs, then.matcher, then.kpis, cause_counts=cause_counts)
            cache[instant] = {draft.statement.month: draft for draft in drafts}
            parts[instant] = then.inputs.hash_parts
        return cache[instant]

    after = (lambda: closing_draft(inputs)) if term_is_over(inputs) else None
    found = freeze(now, at, inputs.as_of_us, drafts_at, after)
    done = [
        sealed(statement, parts[at[statement.month]] if statement.closed else inputs.hash_parts)
        for statement in found
    ]
    return _numbered(done, inputs)


def _numbered(found: list[Statement], inputs: Inputs) -> list[Statement]:
    """The statements with the numbers of their e-invoices, the last one recorded of each month."""
    numbers = {month_of(fact): str(fact.data["number"]) for fact in inputs.facts.of("fact.e_invoice")}
    return [replace(item, e_invoice=numbers.get(item.month, "")) for item in found] if numbers else found
