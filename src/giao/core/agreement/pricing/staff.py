"""Work that is paid by time: role × rate × amount, from facts. Shared by `fte` and `time_and_materials`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import LineBase
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.pricing.fact_fields import number_of
from giao.core.agreement.results import TraceStep, Window
from giao.core.told import told


def staff_draft(
    book: Book,
    named: Named,
    month: Window,
    *,
    fact: str,
    field: str,
    rates: Callable[[LineBase], dict[str, Decimal]],
    basis: Callable[[LineBase], str | None] = lambda line: None,
) -> Draft | None:
    """Facts of the month, each at the rate of its role in the version of its day.

    A fact may name its `line`; a role without a rate is flagged, never priced at 0 in silence.
    """
    in_force = {
        span.version for span in book.spans(month.first, month.last) if span.version in named.by_version
    }
    if not in_force:
        return None
    found = Draft(quantity=Fraction(0))
    given = 0
    facts = book.facts_between(f"fact.{fact}", month.first, month.last, line=named.name)
    labels = {(item.data["role"], item.data.get("basis")) for item, _ in facts}
    for item, day in facts:
        span = book.span_on(month, day)
        line = named.by_version.get(span.version)
        if line is None:
            continue
        wanted = basis(line) if (item.data["role"], basis(line)) in labels else None
        if item.data.get("basis") != wanted:
            continue
        given += 1
        role, units = str(item.data["role"]), Fraction(number_of(item, field))
        rate = rates(line).get(role)
        if rate is None:
            found.missing.append(
                told(
                    "flag.role_without_rate",
                    "role {role!r} has no rate on line {name!r}: {units} {field} are not charged; add the role "
                    "to the line or correct the fact",
                    role=role,
                    name=named.name,
                    units=text(units),
                    field=field,
                )
            )
            continue
        amount = units * Fraction(rate)
        found.quantity = (found.quantity or Fraction(0)) + units
        found.parts.append(Part(span, line, amount))
        numbers = (("role", role), (field, text(units)), ("rate", text(rate)), ("amount", text(amount)))
        found.steps.append(TraceStep(f"charge.{fact}", numbers))
    if not given:
        found.missing.append(
            told(
                "flag.no_staff_fact",
                "no {field} are recorded for {name!r} in {month}: add giao.fact.{fact} (role, {field}; 0 "
                "when nobody worked)",
                field=field,
                name=named.name,
                month=month.id,
                fact=fact,
            )
        )
    return found
