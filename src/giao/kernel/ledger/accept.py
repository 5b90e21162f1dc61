"""Take events into the ledger: all of one call in one transaction, each once by (source, id), never half.

The order comes after (`sequence.py`): an entry has no position yet. What cannot be taken is kept with its reason.
`recorded_us` is this server's clock. Set back by up to `STEP_BACK_US` the ledger goes on at the time it had reached; by
more it refuses until the clock is right, for readings "as of" an instant hang on it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.identifiers import new_id
from giao.kernel.ledger import rows
from giao.kernel.ledger.checking import WorkSpec, check_event, encoded, is_unknown, raw_of, spec_of
from giao.kernel.ledger.content import decode, digest_of
from giao.kernel.ledger.errors import Archived, ClockBehind
from giao.kernel.ledger.events import NewEvent, Refusal
from giao.kernel.ledger.privacy import SEALED, concealed, without_personal
from giao.kernel.ledger.refusals import sentence_of
from giao.kernel.ledger.rejecting import keep_rejected

STEP_BACK_US = 5 * 60 * 1_000_000
"""A clock set right by its time service goes back by seconds; more is a fault that a person has to look at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: ``accepted``, ``duplicate`` (it was there already) or ``rejected`` with its refusal.

    `unknown`: no pattern of the agreement names its activity; it is taken all the same.
    """

    status: str
    source: str
    event_id: str
    refusal: Refusal | None = None
    unknown: bool = False

    @property
    def why(self) -> str:
        """In the reader's language; empty when there is nothing to say."""
        return sentence_of(self.refusal.reason, self.refusal.values) if self.refusal else ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """`outcomes` stand in the order of the events."""

    outcomes: tuple[Outcome, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        return self.counts.get("accepted", 0)

    @property
    def duplicates(self) -> int:
        return self.counts.get("duplicate", 0)

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.status == "rejected")


def accept(
    engagement: Engagement,
    events: Sequence[NewEvent | Refusal],
    recorded_by: str,
    *,
    now_us: int | None = None,
    checked: bool = False,
) -> Accepted:
    """Committed when this returns (or with the caller's transaction). The same call again changes nothing.

    `checked`: acts of the house, which know what they write. Raises ClockBehind, Archived.
    """
    if engagement.archived is not None:
        raise Archived(_("The engagement is archived; it can be read, and nothing is added any more."))
    now = time.time_ns() // 1000 if now_us is None else now_us
    zone = ZoneInfo(engagement.zone)
    with transaction.atomic():
        recorded_us = _recorded(engagement, now)
        spec = WorkSpec() if checked else spec_of(engagement.pk)
        outcomes: list[Outcome | None] = [None] * len(events)
        good: list[tuple[int, NewEvent]] = []
        for at, event in enumerate(events):
            if isinstance(event, Refusal):
                refusal: Refusal | None = event
            else:
                refusal = None if checked else check_event(event, spec, now, zone)
            if refusal is None:
                assert isinstance(event, NewEvent)
                good.append((at, event))
            else:
                outcomes[at] = Outcome("rejected", refusal.source, refusal.event_id, refusal)
        _store(engagement.pk, good, spec, recorded_us, recorded_by, outcomes)
        done = tuple(outcome for outcome in outcomes if outcome is not None)
        refused = [outcome.refusal for outcome in done if outcome.refusal is not None]
        if refused:
            keep_rejected(engagement.pk, refused, now, recorded_by)
    counts: dict[str, int] = {}
    for outcome in done:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    return Accepted(done, counts)


def _recorded(engagement: Engagement, now: int) -> int:
    last = rows.last_recorded(engagement.pk)
    if now < last - STEP_BACK_US:
        raise ClockBehind(
            _(
                "The server's clock shows %(now)s, but the ledger already has an entry recorded at %(last)s. "
                "Set the clock right; nothing is recorded until then."
            )
            % {"now": rows.iso(now), "last": rows.iso(last)}
        )
    return max(now, last)


def _store(
    engagement: UUID,
    good: Sequence[tuple[int, NewEvent]],
    spec: WorkSpec,
    recorded_us: int,
    recorded_by: str,
    outcomes: list[Outcome | None],
) -> None:
    """Insert what is new; say of the others whether they are the same or other content under a known id."""
    contents = concealed(engagement, [event for _, event in good], spec)
    made: list[rows.Row] = []
    at_of: dict[tuple[str, str], list[int]] = {}
    mine: dict[tuple[str, str], rows.Row] = {}
    pending: list[tuple[int, NewEvent, rows.Row]] = []
    for (at, event), content in zip(good, contents, strict=True):
        written = encoded(event, content)
        if isinstance(written, Refusal):
            outcomes[at] = Outcome("rejected", event.source, event.event_id, written)
            continue
        digest = digest_of(
            event.source, event.event_id, event.type, event.subject, event.occurred_us, written
        )
        row = rows.Row(
            new_id(), engagement, event.source, event.event_id, event.type, event.subject,
            event.occurred_us, recorded_us, recorded_by, written, digest,
        )  # fmt: skip
        pending.append((at, event, row))
        if row.name not in mine:
            mine[row.name] = row
            made.append(row)
        at_of.setdefault(row.name, []).append(at)
    there = rows.insert(engagement, made)
    for at, event, row in pending:
        known = there.get(row.name)
        if known is None:
            first = mine[row.name]
            same = first is row
            status = "accepted" if same else "duplicate" if first.digest == row.digest else "rejected"
        else:
            status = "duplicate" if _same(known, row) else "rejected"
        refusal = None
        if status == "rejected":
            raw = raw_of(event)
            refusal = Refusal(row.source, row.event_id, "other_content", {}, raw, row.subject, False)
        unknown = status == "accepted" and is_unknown(event, spec)
        outcomes[at] = Outcome(status, row.source, row.event_id, refusal, unknown)


def _same(known: rows.Known, row: rows.Row) -> bool:
    """Equal to the byte; of an erased subject all that is not personal."""
    if known.digest == row.digest:
        return True
    if (known.type, known.subject, known.occurred_us) != (row.type, row.subject, row.occurred_us):
        return False
    there, here = decode(known.content), decode(row.content)
    erased = SEALED in here and all(text == "" for text in here[SEALED].values())
    return erased and without_personal(there) == without_personal(here)


def fingerprint(raw: Any) -> bytes:
    """SHA-256 of an event as it came, whatever it is."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).digest()


def accepted_ids(outcomes: Iterable[Outcome]) -> set[tuple[str, str]]:
    return {(outcome.source, outcome.event_id) for outcome in outcomes if outcome.status != "rejected"}
