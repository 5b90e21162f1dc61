"""One log under a chain of agreements: who held each case when, whose time it was, whose clock broke first.

Pinned:

- *Held*: stretches of a case in hand (`in_hand.py`) by party (`parties.py`), elapsed and in the time of one calendar of
  the SLA (the one named, else that of its first clock that has one, else elapsed): whole microseconds that sum exactly.
- *Counted*: what of a clock instance of the SLA each party held, running and not paused, in the measure of its target; the
  parties' parts sum to what the clock consumed. `held_us` beside it is the whole time from start to end.
- *Break* of a clock: the last instant at which a stop would still have been in time (`broke`).
- A supporting clock stands behind an SLA clock instance when it does by name (`supports.py`) and their times from start to end
  meet. *First* is the one that broke first of all of these; of several at one instant the supporting ones come before the
  SLA's, in the order in which the agreements were given.
- `gap` of an SLA instance: `green_inside_red` (it is breached, and none of the supporting clocks behind it broke),
  `uncovered` (it is breached, and no supporting clock ran behind it), `red_inside_green` (it is not breached, though one behind
  it is); else empty. Cancelled instances and those without a target have none.
- An instance belongs to the month in which it ended; one that is open to the month of the reading's instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.chain.course import at, cut
from giao.core.agreement.chain.in_hand import IN, find_in_hand
from giao.core.agreement.chain.parties import ChainParty, Holding, PartyBook, find_holding
from giao.core.agreement.chain.segments import ClockRows, clock_rows
from giao.core.agreement.chain.supports import Support, instants, read_supports, states_of
from giao.core.agreement.chain.verdicts import find_verdicts, pairs_of
from giao.core.agreement.clocks import ClockTable, evaluate_clocks
from giao.core.agreement.clocks.many import between
from giao.core.agreement.clocks.program import ELAPSED, Measure
from giao.core.agreement.context import Inputs, make_inputs
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import last_recorded_us
from giao.core.agreement.facts import Facts
from giao.core.agreement.patterns import Matcher
from giao.core.log import EventLog
from giao.core.told import told

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ChainReading:
    """Frames; cases by number (row of `case_ids`), parties by number (row of `parties`), instants in UTC microseconds.

    held       case, party, start, end, open (it lasts until the reading's instant), elapsed_us, business_us
    instances  clocks of the SLA: clock, case, number, version, started, ended, open, state, consumed_us, budget_us, due, broke,
               month, holder_at_break, first (``sla``, ``support`` or null), first_at, first_party, first_support, first_clock, gap, behind
               (how many supporting clocks stand behind it), broken_behind
    counted    clock, case, number, party, held_us, counted_us
    supports   clocks of supporting agreements (`SUPPORT_SCHEMA`)
    calendar   in whose time `business_us` is told; 24x7 when elapsed
    """

    inputs: Inputs = field(repr=False)
    agreements: tuple[Support, ...]
    parties: tuple[ChainParty, ...]
    case_ids: pl.Series = field(repr=False)
    held: pl.DataFrame = field(repr=False)
    instances: pl.DataFrame = field(repr=False)
    counted: pl.DataFrame = field(repr=False)
    supports: pl.DataFrame = field(repr=False)
    calendar: str

    @property
    def as_of_us(self) -> int:
        return self.inputs.as_of_us

    @property
    def agreement(self) -> Agreement:
        return self.inputs.agreement

    @cached_property
    def clocks(self) -> list[str]:
        """Clocks of the SLA that ran, those that most of its service levels are about first, then in document order."""
        ran = set(self.instances["clock"].unique().to_list())
        asked = Counter(getattr(kpi, "clock", None) for kpi in self.agreement.kpis.values())
        return sorted(
            (name for name in clock_names(self.inputs) if name in ran), key=lambda name: -asked[name]
        )

    def behind(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Some of `instances`, each with every supporting clock behind it (see `pairs_of`)."""
        return pairs_of(rows.select("clock", "case", "number", "started", "ended"), self.supports)

    def case_code(self, case_id: str) -> int | None:
        """The number of a case, None where the reading has no such case."""
        found = self.case_ids.index_of(case_id)
        return None if found is None else int(found)


def read_chain(
    log: EventLog,
    sla: Sequence[Agreement] | Agreement,
    supports: Sequence[Support] = (),
    *,
    facts: Facts | None = None,
    as_of: int | None = None,
    calendar: str | None = None,
) -> ChainReading:
    """Read a log under an SLA and the agreements behind it.

    sla       the agreement, or all of its versions in order of effect
    calendar  a calendar of the SLA in whose time holding is told besides elapsed
    as_of     UTC microseconds; nothing recorded later is seen. Default: the last instant in log and facts
    Raises AgreementError (a sentence with the mend) and RuleError (a condition that does not fit the log).
    """
    versions = [sla] if isinstance(sla, Agreement) else list(sla)
    known = facts if facts is not None else Facts()
    instant = last_recorded_us(log, known) if as_of is None else as_of
    inputs = make_inputs(versions, log, known, instant)
    matcher = Matcher(inputs.log, inputs.agreement.work)
    book = PartyBook()
    holding = find_holding(inputs, matcher, book)
    tables: dict[str, ClockTable] = evaluate_clocks(inputs, matcher)
    clocks = clock_rows(inputs, matcher, tables)
    measure = _measure(inputs, calendar)
    behind = read_supports(supports, log, instant, inputs.log.case_ids, book, clock_names(inputs))
    instances = pl.concat(
        [
            pl.DataFrame(schema=INSTANCE_SCHEMA),
            *(_instances(rows, holding, inputs) for rows in clocks.values()),
        ]
    )
    return ChainReading(
        inputs=inputs,
        agreements=tuple(supports),
        parties=tuple(book.parties),
        case_ids=inputs.log.case_ids,
        held=_held(inputs, matcher, holding, measure),
        instances=find_verdicts(instances, behind),
        counted=pl.concat(
            [pl.DataFrame(schema=COUNTED_SCHEMA), *(_counted(rows, holding) for rows in clocks.values())]
        ),
        supports=behind,
        calendar=measure.name,
    )


def clock_names(inputs: Inputs) -> list[str]:
    """Every clock that some version of the SLA has, whether it ever ran or not."""
    return list(dict.fromkeys(name for version in inputs.versions for name in version.clocks))


COUNTED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "clock": pl.String, "case": pl.Int64, "number": pl.Int64, "party": pl.Int64, "held_us": pl.Int64, "counted_us": pl.Int64,
}  # fmt: skip
"""Columns of `ChainReading.counted`."""


