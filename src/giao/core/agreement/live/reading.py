"""A reading that follows the ledger: `apply` events and facts, `advance` in time; only what is touched is read again.

After any sequence of both, in whatever batches and order of arrival, clocks and figures are those of `evaluate` on the
whole log at that instant. Read again are the cases that got events or facts and those whose instant has come
(`moving.py`); their rows take the place of those that they had, and the numbers of windows are read off the tallies.

By kind: shares, means, percentiles, rates, sampled rates, volumes, scores, ratios and backlogs move by rows; composites
are made of them; availability and duty are computed from their facts each time. Everything is read anew (`Changes.whole`
says why) where cases depend on each other or all change at once: reliefs by intervals or windows, claims for all cases,
new relief facts and decisions, another version coming into force, a column of another type, values that cannot be added
exactly. What pending claims would change (`KpiResult.claims`) is told by `evaluation()` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from giao.core.agreement.clocks import evaluate_clocks
from giao.core.agreement.context import EARLIEST_US, LATEST_US, Inputs, make_inputs, read_starts
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.evaluate import Evaluation, evaluate
from giao.core.agreement.facts import Fact, Facts
from giao.core.agreement.kpis import evaluate_kpis
from giao.core.agreement.kpis.ground import Ground
from giao.core.agreement.live.cases import Cases
from giao.core.agreement.live.chunk import NOBODY
from giao.core.agreement.live.counting import Counted, counted_anew, open_parts
from giao.core.agreement.live.exact import Exactness
from giao.core.agreement.live.facts import RELIEF, LiveFacts
from giao.core.agreement.live.figures import Figures
from giao.core.agreement.live.instants import Instants
from giao.core.agreement.live.meters import Present
from giao.core.agreement.live.moment import Moment, inputs_at, moment_of
from giao.core.agreement.live.moving import Marks, marks_of
from giao.core.agreement.live.plan import PartKey, plan_of
from giao.core.agreement.live.standing import OpenCounts, Standing, named
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.phases import condition_of
from giao.core.agreement.renewing import NOTICE
from giao.core.agreement.results import ClockCounts, KpiResult, Statement
from giao.core.agreement.windows import ONE_DAY, midnight_us
from giao.core.log import EventLog
from giao.core.log.tail import Refused, Tail
from giao.core.log.tail_event import LiveEvent
from giao.core.told import told

Codes = npt.NDArray[np.int32]

RESTLESS_US = 60_000_000
"""When to look again where it cannot be said at which instant something changes."""

RELIEF_MEASURES, RELIEF_FACT, RELIEF_OF_ALL = "relief_measures", "relief_fact", "relief_of_all"
VERSION, COLUMNS, INEXACT, PHASES, ENDED = "version", "columns", "inexact", "phases", "ended"
"""Why everything was read anew."""

_READ_BY_ALL = frozenset({"lifecycle", "start"})
"""Columns that change what events of other cases mean when the log gets them."""


@dataclass(frozen=True)
class Changes:
    """What one step changed.

    as_of_us  the instant of the reading now
    cases     ids of the cases that were read again: all their rows are replaced by those of `clocks`. None: of all cases
    clocks    by clock, rows: case (id), then the columns of `CLOCK_SCHEMA`; start_event and stop_event are the number
              of the event in its case, from 0. Of an open instance `consumed_us` (and the due of a paused one) are those
              of `as_of_us`
    kpis      results that are new or different; the groups of a result are within it
    counts, open  of every clock, now
    next_us   the next instant at which something changes by time alone, as far as is known; None: none is known
    windows   windows began or ended: a case that was not read again may belong to others than before
    whole     why everything was read anew; None where it was not
    refused, duplicates  events that are not in the log, and those that were there already
    """

    as_of_us: int
    cases: tuple[str, ...] | None
    clocks: Mapping[str, pl.DataFrame]
    kpis: tuple[KpiResult, ...]
    counts: Mapping[str, ClockCounts]
    open: Mapping[str, OpenCounts]
    next_us: int | None
    whole: str | None = None
    windows: bool = False
    refused: tuple[Refused, ...] = ()
    duplicates: tuple[LiveEvent, ...] = ()


class LiveReading:
    """A reading of (versions, tail, facts) that moves.

    warning_us  how long before its due a running instance is at risk
    Raises AgreementError and RuleError as `evaluate` does.
    """

    _cases: Cases
    _someone: str | None
    _present: Present

    def __init__(
        self,
        tail: Tail,
        versions: Sequence[Agreement] | Agreement,
        *,
        facts: Facts | None = None,
        as_of: int,
        warning_us: int = 0,
        evaluation: Evaluation | None = None,
    ) -> None:
        """`evaluation`: a reading of the same log, facts and instant, if one is at hand; its clocks are taken over."""
        self.versions = [versions] if isinstance(versions, Agreement) else list(versions)
        self.tail = tail
        self.as_of_us = as_of
        self.warning_us = warning_us
        self._facts = LiveFacts(facts if facts is not None else Facts())
        self._evaluation: Evaluation | None = None
        self._begin(evaluation)

    # What it says

    @property
    def results(self) -> list[KpiResult]:
        """Every KPI and window, as `KpiOutcome.results` orders them; without what pending claims would change."""
        return [result for name in self._plan.names for result in self._figures.results[name]]

    @property
    def counts(self) -> dict[str, ClockCounts]:
        return {name: clock.counts for name, clock in self._clocks.items()}

    @property
    def open(self) -> dict[str, OpenCounts]:
        return {name: clock.open for name, clock in self._clocks.items()}

    @property
    def facts(self) -> Facts:
        return self._facts.all

    @property
    def next_us(self) -> int | None:
        """The next instant at which something changes by time alone."""
        now = self.as_of_us
        first = [at for at in (*self._plan.boundaries, *self._effective) if at > now]
        known = (self._instants.next_us, self._facts.relief_next_us(now))
        first += [max(at, now + 1) for at in known if at is not None]
        if self._restless or self._whole is not None:
            first.append(now + RESTLESS_US)
        return min(first, default=None)

    def clock(self, name: str) -> pl.DataFrame:
        """Every instance of a clock as of now, columns as in `Changes.clocks`; open ones are measured anew."""
        standing = self._clocks[name]
        codes = standing.open_codes()
        kept = standing.frame(self._cases)
        if not codes:
            return kept
        ids = self._cases.names(sorted(codes))
        now = self.moment(ids)
        assert now is not None  # an open instance has events
        fresh = Standing(now.clocks[name], now.inputs.log.offsets, self.as_of_us, self.warning_us)
        names = now.inputs.log.case_ids
        frame = fresh.frame(Cases(names))
        rest = kept.filter(~pl.col("case").is_in(ids))
        return pl.concat([rest, frame]).sort("case", "instance")

    def open_cases(self) -> set[str]:
        """Ids of the cases with rows that move with the instant: an open instance of any clock, or open in a backlog."""
        codes = {code for standing in self._clocks.values() for code in standing.open_codes()}
        for counted in self._parts.values():
            for side in counted.sides:
                if side.ends:
                    codes |= side.tallies.codes_in(side.now)
        codes.discard(NOBODY)
        return set(self._cases.names(sorted(codes)))

    def any_case(self) -> tuple[str, ...]:
        """One case that is known, where there is any."""
        return () if self._someone is None else (self._someone,)

    def moment(self, cases: Sequence[str], *, without_case: bool = False) -> Moment | None:
        """Some cases, by their ids, as of now; with the facts that are of no case, if asked. None: none is known yet."""
        log = self.tail.cases(cases, as_of_us=self.as_of_us)
        if not log.n_events:
            return None
        return self._moment(
            log, self._facts.of(cases, nobody=without_case, as_of_us=self.as_of_us, bare=without_case)
        )

    def evaluation(self) -> Evaluation:
        """The whole reading, members and statements included, by evaluating the whole log; kept until the next step."""
        if self._evaluation is None:
            self._evaluation = evaluate(
                self.tail.log(), self.versions, facts=self._facts.all, as_of=self.as_of_us
            )
        return self._evaluation

    def statements(self) -> tuple[Statement, ...]:
        """The statements of `evaluation()`."""
        return self.evaluation().statements

    # Steps

    def apply(
        self, events: Iterable[LiveEvent] = (), as_of: int | None = None, *, facts: Iterable[Fact] = ()
    ) -> Changes:
        """Take events and facts in and go to an instant, at or after the present one.

        Events that cannot be are told in `refused`; the rest is in.
        """
        instant = self.as_of_us if as_of is None else as_of
        self._check(instant)
        self._evaluation = None
        good, far = _within_years(events)
        before = set(self.tail.columns)
        added = self.tail.add(good)
        fresh = list(facts)
        ids = set(added.cases) | self._facts.add(fresh)
        why = self._why_whole(fresh, instant, added.columns, before)
        changes = self._step(ids, instant, why)
        self._remember(good, fresh)
        return replace(changes, refused=(*far, *added.refused), duplicates=added.duplicates)

    def advance(self, as_of: int) -> Changes:
        """Go to a later instant; nothing new is known."""
        return self.apply((), as_of)

    def settle(self) -> None:
        """Put the live events of the tail into its base, in memory: small again, nothing else is different.

        Costs a pass over the log; worth it when the tail has grown to some hundred thousand events, or was sealed.
        """
        self.tail = self.tail.settled()
        self._empty = self.tail.cases([])

    def _check(self, instant: int) -> None:
        if instant < self.as_of_us or not EARLIEST_US <= instant < LATEST_US:
            raise AgreementError(
                told(
                    "live.backwards",
                    "a live reading goes forward: it stands at {now}, {instant} is no later instant; make a new one "
                    "for an earlier instant",
                    now=self.as_of_us,
                    instant=instant,
                )
            )

    def _step(self, ids: set[str], instant: int, why: str | None) -> Changes:
        previous, self.as_of_us = self.as_of_us, instant
        if why is not None:
            return self._anew(why)
        codes = set(self._cases.codes(sorted(ids)).tolist())
        codes |= self._instants.until(instant) | self._restless | self._open_at_ends(previous, instant)
        first = self._present.first_known_us
        now, codes = self._read_again(codes)
        changed: set[PartKey] = set()
        rows: dict[str, pl.DataFrame] = {}
        if now is not None:
            if not self._exact.add(now.ground):
                return self._anew(INEXACT)
            changed, old = counted_anew(self._parts, now.ground, now.code_of, codes)
            marks = marks_of(now.ground, self._plan, old, self.warning_us)
            if marks.everyone:
                return self._anew(RELIEF_OF_ALL)
            rows = self._move_clocks(now, codes)
            self._restless -= codes
            self._mark(marks, now.code_of, codes)
        self._present.as_of_us = instant
        crossed = self._present.first_known_us != first
        crossed |= any(previous < at <= instant + 1 for at in self._plan.boundaries)
        kpis = self._figures.refresh(self._bare(), self._fact_ground, None if crossed else changed)
        found = self._changes(tuple(self._cases.names(sorted(codes - {NOBODY}))), rows, kpis)
        return replace(found, windows=crossed)

    def _anew(self, why: str) -> Changes:
        """Everything read anew; what is different is told."""
        before = {(result.kpi, result.window.id): result for result in self.results}
        self._begin(None)
        found = [result for result in self.results if before.get((result.kpi, result.window.id)) != result]
        rows = {name: clock.frame(self._cases) for name, clock in self._clocks.items()}
        return self._changes(None, rows, found, why)

    def _changes(
        self,
        cases: tuple[str, ...] | None,
        rows: Mapping[str, pl.DataFrame],
        kpis: Sequence[KpiResult],
        whole: str | None = None,
    ) -> Changes:
        return Changes(
            self.as_of_us, cases, rows, tuple(kpis), self.counts, self.open, self.next_us, whole=whole
        )

    # Some cases

    def _read_again(self, codes: set[int]) -> tuple[Moment | None, set[int]]:
        """Some cases as of now; with the homeless facts where these have to be counted anew."""
        names = self._cases.names(sorted(codes - {NOBODY}))
        log = self.tail.cases(names, as_of_us=self.as_of_us)
        present = log.case_ids.to_list()
        if self._facts.house(names, present):
            codes = codes | {NOBODY}
        if not codes:
            return None, codes
        if not log.n_events and self._someone is not None:
            log = self.tail.cases(
                [self._someone], as_of_us=self.as_of_us
            )  # meters want a log; its rows are dropped
        if log.n_events:
            first = int(log.times_us().min())
            known = self._present.first_known_us
            self._present.first_known_us = first if known is None else min(first, known)
            self._empty = self.tail.cases([])
        self._someone = log.case_ids[0]
        facts = self._facts.of(names, nobody=NOBODY in codes, as_of_us=self.as_of_us)
        return self._moment(log, facts), codes

    def _moment(self, log: EventLog, facts: Facts) -> Moment:
        inputs = inputs_at(self.versions, log, facts, self.as_of_us, self._present.first_known_us)
        return moment_of(inputs, lambda read: self._cases.codes(read.case_ids))

    def _move_clocks(self, now: Moment, codes: set[int]) -> dict[str, pl.DataFrame]:
        found = {}
        for name, table in now.clocks.items():
            fresh = self._clocks[name].move(
                codes - {NOBODY}, table, now.inputs.log.offsets, now.code_of, self.as_of_us, self.warning_us
            )
            found[name] = named(fresh, self._cases)
        return found

    def _open_at_ends(self, previous: int, instant: int) -> set[int]:
        """Cases open in a backlog when one of its windows ended."""
        found: set[int] = set()
        for counted in self._parts.values():
            for side in counted.sides:
                if any(previous + 1 < window.end_us <= instant + 1 for window in side.ends):
                    found |= side.tallies.codes_in(side.now)
        return found

    # What is to come

    def _mark(self, marks: Marks, code_of: Codes, codes: set[int]) -> None:
        self._instants.put(
            (at, code)
            for at, code in zip(marks.at.tolist(), code_of[marks.case].tolist(), strict=True)
            if code in codes
        )
        self._restless |= {int(code_of[case]) for case in marks.restless} & codes

    def _remember(self, events: Iterable[LiveEvent], facts: Iterable[Fact]) -> None:
        """Events and facts that become known, or happen, later."""
        pairs: list[tuple[int, str | None]] = []
        for event in events:
            recorded = event.occurred_us if event.recorded_us is None else event.recorded_us
            pairs += [(at, event.case) for at in {recorded, event.occurred_us} if at > self.as_of_us]
        pairs += self._facts.later(facts, self.as_of_us)
        self._put(pairs)

    def _put(self, pairs: Sequence[tuple[int, str | None]]) -> None:
        named_ones = [case for _, case in pairs if case is not None]
        code = dict(zip(named_ones, self._cases.codes(named_ones).tolist(), strict=True))
        self._instants.put((at, NOBODY if case is None else code[case]) for at, case in pairs)

    def _why_whole(
        self, facts: Sequence[Fact], instant: int, columns: Iterable[str], before: set[str]
    ) -> str | None:
        """Why everything has to be read anew, if it has to."""
        if self._whole is not None:
            return self._whole
        if any(fact.type in RELIEF for fact in facts) or self._facts.relief_known(self.as_of_us, instant):
            return RELIEF_FACT
        if any(self.as_of_us < at <= instant for at in self._effective):
            return VERSION
        if any(fact.type == f"giao.{NOTICE}" for fact in facts):
            return ENDED
        return COLUMNS if any(self._matters(name, before) for name in columns) else None

    def _matters(self, name: str, before: set[str]) -> bool:
        """Whether a column that is new, or of another type now, changes what other cases say. Decimals where whole
        numbers were do so only as names of groups."""
        if name not in before:
            return name in _READ_BY_ALL
        return self.tail.columns[name].kind != "decimal" or name in self._plan.groups

    # The whole

    def _begin(self, evaluation: Evaluation | None) -> None:
        """The reading from the whole log."""
        inputs, ground = self._read_whole(evaluation)
        log = inputs.log
        self._empty = self.tail.cases([])
        self._someone = log.case_ids[0] if log.n_cases else None
        self._cases = Cases(log.case_ids)
        ends = [midnight_us(version.term.end + ONE_DAY, inputs.zone) for version in inputs.versions]
        self._effective = [*inputs.effective_us[1:], *ends]  # terms may renew themselves then
        self._plan = plan_of(inputs, ground.matcher.schema)
        self._present = Present(self.as_of_us, int(log.times_us().min()) if log.n_events else None)
        self._facts.settle(log.case_ids)
        self._clocks = {
            name: Standing(table, log.offsets, self.as_of_us, self.warning_us)
            for name, table in ground.clocks.items()
        }
        self._exact = Exactness(self._plan.values)
        self._restless: set[int] = set()
        self._parts: dict[PartKey, Counted] = {}
        self._whole = self._depends(ground)
        if self._whole is not None:
            self._instants = Instants(np.empty(0, np.int64), np.empty(0, np.int64))
            self._measure_whole(inputs, ground, evaluation)
            return
        self._parts, old = open_parts(self._plan, ground, np.arange(log.n_cases, dtype=np.int32))
        marks = marks_of(ground, self._plan, old, self.warning_us)
        self._instants = Instants(marks.at, marks.case)
        self._restless = set(marks.restless)
        if marks.everyone:
            self._whole = RELIEF_OF_ALL
        self._put([*self._known_later(), *self._facts.later(self._facts.all, self.as_of_us)])
        self._figures = Figures(self._plan, self._parts, self._present)
        self._figures.refresh(self._bare(), self._fact_ground, None)

    def _read_whole(self, evaluation: Evaluation | None) -> tuple[Inputs, Ground]:
        if evaluation is not None and evaluation.inputs.as_of_us == self.as_of_us:
            return evaluation.inputs, evaluation.kpis.ground
        log = read_starts(self.tail.log(), self.versions)
        inputs = make_inputs(self.versions, log, self._facts.all, self.as_of_us)
        matcher = Matcher(inputs.log, inputs.agreement.work)
        return inputs, Ground(inputs, matcher, evaluate_clocks(inputs, matcher))

    def _depends(self, ground: Ground) -> str | None:
        """Why figures of this agreement cannot move case by case, if so."""
        for version in self.versions:
            if any(relief.effect in ("interval", "window") for relief in version.relief):
                return RELIEF_MEASURES
            if any(condition_of(phase) for phase in version.document.phases):
                return PHASES  # a gate that is passed changes levels of windows, whatever their cases
            term = version.document.term
            if term.auto_renew and term.end < ground.inputs.today and ground.inputs.facts.of(NOTICE):
                return ENDED  # cases read alone do not see the notice that ended it
        return None if self._exact.add(ground) else INEXACT

    def _measure_whole(self, inputs: Inputs, ground: Ground, evaluation: Evaluation | None) -> None:
        self._figures = Figures(self._plan, {}, self._present)
        outcome = (
            evaluation.kpis
            if evaluation is not None and evaluation.inputs is inputs
            else evaluate_kpis(inputs, ground.matcher, ground.clocks)
        )
        for name in self._plan.names:
            told_ones = outcome.of(name)
            self._figures.results[name] = tuple(replace(result, claims=()) for result in told_ones)

    def _known_later(self) -> list[tuple[int, str | None]]:
        """(instant, case) of the events of the log that are not known yet."""
        log = self.tail.log()
        moments = log.times_us()
        if "recorded" in log.columns:
            recorded = log.events(["recorded"])["recorded"].to_physical()
            moments = np.where(recorded.is_not_null().to_numpy(), recorded.fill_null(0).to_numpy(), moments)
        rows = np.flatnonzero(moments > self.as_of_us)
        ids = log.case_ids.gather(pl.Series(np.searchsorted(log.offsets, rows, side="right") - 1)).to_list()
        return list(zip(moments[rows].tolist(), ids, strict=True))

    def _bare(self) -> Inputs:
        """Inputs without cases and facts: versions, calendars, zone, instant."""
        first = self._present.first_known_us
        return inputs_at(self.versions, self._empty, Facts(), self.as_of_us, first)

    def _fact_ground(self) -> Ground:
        """A ground without cases, for what is computed from facts."""
        inputs = replace(self._bare(), facts=self._facts.bare(self.as_of_us))
        return Ground(inputs, Matcher(inputs.log, inputs.agreement.work), {})


def _within_years(events: Iterable[LiveEvent]) -> tuple[list[LiveEvent], list[Refused]]:
    """Events that a reading can hold, and those whose time no contract can mean."""
    good: list[LiveEvent] = []
    far: list[Refused] = []
    for event in events:
        if isinstance(event.occurred_us, int) and not EARLIEST_US <= event.occurred_us < LATEST_US:
            why = told(
                "live.far",
                "its time lies outside the years that a reading can hold; mend it in the source and send it again",
            )
            far.append(Refused(event, why))
        else:
            good.append(event)
    return good, far
