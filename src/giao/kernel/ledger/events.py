"""An event on its way into the ledger, and what it becomes for readers: a live event of a case, or a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from giao.core.agreement.facts import Fact
from giao.core.log.tail_event import LiveEvent

RESERVED = "giao."
FACT, DECISION = "giao.fact.", "giao.decision."
ERASED = "erased"
"""What a text says whose key was destroyed."""

CORE_TEXTS = ("lifecycle", "resource", "group", "role")


def is_work(kind: str, subject: str | None) -> bool:
    """Whether an entry is an event of a case, not a fact or decision (which may name a case too)."""
    return subject is not None and not kind.startswith(RESERVED)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What somebody wants recorded. `source` and `event_id` name it: the same pair is the same event.

    type      the activity of a work event, or a reserved type (``giao.fact.rate``)
    subject   its case; None for facts and decisions
    content   of a work event: ``attributes`` by the source's label, and any of lifecycle, resource, group, role, cost,
              started_us, sequence; of a fact its fields
    """

    source: str
    event_id: str
    type: str
    occurred_us: int
    subject: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reserved(self) -> bool:
        return self.type.startswith(RESERVED)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event is not taken. `reason` names it (`refusals.py` has the sentence), `values` fill the sentence.

    `raw` is the event as it came; `replayable`: the same event may be taken once something here is mended.
    """

    source: str
    event_id: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    raw: Any = None
    subject: str | None = None
    replayable: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """An ordered entry as readers tail it. `personal`: its fields in the clear, `ERASED` where the key is gone."""

    position: int
    id: UUID
    source: str
    event_id: str
    type: str
    subject: str | None
    occurred_us: int
    recorded_us: int
    content: Mapping[str, Any]
    personal: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_work(self) -> bool:
        return is_work(self.type, self.subject)

    @property
    def is_fact(self) -> bool:
        """A fact or a decision that numbers follow from (an import or its undoing is neither)."""
        return self.type.startswith((FACT, DECISION)) and self.type not in BOOKKEEPING

    def as_live(self) -> LiveEvent:
        """For `core.log.tail`. Only of a work event."""
        assert self.subject is not None
        said = self.content
        core = {name: self.personal.get(name, said.get(name)) for name in CORE_TEXTS}
        attributes = dict(said.get("attributes", {}))
        attributes |= {label: value for label, value in self.personal.items() if label not in CORE_TEXTS}
        cost: Decimal | int | None = said.get("cost")
        return LiveEvent(
            case=self.subject,
            activity=self.type,
            occurred_us=self.occurred_us,
            recorded_us=self.recorded_us,
            position=self.position,
            sequence=said.get("sequence"),
            started_us=said.get("started_us"),
            cost=cost,
            attributes=attributes,
            **core,
        )

    def as_fact(self) -> Fact:
        """For `core.agreement`. What a file says it was recorded at stands; what came live is known since we had it."""
        data = dict(self.content)
        claimed = data.pop("recorded_us", None)
        if self.subject is not None:
            data.setdefault("case", self.subject)
        return Fact(self.type, self.occurred_us, self.recorded_us if claimed is None else claimed, data)


IMPORT, UNDO, RESTORE = "giao.decision.import", "giao.decision.undo", "giao.decision.restore"
ERASURE = "giao.decision.erasure"
BOOKKEEPING = frozenset({IMPORT, UNDO, RESTORE, ERASURE})
"""Decisions about the record itself: they say which imports count and what was erased."""