def _measure(inputs: Inputs, name: str | None) -> Measure:
    """The calendar in which holding is told, of the version in force."""
    place = inputs.version_index(inputs.today)
    calendars, agreement = inputs.calendars[place], inputs.versions[place]
    if name is not None and name not in calendars:
        raise AgreementError(
            told(
                "chain.no_calendar",
                "the agreement has no calendar {name!r}; it has {known}",
                name=name,
                known=", ".join(calendars) or "none",
            )
        )
    chosen = name or next((clock.calendar for clock in agreement.clocks.values() if clock.calendar), None)
    return Measure(calendars[chosen], chosen) if chosen is not None and chosen in calendars else ELAPSED


def _held(inputs: Inputs, matcher: Matcher, holding: Holding, measure: Measure) -> pl.DataFrame:
    course = find_in_hand(inputs, matcher)
    inside = np.flatnonzero(course.values == IN)
    cases, starts = course.cases[inside], course.times[inside]
    ends = course.ends(NOT_YET)[inside]
    still = ends == NOT_YET
    ends = np.where(still, inputs.as_of_us, ends)
    pieces = cut(holding.course, cases, starts, ends)
    return pl.DataFrame(
        {
            "case": cases[pieces.owner],
            "party": pieces.value,
            "start": pieces.start,
            "end": pieces.end,
            "open": still[pieces.owner] & (pieces.end == inputs.as_of_us),
            "elapsed_us": pieces.end - pieces.start,
            "business_us": between(measure, pieces.start, pieces.end),
        }
    )


NOT_YET = np.iinfo(np.int64).max


def _counted(rows: ClockRows, holding: Holding) -> pl.DataFrame:
    """By instance and party: time held from start to end, and what of it counted."""
    whole = cut(holding.course, rows.case, rows.started, rows.ended)
    parts = cut(holding.course, rows.case[rows.owner], rows.seg_start, rows.seg_end)
    owner = rows.owner[parts.owner]
    zero = np.zeros(len(whole.owner), dtype=np.int64)
    frame = pl.DataFrame(
        {
            "row": np.concatenate([whole.owner, owner]),
            "party": np.concatenate([whole.value, parts.value]),
            "held_us": np.concatenate([whole.end - whole.start, np.zeros(len(owner), dtype=np.int64)]),
            "counted_us": np.concatenate([zero, rows.counted(owner, parts.start, parts.end)]),
        }
    )
    found = frame.group_by("row", "party").agg(pl.col("held_us", "counted_us").sum()).sort("row", "party")
    place = found["row"].to_numpy()
    return pl.DataFrame(
        {
            "clock": pl.Series([rows.clock], dtype=pl.String).new_from_index(0, len(found)),
            "case": rows.case[place],
            "number": rows.number[place],
            "party": found["party"],
            "held_us": found["held_us"],
            "counted_us": found["counted_us"],
        },
        schema=COUNTED_SCHEMA,
    )


INSTANCE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "clock": pl.String, "case": pl.Int64, "number": pl.Int64, "version": pl.Int64, "started": pl.Int64, "ended": pl.Int64,
    "open": pl.Boolean, "state": pl.String, "consumed_us": pl.Int64, "budget_us": pl.Int64, "due": pl.Int64, "broke": pl.Int64,
    "month": pl.String, "holder_at_break": pl.Int64,
}  # fmt: skip
"""Columns of the SLA's instances before the verdicts."""


def _instances(rows: ClockRows, holding: Holding, inputs: Inputs) -> pl.DataFrame:
    broke = instants(rows.broke)
    holder = pl.Series(
        at(holding.course, rows.case, np.where(rows.broke == NOT_YET, inputs.as_of_us, rows.broke))
    )
    return pl.DataFrame(
        {
            "clock": pl.Series([rows.clock], dtype=pl.String).new_from_index(0, len(rows.case)),
            "case": rows.case,
            "number": rows.number,
            "version": rows.version,
            "started": rows.started,
            "ended": rows.ended,
            "open": rows.open,
            "state": states_of(rows),
            "consumed_us": rows.consumed,
            "budget_us": pl.Series(rows.budget).set(pl.Series(rows.budget < 0), None),
            "due": instants(rows.due),
            "broke": broke,
            "month": _months(rows.ended, inputs),
            "holder_at_break": holder.set(broke.is_null(), None),
        },
        schema=INSTANCE_SCHEMA,
    )


def _months(instants_us: Ints, inputs: Inputs) -> pl.Series:
    """The local month of each instant."""
    local = pl.Series(instants_us).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(str(inputs.zone))
    return local.dt.strftime("%Y-%m")
