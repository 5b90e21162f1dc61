"""Tax: by code on the net, at the rate dated for the tax point, rounded by rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from giao.core.agreement.document.charge import Tax
from giao.core.agreement.pricing.currency import money, share_out
from giao.core.agreement.results import TaxLine
from giao.core.told import told


def rate_on(tax: Tax, tax_point: date) -> Decimal | None:
    """The rate in force on a tax point: the last that starts on or before it; None before the first."""
    if tax.rate is not None:
        return tax.rate
    known = [rate for rate in tax.rates if rate.start is None or rate.start <= tax_point]
    return max(known, key=lambda rate: rate.start or date.min).rate if known else None


def spread(
    amount: Decimal, weights: Mapping[str, Decimal], default: str | None, currency: str
) -> dict[str | None, Decimal]:
    """A reduction (or addition) that belongs to no line, over tax codes pro rata to the fees that bear them."""
    bearing = {code: weight for code, weight in weights.items() if weight > 0}
    if not amount or not bearing:
        return {default: amount} if amount else {}
    shares = share_out(list(bearing.values()), abs(amount), currency)
    sign = 1 if amount > 0 else -1
    return {code: sign * share for code, share in zip(bearing, shares, strict=True)}


def tax_lines(
    bases: Mapping[str | None, Decimal], taxes: Sequence[Tax], tax_point: date, currency: str
) -> tuple[list[TaxLine], list[str]]:
    """Tax by code and rate; and what is missing: a code that the agreement does not define, a rate for the day."""
    known = {tax.code: tax for tax in taxes}
    found: list[TaxLine] = []
    missing: list[str] = []
    for code in sorted(code for code in bases if code is not None):
        base = bases[code]
        tax = known.get(code)
        rate = rate_on(tax, tax_point) if tax else None
        if rate is None:
            what = (
                told("word.no_rate_on", "no rate on {tax_point}", tax_point=tax_point)
                if tax
                else told("word.not_defined", "is not defined")
            )
            missing.append(
                told(
                    "flag.no_tax_rate",
                    "tax code {code!r} {what}: {base} {currency} are not taxed; add it to tax with its rate",
                    code=code,
                    what=what,
                    base=base,
                    currency=currency,
                )
            )
            continue
        found.append(TaxLine(code, rate, base, money(Fraction(base) * Fraction(rate), currency)))
    return found, missing
