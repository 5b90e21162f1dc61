"""Clocks: what runs, what stops it, what it may consume; for a whole log, for one case, and explained."""

from giao.core.agreement.clocks.case import case_events
from giao.core.agreement.clocks.explain import (
    ClockExplanation,
    ExplainedInstance,
    ExplainedInterval,
    NotStarted,
    TargetTrial,
    explain_clock,
)
from giao.core.agreement.clocks.fold import CaseEvent, CaseState, advance, begin, finish, fold_case
from giao.core.agreement.clocks.instance import CLOCK_STATES, ClockInstance, ClockState
from giao.core.agreement.clocks.instances import CLOCK_SCHEMA, Instances
from giao.core.agreement.clocks.program import ClockPlan, ClockProgram, compile_clock, compile_clocks
from giao.core.agreement.clocks.table import ClockTable, evaluate_clocks

__all__ = [
    "CLOCK_SCHEMA",
    "CLOCK_STATES",
    "CaseEvent",
    "CaseState",
    "ClockExplanation",
    "ClockInstance",
    "ClockPlan",
    "ClockProgram",
    "ClockState",
    "ClockTable",
    "ExplainedInstance",
    "ExplainedInterval",
    "Instances",
    "NotStarted",
    "TargetTrial",
    "advance",
    "begin",
    "case_events",
    "compile_clock",
    "compile_clocks",
    "evaluate_clocks",
    "explain_clock",
    "finish",
    "fold_case",
]
