"""What can go wrong with an engagement. `status` is the HTTP status with which a page answers."""

from __future__ import annotations


class EngagementError(Exception):
    """Base of this room's errors; the message is a sentence for the reader."""

    status = 400


class NotAllowed(EngagementError):
    """The person's role does not do this act."""

    status = 403


class BadInstant(EngagementError):
    """`as_of` in the address is not an instant."""


class NotInData(EngagementError):
    """A folder or file lies outside the data folder."""
