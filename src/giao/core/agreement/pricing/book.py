"""What the charge lines of all versions are computed from, looked up once; and what a line says before rounding."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from giao.core.agreement.document.charge import ChargeLine, LineBase
from giao.core.agreement.facts import Fact
from giao.core.agreement.pricing.counts import Counted, Wanted, counted
from giao.core.agreement.pricing.fact_fields import month_of
from giao.core.agreement.pricing.fx import Rates
from giao.core.agreement.pricing.index import Series
from giao.core.agreement.pricing.spans import Span, spans
from giao.core.agreement.results import TraceStep, Window
from giao.core.agreement.windows import local_day

if TYPE_CHECKING:
    from giao.core.agreement.context import Inputs
    from giao.core.agreement.patterns import Matcher

L = TypeVar("L", bound=LineBase)


@dataclass(frozen=True)
class Part:
    """The part of a line that one span gives: exact, before phase, index and currency."""

    span: Span
    line: LineBase
    amount: Fraction
    ramped: bool = True


@dataclass
class Draft:
    """A line of one month before rounding. `missing` makes it provisional, `notes` only tell."""

    quantity: Fraction | None = None
    price: Decimal | None = None
    parts: list[Part] = field(default_factory=list)
    steps: list[TraceStep] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Named:
    """A charge line over all versions that have it (same name, same kind): version → its text there."""

    name: str
    kind: type[LineBase]
    by_version: dict[int, LineBase]

    def at(self, version: int, kind: type[L]) -> L | None:
        return cast("L | None", self.by_version.get(version))

    def latest(self, version: int, kind: type[L]) -> L:
        """The text in force at a version, or the last one before it (a line that has ended), or the first."""
        known = [number for number in self.by_version if number <= version] or [min(self.by_version)]
        return cast("L", self.by_version[max(known)])


def kind_name(line: LineBase) -> str:
    """``fixed``, ``per_unit``, …: the key that a line starts with in the document."""
    return next(iter(type(line).model_fields.keys() - LineBase.model_fields.keys() & _KEYS.keys()), "")


_KEYS = dict.fromkeys(
    (
        "fixed",
        "per_unit",
        "arc_rrc",
        "fte",
        "time_and_materials",
        "outcome",
        "gain_share",
        "pass_through",
        "one_off",
        "minimum_of",
    )
)


def named_lines(versions: tuple[list[ChargeLine], ...]) -> list[Named]:
    """Lines of all versions, matched by name and kind, in the order of the latest version that has them.

    A line without a name is called by its kind, with a number when there are several.
    """
    found: dict[tuple[str, type[LineBase]], dict[int, LineBase]] = {}
    order: dict[tuple[str, type[LineBase]], tuple[int, int]] = {}
    for version, lines in enumerate(versions):
        seen: dict[str, int] = {}
        for place, line in enumerate(lines):
            name = line.name or kind_name(line)
            seen[name] = seen.get(name, 0) + 1
            called = name if seen[name] == 1 else f"{name} {seen[name]}"
            key = (called, type(line))
            found.setdefault(key, {})[version] = line
            order[key] = (-version, place)
    return [Named(*key, found[key]) for key in sorted(found, key=lambda key: order[key])]


class Book:
    """One reading's charge lines with what they need: spans, counted events, facts, rates, index values."""

    def __init__(self, inputs: Inputs, matcher: Matcher) -> None:
        self.inputs = inputs
        self.matcher = matcher
        self.zone = inputs.zone
        self.currency = inputs.versions[0].currency
        self.lines = named_lines(tuple(version.pricing for version in inputs.versions))
        self.billed: dict[str, list[tuple[date, Decimal]]] = {}
        self._spans: dict[tuple[date, date], list[Span]] = {}

    @cached_property
    def series(self) -> Series:
        return Series(self.inputs.facts)

    @cached_property
    def rates(self) -> Rates:
        return Rates(self.inputs.facts, self.currency, self.zone)

    def spans(self, first: date, last: date) -> list[Span]:
        if (first, last) not in self._spans:
            self._spans[first, last] = spans(self.inputs, first, last)
        return self._spans[first, last]

    def counted(self, named: Named, wanted: list[Wanted]) -> Counted:
        """Kept with the matcher: what is counted follows from log and versions, whatever the reading's instant."""
        return self.matcher.kept(
            ("counted", named.name, named.kind), lambda: counted(self.inputs, self.matcher, wanted)
        )

    def facts_between(self, kind: str, first: date, last: date, **fields: str) -> list[tuple[Fact, date]]:
        """Facts of a type whose month (when they name one) or local day lies in `first`..`last`'s months, with the day
        clipped to them; only those whose `fields` say the given value (a fact without the field fits any line)."""
        found = []
        for fact in self.inputs.facts.of(kind):
            if any(fact.data.get(key, value) != value for key, value in fields.items()):
                continue
            said = fact.data.get("month")
            day = (
                local_day(fact.time_us, self.zone)
                if said is None
                else date.fromisoformat(f"{month_of(fact)}-01")
            )
            if (first.year, first.month) <= (day.year, day.month) <= (last.year, last.month):
                found.append((fact, min(max(day, first), last)))
        return found

    def span_on(self, month: Window, day: date) -> Span:
        return next(span for span in self.spans(month.first, month.last) if span.first <= day <= span.last)

    def book(self, name: str, day: date, amount: Decimal) -> None:
        self.billed.setdefault(name, []).append((day, amount))

    def billed_between(self, name: str, first: date, last: date) -> Decimal:
        """What was billed for a line (rounded, with true-ups) in months whose last day lies in `first`..`last`."""
        return sum((amount for day, amount in self.billed.get(name, ()) if first <= day <= last), Decimal(0))
