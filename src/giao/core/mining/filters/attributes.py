"""Conditions on attributes, in FEEL, evaluated on columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from giao.core.log import EventLog
from giao.core.mining.errors import MiningError
from giao.core.mining.filters.base import CaseFilter, Mask, kind
from giao.core.mining.filters.checked import one_of
from giao.core.mining.selection import Selection
from giao.core.rules import RuleError, Type, check, compile_rule, evaluate_frame, type_named
from giao.core.told import told

CORE = {
    "case": "string", "activity": "string", "time": "date and time", "start": "date and time", "recorded": "date and time",
    "lifecycle": "string", "resource": "string", "group": "string", "role": "string", "cost": "number",
}  # fmt: skip
When = Literal["end", "start", "ever", "always"]
_SAID = {
    "end": "cases of which is true at the end: {text}",
    "start": "cases of which is true at the beginning: {text}",
    "ever": "cases of which is true at some event: {text}",
    "always": "cases of which is true at every event: {text}",
}


@kind("where")
@dataclass(frozen=True)
class Where(CaseFilter):
    """Cases of which a FEEL condition is true: at their `end` (values as last set), at the `start`, `ever` or `always`
    (at one of the events, at each of them). What FEEL says null to is not true."""

    text: str
    when: When = "end"

    def __post_init__(self) -> None:
        one_of(self.when, _SAID, "when")
        try:
            compile_rule(str(self.text))
        except RuleError as error:
            raise MiningError(
                told("mining.feel", "the condition {text} is not right: {error}", text=self.text, error=error)
            ) from error

    def mask(self, selection: Selection) -> Mask:
        ground = selection.ground
        if self.when in ("end", "start"):
            firsts = ground.offsets[selection.cases]
            return self._true(
                selection, firsts if self.when == "start" else ground.offsets[selection.cases + 1] - 1
            )
        held = self._true(selection, selection.rows)
        if not selection.n_cases:
            return np.zeros(0, bool)
        edges = np.cumsum(selection.lengths) - selection.lengths
        found: Mask = (np.maximum if self.when == "ever" else np.minimum).reduceat(held, edges)
        return found

    def _true(self, selection: Selection, rows: np.ndarray) -> Mask:
        log = selection.ground.log
        schema = schema_of(log)
        try:
            rule = compile_rule(self.text, schema)
            check(rule, schema)
        except RuleError as error:
            raise MiningError(
                told("mining.feel", "the condition {text} is not right: {error}", text=self.text, error=error)
            ) from error
        names = [name for name in schema if name in rule.names]
        frame = (
            selection.ground.current(names, rows)
            if names
            else pl.DataFrame({"_": np.zeros(len(rows), np.int8)})
        )
        values = evaluate_frame(rule, frame, schema)
        if values.dtype != pl.Boolean:
            return np.array([value is True for value in values.to_list()], dtype=bool)
        found: Mask = values.fill_null(False).to_numpy()
        return found

    def words(self) -> str:
        return told(f"mining.f.where_{self.when}", _SAID[self.when], text=self.text)


def schema_of(log: EventLog) -> dict[str, Type]:
    """Names that a condition may read on this log, with their FEEL types."""
    core = {name: type_named(kind) for name, kind in CORE.items() if name in log.columns}
    return core | {name: type_named(attribute.type) for name, attribute in log.attributes.items()}
