"""What can go wrong with a ledger. `status` is the HTTP status with which an address answers."""

from __future__ import annotations

from giao.kernel.engagements.errors import EngagementError


class LedgerError(Exception):
    """Base of this room's errors; the message is a sentence for the reader."""

    status = 400


class ClockBehind(LedgerError):
    """The server's clock is before the last entry: nothing is recorded until it is right."""

    status = 503


class Backlog(LedgerError):
    """Events come faster than they are put in order; wait a little."""

    status = 429


class Archived(LedgerError):
    """The engagement is archived: it is read, and nothing is added."""

    status = 409


class NoReason(EngagementError):
    """An act that has to say why does not."""
