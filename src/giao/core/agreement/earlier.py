"""A reading as of an earlier instant, told from a later one: what closing a month needs, once for each month.

Reading a whole log again for each closed month would cost as much as all months together. Where events are recorded
when they happen, only the cases alive at the instant differ (see `kpis/late.py`); everything else is taken over.
Where that cannot be (`recorded` differs from `time`, excused intervals, samples by strata…), the answer is None and
the caller reads the whole log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from giao.core.agreement.clocks import evaluate_clocks
from giao.core.agreement.context import Inputs
from giao.core.agreement.kpis import KpiOutcome
from giao.core.agreement.kpis.evaluate import results_before
from giao.core.agreement.kpis.ground import Ground, Mask
from giao.core.agreement.kpis.late import Late, NeedsWhole
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.results import KpiResult
from giao.core.log import EventLog
from giao.core.log.alive import cases_until

OF_CASES = {"giao.fact.inspection", "giao.fact.relief", "giao.decision.relief"}
"""Facts that change what a case counts as, whenever they are recorded."""


@dataclass(frozen=True)
class EarlierReading:
    """As much of a reading as statements need; `kpis` are results of windows that had ended."""

    inputs: Inputs
    matcher: Matcher
    kpis: list[KpiResult]


@dataclass(frozen=True)
class Earlier:
    """Earlier readings of one log. `source` is the log before it was cut to the later reading's instant."""

    source: EventLog
    inputs: Inputs
    matcher: Matcher
    kpis: KpiOutcome

    def at(self, instant_us: int) -> EarlierReading | None:
        """The reading as of an instant before this one; None when it has to be computed from the whole log."""
        if not self._additive or self._changed_by_facts(instant_us):
            return None
        facts = self.inputs.facts.as_of(instant_us)
        alive = self._alive(instant_us)
        part = cases_until(self.inputs.log, np.flatnonzero(alive), instant_us, f"alive at {instant_us}")
        then = replace(self.inputs, log=part, facts=facts, as_of_us=instant_us)
        matcher = Matcher(part, then.agreement.work)
        try:
            clocks = evaluate_clocks(then, matcher)
            results = results_before(Ground(then, matcher, clocks, late=Late(self.kpis.ground, alive)))
        except NeedsWhole:
            return None
        whole = replace(
            self.inputs, facts=facts, as_of_us=instant_us, log_hash=self.source.hash_as_of(instant_us)
        )
        return EarlierReading(whole, self.matcher, results)

    @cached_property
    def _additive(self) -> bool:
        """Whether numbers of ended windows add up over cases at all."""
        if "recorded" in self.source.columns or not self.inputs.log.n_events:
            return False
        for version in self.inputs.versions:
            if any(
                relief.when is not None or relief.effect in ("interval", "window")
                for relief in version.relief
            ):
                return False
            if version.credits is not None and version.credits.same_cause == "one":
                return False
        return True

    def _changed_by_facts(self, instant_us: int) -> bool:
        """Whether a fact about a case was recorded after the instant."""
        return any(
            fact.recorded_us > instant_us
            and (fact.type in OF_CASES or "case" in fact.data or "cases" in fact.data)
            for fact in self.inputs.facts
        )

    def _alive(self, instant_us: int) -> Mask:
        """Cases begun by the instant that went on after it, or with a clock that still ran."""
        first, last, open_since = self._lives
        going = (last > instant_us) | (open_since <= instant_us)
        return np.append(going & (first <= instant_us), False)[: len(first)]

    @cached_property
    def _lives(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """First and last event of each case, and the earliest start of an instance that is still open."""
        log, ground = self.inputs.log, self.kpis.ground
        times = log.times_us()
        first, last = times[log.offsets[:-1]], times[log.offsets[1:] - 1]
        never = np.iinfo(np.int64).max
        open_since = np.full(log.n_cases, never, dtype=np.int64)
        for name in ground.clocks:
            columns = ground.clock(name)
            still = np.flatnonzero(columns.is_open)
            np.minimum.at(open_since, columns.case[still], columns.started_at(still))
        return first, last, open_since
