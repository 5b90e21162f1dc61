"""Evaluate an agreement over a log: every promise, every clock, every statement, each traceable to its cases.

from giao import evaluate, load_agreement, read_log
reading = evaluate(read_log("log/"), load_agreement("agreement.yaml"))
reading.kpis.results, reading.statements, reading.clocks
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from giao.core.agreement.clocks import ClockTable, evaluate_clocks
from giao.core.agreement.context import Inputs, make_inputs, read_starts
from giao.core.agreement.deadlines import Deadline, deadlines
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.earlier import Earlier
from giao.core.agreement.errors import AgreementError
from giao.core.agreement.facts import Facts
from giao.core.agreement.kpis import KpiOutcome, evaluate_kpis
from giao.core.agreement.patterns import Matcher
from giao.core.agreement.results import ClockCounts, Statement
from giao.core.agreement.statement import statements
from giao.core.log import EventLog
from giao.core.told import told

Progress = Callable[[str, float], None]
"""Told what is being done and the share that is done (0..1)."""


@dataclass(frozen=True)
class Evaluation:
    """One reading: (agreement versions, log, facts, as of) and everything that follows from it."""

    inputs: Inputs
    matcher: Matcher
    clocks: Mapping[str, ClockTable]
    kpis: KpiOutcome
    statements: tuple[Statement, ...]

    @property
    def agreement(self) -> Agreement:
        return self.inputs.agreement

    @property
    def counts(self) -> list[ClockCounts]:
        return [table.counts for table in self.clocks.values()]

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """What is due when beside the work: duties, controls, the exit, notice and the term's end."""
        return deadlines(self.inputs)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the whole input: the same inputs give the same bytes."""
        return hashlib.sha256("\n".join(self.inputs.hash_parts).encode()).hexdigest()


def last_recorded_us(log: EventLog, facts: Facts) -> int:
    """The latest instant that log or facts know of: where a reading stands when nobody says as of."""
    latest = [fact.recorded_us for fact in facts]
    if log.n_events:
        if "recorded" in log.columns:
            latest.append(int(log.events(["recorded"])["recorded"].dt.epoch("us").max()))  # type: ignore[arg-type]
        else:
            latest.append(log.span_us[1])
    if not latest:
        raise AgreementError(
            told(
                "agreement.nothing_to_read",
                "the log has no events and there are no facts: say as of when to read (--as-of)",
            )
        )
    return max(latest)


def evaluate(
    log: EventLog,
    versions: Sequence[Agreement] | Agreement,
    *,
    facts: Facts | None = None,
    as_of: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Compute a reading.

    log       an event log of the work
    versions  the agreement, or all of its versions in order of effect
    facts     rates, index values, staff days, inspections, decisions…
    as_of     UTC microseconds; nothing recorded later is seen. Default: the last instant in log and facts
    Raises AgreementError (a sentence with the mend) and RuleError (a condition that does not fit the log).
    """
    all_versions = [versions] if isinstance(versions, Agreement) else list(versions)
    all_facts = facts if facts is not None else Facts()
    log = read_starts(log, all_versions)
    instant = last_recorded_us(log, all_facts) if as_of is None else as_of
    tell = progress or (lambda what, share: None)
    readings: dict[int, Evaluation] = {}

    def compute(at: int) -> Evaluation:
        """The reading as of an instant without the booking of late data (closed months read it this way)."""
        if at not in readings:
            inputs = make_inputs(all_versions, log, all_facts, at)
            matcher = Matcher(inputs.log, inputs.agreement.work)
            clocks = evaluate_clocks(inputs, matcher)
            readings[at] = Evaluation(inputs, matcher, clocks, evaluate_kpis(inputs, matcher, clocks), ())
        return readings[at]

    tell("clocks and KPIs", 0.1)
    now = compute(instant)
    tell("statements", 0.7)
    earlier = Earlier(log, now.inputs, now.matcher, now.kpis)
    done = statements(now.inputs, now.matcher, now.kpis, recompute=lambda at: earlier.at(at) or compute(at))
    tell("done", 1.0)
    return Evaluation(now.inputs, now.matcher, now.clocks, now.kpis, tuple(done))
