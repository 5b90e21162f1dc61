"""`arc_rrc`: a fee for a baseline volume with a dead band; above it additional, below it reduced resource charges."""

from __future__ import annotations

from fractions import Fraction

from giao.core.agreement.document.charge import ArcRrc
from giao.core.agreement.pricing.bands import band_steps, graduated
from giao.core.agreement.pricing.book import Book, Draft, Named, Part
from giao.core.agreement.pricing.counts import Wanted
from giao.core.agreement.pricing.currency import text
from giao.core.agreement.results import TraceStep, Window
from giao.core.told import told


def excess(line: ArcRrc, baseline: Fraction, volume: Fraction) -> Fraction:
    """Units that are charged (positive) or given back (negative); 0 inside the dead band, its edges included."""
    band = Fraction(line.dead_band)
    low, high = baseline * (1 - band), baseline * (1 + band)
    if low <= volume <= high:
        return Fraction(0)
    if line.start == "baseline":
        return volume - baseline
    return volume - (high if volume > high else low)


def arc_rrc_amount(line: ArcRrc, baseline: Fraction, volume: Fraction, fee: Fraction) -> Fraction:
    """fee + Σ ARC bands − Σ RRC bands."""
    over = excess(line, baseline, volume)
    return fee + (graduated(line.arc, over) if over > 0 else -graduated(line.rrc, -over))


def wants_renegotiation(line: ArcRrc, baseline: Fraction, volume: Fraction) -> bool:
    """Whether the volume lies outside the limits of renegotiation."""
    return line.renegotiate is not None and abs(volume - baseline) > baseline * Fraction(line.renegotiate)


def draft(book: Book, named: Named, month: Window) -> Draft | None:
    """Fee and baseline are pro rata to measured days; a phase's `volumes` may set another baseline."""
    wanted = [
        Wanted(version, line.of, line.where)
        for version in sorted(named.by_version)
        if (line := named.at(version, ArcRrc)) is not None
    ]
    counted = book.counted(named, wanted)
    found = Draft(quantity=Fraction(0))
    for span in book.spans(month.first, month.last):
        line = named.at(span.version, ArcRrc)
        if line is None:
            continue
        share = Fraction(span.days, month.full_days)
        agreed = next(
            (phase.volumes[named.name] for phase in span.phases if named.name in phase.volumes), line.baseline
        )
        baseline, fee = Fraction(agreed) * share, Fraction(line.arc_rrc) * share
        volume = counted.quantity(span.start_us, span.end_us)
        over = excess(line, baseline, volume)
        amount = arc_rrc_amount(line, baseline, volume, fee)
        numbers = (
            ("fee", text(fee)),
            ("baseline", text(baseline)),
            ("dead_band", text(line.dead_band)),
            ("volume", text(volume)),
            ("counted_from", line.start),
            ("excess", text(over)),
            ("amount", text(amount)),
        )
        found.steps.append(TraceStep("charge.arc_rrc", numbers))
        found.steps += band_steps(line.arc, over) if over > 0 else band_steps(line.rrc, -over)
        if wants_renegotiation(line, baseline, volume):
            found.notes.append(
                told(
                    "flag.renegotiate",
                    "volume {volume} is more than {limit} away from the baseline {baseline}: the agreement "
                    "calls for renegotiation",
                    volume=text(volume),
                    limit=text(line.renegotiate or Fraction(0)),
                    baseline=text(baseline),
                )
            )
        found.quantity = (found.quantity or Fraction(0)) + volume
        found.parts.append(Part(span, line, amount))
    return found if found.parts else None
