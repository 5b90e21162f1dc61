"""Events and ledgers for the tests of this room."""

from __future__ import annotations

from typing import Any

from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.accept import Accepted, accept
from giao.kernel.ledger.events import NewEvent
from giao.kernel.ledger.sequence import sequence_all

NOON = 1_767_268_800_000_000  # 2026-01-01T12:00Z
SECOND = 1_000_000

AGREEMENT = """\
giao: 1
name: Service desk
parties: {client: {name: Acme, country: NL}, vendor: {name: Example BPO, country: VN}}
term: {start: 2026-01-01, end: 2028-12-31}
currency: EUR
calendars: {office: {zone: Europe/Amsterdam, hours: {mon-fri: [["09:00", "17:00"]]}}}
work:
  received: Opened
  delivered: Resolved
  attributes:
    amount: number
    urgent: boolean
    due: date
    seen: {type: date and time, label: "last seen"}
    claimant: {type: string, personal: true}
    age: {type: number, personal: true}
  order: [Opened, Resolved]
clocks:
  resolution: {start: Opened, stop: Resolved, calendar: office, targets: [{within: 8 business hours}]}
kpis:
  in_time: {kind: share_in_target, clock: resolution, count_at: stop, expected: 90%, window: month}
"""


def event(number: int = 1, activity: str = "Opened", case: str | None = "C1", **more: Any) -> NewEvent:
    """The `number`-th event of one source, a second after the one before."""
    occurred = more.pop("occurred_us", NOON + number * SECOND)
    source = more.pop("source", "crm")
    attributes = more.pop("attributes", None)
    content = dict(more.pop("content", {}))
    if attributes is not None:
        content["attributes"] = attributes
    return NewEvent(source, more.pop("id", f"e{number}"), activity, occurred, case, content)


def desk(**more: Any) -> Engagement:
    """An engagement with the agreement above in force."""
    from tests.kernel.ground import world

    from giao.kernel.engagements.actions.adopt_agreement import adopt_agreement
    from giao.kernel.ledger.checking import forget_specs
    from giao.kernel.ledger.reading import forget_tails

    engagement = world(as_of=None, zone="Europe/Amsterdam", **more).engagement
    adopt_agreement(engagement, AGREEMENT)
    forget_specs()
    forget_tails()
    return engagement


def recorded(engagement: Engagement, *events: NewEvent, **more: Any) -> Accepted:
    """Accepted and ordered."""
    done = accept(engagement, events, "test", **more)
    sequence_all(engagement.pk)
    return done
