"""Entries that the house itself writes: imports, facts from files, decisions. They have their position at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from giao.kernel.engagements.models import Engagement
from giao.kernel.ledger.accept import Accepted, accept
from giao.kernel.ledger.errors import LedgerError
from giao.kernel.ledger.events import NewEvent
from giao.kernel.ledger.queries import note_change
from giao.kernel.ledger.sequence import sequence_all


def record_entries(engagement: Engagement, events: Sequence[NewEvent], actor: Any = None) -> Accepted:
    """Accept and order in one transaction, whatever waited before included. Raises LedgerError; then nothing is stored.

    `actor`: a person, a service token, or None for the system.
    """
    with transaction.atomic():
        done = accept(engagement, events, name_of(actor), checked=True)
        if done.rejected:
            first = done.rejected[0]
            raise LedgerError(first.why)
        sequence_all(engagement.pk)
    transaction.on_commit(note_change)
    return done


def name_of(actor: Any) -> str:
    """How the ledger names who recorded: the kind and its public id, never a name of a person."""
    if actor is None:
        return "system"
    kind = {"User": "person", "ServiceToken": "token"}.get(type(actor).__name__, type(actor).__name__.lower())
    return f"{kind}:{getattr(actor, 'prefix', None) or actor.pk}"[:120]
