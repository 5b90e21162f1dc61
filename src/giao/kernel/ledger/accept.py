"""Take events into the ledger: all of one call in one transaction, each once by (source, id), never half.

The order comes after (`sequence.py`): an entry has no position yet. Or at once, when the caller wants it so and nobody else
gives positions at this moment: then an entry is written once, not twice. What cannot be taken is kept with its reason.
`recorded_us` is this server's clock. Set back by up to `STEP_BACK_US` the ledger goes on at the time it had reached; by
more it refuses until the clock is right, for readings "as of" an instant hang on it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.identifiers import new_hexes
from giao.kernel.ledger import rows
from giao.kernel.ledger.checking import WorkSpec, check_event, encoded, is_unknown, raw_of, spec_of
from giao.kernel.ledger.content import decode, digest_of
from giao.kernel.ledger.errors import Archived, ClockBehind
from giao.kernel.ledger.events import NewEvent, Refusal
from giao.kernel.ledger.privacy import SEALED, concealed, is_empty, without_personal
from giao.kernel.ledger.refusals import sentence_of
from giao.kernel.ledger.rejecting import keep_rejected
from giao.kernel.ledger.sequence import chain

STEP_BACK_US = 5 * 60 * 1_000_000
"""A clock set right by its time service goes back by seconds; more is a fault that a person has to look at."""


class Outcome(NamedTuple):
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
    """`outcomes` stand in the order of the events. `ordered`: what was accepted has its position already."""

    outcomes: tuple[Outcome, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    ordered: bool = False

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
    keep: bool = True,
) -> Accepted:
    """Committed when this returns (or with the caller's transaction). The same call again changes nothing.

    `checked`: acts of the house, which know what they write. `keep` False: what is refused is the caller's to keep (a replay
    has it already). Raises ClockBehind, Archived.
    """
    calls = [Call(events, recorded_by)]
    return accept_calls(engagement, calls, now_us=now_us, checked=checked, keep=keep)[0]


@dataclass(frozen=True, slots=True)
class Call:
    """What one sender hands in at once."""

    events: Sequence[NewEvent | Refusal]
    recorded_by: str


def accept_calls(
    engagement: Engagement,
    calls: Sequence[Call],
    *,
    now_us: int | None = None,
    checked: bool = False,
    keep: bool = True,
    at_once: bool = False,
) -> list[Accepted]:
    """Several calls in one transaction: all of them are committed, or none. Each is answered for itself, in order.

    `at_once`: give positions in the same transaction if the order is free; holds it to the end of the transaction.
    """
    if engagement.archived is not None:
        raise Archived(_("The engagement is archived; it can be read, and nothing is added any more."))
    now = time.time_ns() // 1000 if now_us is None else now_us
    zone = ZoneInfo(engagement.zone)
    spec = WorkSpec() if checked else spec_of(engagement.pk)
    outcomes: list[list[Outcome | None]] = [[None] * len(call.events) for call in calls]
    good: list[_Good] = []
    for call, answers in zip(calls, outcomes, strict=True):
        for at, event in enumerate(call.events):
            if isinstance(event, Refusal):
                refusal: Refusal | None = event
            else:
                refusal = None if checked else check_event(event, spec, now, zone)
            if refusal is None:
                assert isinstance(event, NewEvent)
                good.append(_Good(event, call.recorded_by, answers, at))
            else:
                answers[at] = Outcome("rejected", refusal.source, refusal.event_id, refusal)
    early = (
        None if spec.personal else _written(engagement.pk, good, spec)
    )  # needs no database: nobody waits for it
    with transaction.atomic():
        pending = _written(engagement.pk, good, spec) if early is None else early
        place = rows.place_if_free(engagement.pk) if at_once else None
        last = rows.last_recorded(engagement.pk) if place is None else place.recorded_us
        ordered = _store(engagement.pk, pending, spec, _recorded(now, last), place)
        refused: dict[str, list[Refusal]] = {}
        for call, answers in zip(calls, outcomes, strict=True):
            for answer in answers:
                if answer is not None and answer.refusal is not None:
                    refused.setdefault(call.recorded_by, []).append(answer.refusal)
        for who, found in refused.items() if keep else ():
            keep_rejected(engagement.pk, found, now, who)
    return [_accepted(answers, ordered) for answers in outcomes]


def _accepted(answers: Sequence[Outcome | None], ordered: bool) -> Accepted:
    done = tuple([answer for answer in answers if answer is not None])
    counts: dict[str, int] = {}
    for outcome in done:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    return Accepted(done, counts, ordered)


class _Good(NamedTuple):
    """An event to be stored, and where its outcome goes."""

    event: NewEvent
    recorded_by: str
    answers: list[Outcome | None]
    at: int


def _recorded(now: int, last: int) -> int:
    if now < last - STEP_BACK_US:
        raise ClockBehind(
            _(
                "The server's clock shows %(now)s, but the ledger already has an entry recorded at %(last)s. "
                "Set the clock right; nothing is recorded until then."
            )
            % {"now": rows.iso(now), "last": rows.iso(last)}
        )
    return max(now, last)


Pending = list[tuple[_Good, rows.Row]]


def _written(engagement: UUID, good: Sequence[_Good], spec: WorkSpec) -> Pending:
    """Each event as it will stand in the ledger; what cannot be written down has its answer."""
    contents = concealed(engagement, [one.event for one in good], spec)
    pending: Pending = []
    for one, content, identifier in zip(good, contents, new_hexes(len(good)), strict=True):
        event = one.event
        written = encoded(event, content)
        if isinstance(written, Refusal):
            one.answers[one.at] = Outcome("rejected", event.source, event.event_id, written)
            continue
        digest = digest_of(
            event.source, event.event_id, event.type, event.subject, event.occurred_us, written
        )
        row = rows.Row(
            identifier, event.source, event.event_id, event.type, event.subject,
            event.occurred_us, one.recorded_by, written, digest,
        )  # fmt: skip
        pending.append((one, row))
    return pending


def _store(
    engagement: UUID, pending: Pending, spec: WorkSpec, recorded_us: int, place: rows.Place | None
) -> bool:
    """Insert what is new; say of the others whether they are the same or other content under a known id.

    Whether what is new has its position: it has when a place in the order was held.
    """
    mine: dict[tuple[str, str], rows.Row] = {}
    for _one, row in pending:
        mine.setdefault(row.name, row)
    made = list(mine.values())
    there, placed = rows.insert(engagement, made, recorded_us, None if place is None else place.position)
    if placed:
        assert place is not None
        fresh = [row for row in made if row.name not in there] if there else made
        chain(engagement, place, fresh, recorded_us)
    for one, row in pending:
        known = there.get(row.name)
        if known is not None:
            status = "duplicate" if _same(known, row) else "rejected"
        else:
            first = mine[row.name]
            status = "accepted" if first is row else "duplicate" if first.digest == row.digest else "rejected"
        refusal = None
        if status == "rejected":
            raw = raw_of(one.event)
            refusal = Refusal(row.source, row.event_id, "other_content", {}, raw, row.subject, False)
        unknown = status == "accepted" and is_unknown(one.event, spec)
        one.answers[one.at] = Outcome(status, row.source, row.event_id, refusal, unknown)
    return placed


def _same(known: rows.Known, row: rows.Row) -> bool:
    """Equal to the byte; of an erased subject all that is not personal."""
    if known.digest == row.digest:
        return True
    if (known.type, known.subject, known.occurred_us) != (row.type, row.subject, row.occurred_us):
        return False
    there, here = decode(known.content), decode(row.content)
    erased = SEALED in here and all(map(is_empty, here[SEALED].values()))
    return erased and without_personal(there) == without_personal(here)
