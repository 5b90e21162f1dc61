"""Some cases as of an instant: their log, clocks and ground, with everything that is costly made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import ClockTable, evaluate_clocks
from giao.core.agreement.context import Inputs, read_starts, zone_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.facts import Facts
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.renewing import with_running_term
from giao.core.agreement.windows import local_day
from giao.core.calendars import Calendar, compile_calendars
from giao.core.log import EventLog


@dataclass(frozen=True)
class Moment:
    """`code_of`: by case of the log, its code in the live reading."""

    ground: Ground
    clocks: Mapping[str, ClockTable]
    code_of: npt.NDArray[np.int32]

    @property
    def inputs(self) -> Inputs:
        return self.ground.inputs


def moment_of(inputs: Inputs, codes: Callable[[EventLog], npt.NDArray[np.int32]]) -> Moment:
    """Read the cases of the inputs' log (already cut to what is known)."""
    matcher = Matcher(inputs.log, inputs.agreement.work)
    clocks = evaluate_clocks(inputs, matcher)
    return Moment(Ground(inputs, matcher, clocks), clocks, codes(inputs.log))


def inputs_at(
    versions: Sequence[Agreement],
    log: EventLog,
    facts: Facts,
    as_of_us: int,
    first_known_us: int | None,
) -> Inputs:
    """Inputs over a log that is already cut to the instant; calendars as a reading of the whole log compiles them."""
    zone = zone_of(versions[0])
    first = min(
        versions[0].term.start, date.max if first_known_us is None else local_day(first_known_us, zone)
    )
    today = local_day(as_of_us, zone)
    last = max(with_running_term(versions[-1], facts, zone, today).term.end, today)
    calendars = tuple(_calendars(version.hash, first, last, _Specs(version)) for version in versions)
    return Inputs(tuple(versions), read_starts(log, versions), facts, as_of_us, calendars)


@dataclass(frozen=True)
class _Specs:
    """An agreement that says nothing in comparisons: its hash, beside it in the key, does."""

    version: Agreement

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Specs)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=32)
def _calendars(agreement: str, first: date, last: date, specs: _Specs) -> Mapping[str, Calendar]:
    """The compiled calendars of an agreement (by its hash) over some days."""
    return compile_calendars(specs.version.calendars, first, last)


def listed(groups: Iterable[Iterable[str]]) -> list[str]:
    """Ids of several groups, each once, sorted."""
    return sorted({name for group in groups for name in group})
